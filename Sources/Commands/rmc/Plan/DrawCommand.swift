internal import ArgumentParser
internal import MeshRendering

struct DrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Draw a plan on a map, as a page or an SVG document.",
        discussion: """
            The picture needs nothing but itself: no script, no font, no network.

            EXAMPLE
              rmc draw Models/Sessions/world-match.json plan.json --out mesh.html
            """)

    @OptionGroup var files: PlanningFiles

    @Option(help: "The picture's file; its name ends with .html or .svg.")
    var out: String

    @OptionGroup var output: OutputOptions

    func validate() throws { try PictureFile.check(out) }

    func run() throws {
        let (snapshot, plan) = try files.read()
        try PictureFile.write(PlanPicture(snapshot: snapshot, plan: plan), to: out)
        try output.print(text: "picture  \(out)\n", json: ["picture": .string(out)])
    }
}
