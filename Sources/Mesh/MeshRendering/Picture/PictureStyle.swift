/// The colours and type of pictures: light by default, dark where the viewer prefers it.
package enum PictureStyle {
    /// The rules for what is drawn.
    package static let svg = """
        svg{\(light);font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        @media(prefers-color-scheme:dark){svg{\(dark)}}
        .page{fill:var(--page)}
        .sea{fill:var(--sea)}
        .land{fill:var(--land);stroke:var(--coast);stroke-width:.6;fill-rule:evenodd;stroke-linejoin:round}
        .border{fill:none;stroke:var(--border);stroke-width:.7;stroke-linejoin:round}
        .net{fill:none;stroke:var(--net);stroke-width:.6}
        .candidate circle{fill:var(--page);stroke:var(--quiet);stroke-width:1;opacity:.8}
        .access path{fill:none;stroke-width:1}
        .link path{fill:none;stroke:var(--link);stroke-linecap:round;stroke-linejoin:round}
        .people circle{stroke:var(--page);stroke-width:.5;fill-opacity:.9}
        .people .none{fill:none;stroke:var(--text);stroke-width:1.3}
        .site circle{stroke:var(--page);stroke-width:2}
        .leader path{stroke:var(--text);stroke-width:.8;stroke-opacity:.7}
        .label text{fill:var(--text);font-size:13px;font-weight:650;text-anchor:middle;
        paint-order:stroke;stroke:var(--halo);stroke-width:3.5px;stroke-linejoin:round}
        .label .count{font-weight:450;fill:var(--quiet)}
        .scale path{fill:none;stroke:var(--quiet);stroke-width:1}
        .title{fill:var(--text);font-size:22px;font-weight:680}
        .note{fill:var(--quiet);font-size:13px}
        \(colours)
        """

    /// The colours of sites: fills of circles, strokes of access lines.
    private static var colours: String {
        (0..<PictureScene.colourCount).map { number in
            "circle.c\(number),.swatch.c\(number){fill:var(--c\(number));background:var(--c\(number))}"
                + "path.c\(number){stroke:var(--c\(number))}"
        }.joined(separator: "\n")
    }

    /// Names and values of the colours by day.
    package static let light = """
        --page:#fff;--sea:#e8eff5;--land:#fbfaf7;--coast:#c3cfd8;--border:#dcdcd6;--net:#dbe4ec;--halo:#fffffff0;\
        --text:#17202b;--quiet:#5a6876;--link:#17202b;--rule:#e2e7ec;--tile:#f4f7fa;--c0:#2563d9;--c1:#d9480f;--c2:#12875a;\
        --c3:#8639d6;--c4:#b07a00;--c5:#0b86a3;--c6:#c2257a;--c7:#5f7414;--c8:#80502f;--c9:#4d5a6b
        """

    /// Names and values of the colours by night.
    package static let dark = """
        --page:#0e131a;--sea:#121b26;--land:#222d39;--coast:#37475a;--border:#344150;--net:#1a2634;--halo:#0e131ae6;\
        --text:#e8eef5;--quiet:#97a6b6;--link:#dce7f3;--rule:#263140;--tile:#161e28;--c0:#6fa3ff;--c1:#ff8b5e;--c2:#45cf96;\
        --c3:#bd93ff;--c4:#efbb45;--c5:#47c7e4;--c6:#ff7cba;--c7:#b4c94e;--c8:#d3a37e;--c9:#a6b3c4
        """
}
