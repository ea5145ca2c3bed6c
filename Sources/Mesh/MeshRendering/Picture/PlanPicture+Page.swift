internal import MeshTypes

extension PlanPicture {
    /// The picture as an HTML page: the figures, the map, the sites and the comparison as tables.
    public func html() -> String {
        let (width, height) = (Markup.number(Self.width), Markup.number(scene.extent.height + Self.legendHeight))
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(Markup.escaped(title))</title>
            <style>\(PictureStyle.svg)\(Self.pageStyle)</style>
            </head>
            <body>
            <main>
            <h1>\(Markup.escaped(title))</h1>
            <p class="lead">\(Markup.escaped(lead))</p>
            <div class="tiles">\(tiles)</div>
            <div class="map"><svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(Markup.escaped(subtitle))">
            \(drawing)
            </svg></div>
            \(comparisonTable)\(sessionTable)\(siteTable)<footer>\(Markup.escaped(footer))</footer>
            </main>
            </body>
            </html>

            """
    }

    private var lead: String {
        let planned = "planned with strategy \(plan.strategy.rawValue), stage \(plan.stage.rawValue)"
        let when = snapshot.time.map { ", for \($0)" } ?? ""
        return "\(PlanText.count(plan.totals.participants, "participant")) in "
            + "\(PlanText.count(plan.sessions.count, "session")), \(PlanText.count(snapshot.sites.count, "candidate site")); "
            + planned + when
    }

    private var footer: String {
        let source = snapshot.source.map { "Data: \($0). " } ?? ""
        return source
            + "Map: Natural Earth, public domain. Latencies are round-trip times between participants, through the "
            + "mesh."
    }

    private var tiles: String {
        let figures = PlanFigures(plan, latency: latency(plan))
        var tiles = [
            ("mean pair latency", Numerals.fixed(figures.latency.mean, decimals: 1), "ms"),
            ("95th percentile", Numerals.fixed(figures.latency.p95, decimals: 1), "ms"),
            ("sites", Numerals.grouped(figures.sites), ""),
            ("servers", Numerals.grouped(plan.totals.servers), ""),
            ("rent", Numerals.fixed(figures.rent, decimals: 0), "a tick"),
            ("gap to the bound", plan.gap.map(Numerals.percent) ?? "unknown", ""),
        ]
        if figures.unserved > 0 { tiles.append(("left out", Numerals.grouped(figures.unserved), "")) }
        return tiles.map { name, value, unit in
            "<div><b>\(value)</b>\(unit.isEmpty ? "" : " \(unit)")<span>\(name)</span></div>"
        }.joined()
    }

    private var comparisonTable: String {
        guard !comparison.isEmpty else { return "" }
        let own = PlanFigures(plan, latency: latency(plan))
        let leavesOut = ([plan] + comparison).contains { $0.totals.served < $0.totals.participants }
        let bound = ([plan] + comparison).map(\.bound).max() ?? plan.bound
        var rows =
            "<tr class=\"own\">" + Self.cells(own.row(comparedTo: nil, bound: bound, leavesOut: leavesOut)) + "</tr>\n"
        for other in comparison {
            let row = PlanFigures(other, latency: latency(other)).row(
                comparedTo: own, bound: bound, leavesOut: leavesOut)
            rows += "<tr>" + Self.cells(row) + "</tr>\n"
        }
        return Self.table(
            "Beside other strategies", kind: "strategies", PlanFigures.headings(leavesOut: leavesOut), rows)
    }

    private var siteTable: String {
        let rows = scene.sites.map { site in
            let figures = site.figures
            let name = "<i class=\"swatch c\(site.colour)\"></i>\(Markup.escaped(figures.name))"
            let cells = [
                figures.region, Numerals.grouped(figures.participants),
                "\(Numerals.grouped(figures.load)) of \(Numerals.grouped(figures.capacity))",
                Numerals.grouped(figures.servers), Numerals.fixed(figures.rent, decimals: 0),
                Numerals.fixed(figures.meanAccess, decimals: 1),
            ]
            return "<tr><td>\(name)</td>" + Self.cells(cells) + "</tr>\n"
        }
        let headings = ["site", "region", "participants", "load", "servers", "rent", "access ms"]
        return Self.table("The mesh", kind: "sites", headings, rows.joined())
    }

    /// The most sessions that a page lists.
    private static let sessionLimit = 200

    private var sessionTable: String {
        guard plan.sessions.count > 1 else { return "" }
        let rows = plan.sessions.prefix(Self.sessionLimit).map { session in
            let cells = [
                session.id.description, Numerals.grouped(session.sites.count), Numerals.grouped(session.participants),
                Numerals.grouped(session.unserved.count), Numerals.fixed(session.latency.mean, decimals: 1),
                Numerals.fixed(session.latency.p95, decimals: 1), Numerals.fixed(session.cost.rent, decimals: 0),
                session.gap.map(Numerals.percent) ?? "-",
            ]
            return "<tr>" + Self.cells(cells) + "</tr>\n"
        }
        let headings = ["session", "sites", "participants", "unserved", "mean ms", "p95", "rent", "gap"]
        let rest = plan.sessions.count - Self.sessionLimit
        let title = rest > 0 ? "Sessions (the first \(Self.sessionLimit) of \(plan.sessions.count))" : "Sessions"
        return Self.table(title, kind: "sessions", headings, rows.joined())
    }

    private static func cells(_ cells: [String]) -> String {
        cells.map { "<td>\(Markup.escaped($0))</td>" }.joined()
    }

    private static func table(_ title: String, kind: String, _ headings: [String], _ rows: String) -> String {
        let head = headings.map { "<th>\($0)</th>" }.joined()
        return "<h2>\(title)</h2>\n<div class=\"scroll\"><table class=\"\(kind)\">\n<thead><tr>\(head)</tr></thead>\n"
            + "<tbody>\n\(rows)</tbody>\n</table></div>\n"
    }

    private static let pageStyle = """

        :root{\(PictureStyle.light);color-scheme:light dark}
        @media(prefers-color-scheme:dark){:root{\(PictureStyle.dark)}}
        body{margin:0;background:var(--page);color:var(--text);
        font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
        main{max-width:1200px;margin:0 auto;padding:28px 24px 40px}
        h1{font-size:26px;line-height:1.2;margin:0}
        h2{font-size:17px;margin:30px 0 8px}
        .lead{color:var(--quiet);margin:6px 0 18px}
        .tiles{display:flex;flex-wrap:wrap;gap:10px;margin-bottom:18px}
        .tiles div{background:var(--tile);border-radius:8px;padding:10px 16px;color:var(--quiet);flex:1 0 120px}
        .tiles b{font-size:22px;font-weight:660;color:var(--text);font-variant-numeric:tabular-nums}
        .tiles span{display:block;font-size:13px}
        .map{overflow-x:auto}.map svg{display:block;width:100%;min-width:720px;height:auto}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
        th{color:var(--quiet);font-weight:500;font-size:13px;text-align:right;white-space:nowrap}
        th,td{padding:6px 10px;border-bottom:1px solid var(--rule)}
        td{text-align:right}
        th:first-child,td:first-child{text-align:left;padding-left:0}
        .sites th:nth-child(2),.sites td:nth-child(2){text-align:left}
        .own td{font-weight:650}
        .swatch{display:inline-block;width:11px;height:11px;border-radius:50%;margin-right:9px}
        footer{color:var(--quiet);font-size:13px;margin-top:26px}
        .tiles b{white-space:nowrap}
        @media print{
        :root,svg{\(PictureStyle.light)!important;color-scheme:light}
        body{font-size:11px}main{max-width:none;padding:0}
        h1,h2{break-after:avoid}tr,.map,.tiles{break-inside:avoid}h2+.scroll tr:first-child{break-before:avoid}
        .scroll,.map{overflow:visible}.map svg{min-width:0}
        *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        }
        """
}
