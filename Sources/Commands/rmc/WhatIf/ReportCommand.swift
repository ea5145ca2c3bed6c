internal import ArgumentParser
internal import MeshInstances
internal import Scenarios

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Draw the report of a finished sweep as one HTML page.",
        discussion: """
            Reads the folder that rmc whatif --report kept. The page needs nothing but itself: no network.

            EXAMPLE
              rmc whatif Models/Scenarios/open-region.yaml --report out/open-region
              rmc report out/open-region --out open-region.html
            """)

    @Argument(help: "The folder of the sweep.", completion: .directory)
    var folder: String

    @Option(help: "The page's file; report.html in the folder without it.", completion: .file())
    var out: String?

    @Option(help: "The scenario file, where it is not where it was.", completion: .file())
    var scenario: String?

    @Option(help: "How many of the worst scenarios are looked at.")
    var worst: Int = 5

    @OptionGroup var output: OutputOptions

    func run() throws {
        let folder = SweepFolder(folder)
        guard let manifest = try folder.manifest() else {
            throw CommandFailure(
                .badInput, "\(folder.path):1: holds no sweep; expected a folder that rmc whatif --report wrote")
        }
        let kept = Folder.exists(folder.scenarioPath) ? folder.scenarioPath : manifest.scenario
        let study = try LoadedStudy(scenario ?? kept, folder: folder)
        guard study.digests.all == manifest.digest else {
            throw CommandFailure(
                .badInput,
                "\(study.file.name):1: is not the scenario file of \(folder.path) any more; run rmc whatif again")
        }
        let pending = (0..<manifest.units).count { !folder.isFinished($0, of: manifest) }
        guard pending == 0 else {
            throw CommandFailure(
                .badInput,
                "\(folder.path):1: is not finished (\(pending) of \(manifest.units) units are missing); run rmc whatif again"
            )
        }
        let assembly = try SweepAssembly(study, manifest: manifest, folder: folder, worst: max(1, worst))
        let path = out ?? folder.path + "/report.html"
        try assembly.writeReport(to: path)
        try output.print(text: "report  \(path)\n", json: ["report": .string(path)])
    }
}
