internal import ArgumentParser
internal import MeshEngine
internal import MeshRendering
internal import MeshVerification

struct DrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "Draw a plan on a map, as a page or an SVG document.",
        discussion: """
            The picture needs nothing but itself: no script, no font, no network.

            EXAMPLE
              rmc plan Models/Sessions/world-match.json --out plan.json
              rmc draw Models/Sessions/world-match.json plan.json --out mesh.html
            """)

    @OptionGroup var files: PlanningFiles

    @Option(help: "The picture's file; its name ends with .html or .svg.", completion: .file())
    var out: String

    @OptionGroup var output: OutputOptions

    func validate() throws { try PictureFile.check(out) }

    func run() throws {
        let (snapshot, plan) = try files.read()
        let failures = MeshEngine().verify(snapshot, plan, requiresChecksum: true).failures
        if let first = failures.first {
            StandardError.write(
                "rmc: note: \(files.plan): is not verified (\(first.description)); the picture shows what it says\n")
        }
        try PictureFile.write(
            PlanPicture(snapshot: snapshot, plan: plan, latency: PlanCommand.latency(in: snapshot)), to: out)
        try output.print(text: "picture  \(out)\n", json: ["picture": .string(out)])
    }
}
