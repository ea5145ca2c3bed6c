internal import ArgumentParser
internal import Foundation
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes
internal import Scenarios

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two plans, two snapshots, or the results of two sweeps.",
        discussion: """
            Of plans it says what moved, who is served or left out, and, with their snapshots, why, who gained and who lost. Of
            sweeps (folders of rmc whatif, or results.jsonl) it says which verdicts and costs changed.

            EXAMPLES
              rmc plan Models/Sessions/world-match.json --out before.plan.json
              rmc plan Models/Sessions/world-match.json --strategy nearest --out after.plan.json
              rmc diff before.plan.json after.plan.json --before Models/Sessions/world-match.json
            """)

    @Argument(help: "A plan, a snapshot, or a sweep's folder or results.jsonl.", completion: .file())
    var old: String

    @Argument(help: "Another of the same kind.", completion: .file())
    var new: String

    @Option(help: "The snapshot that the first plan was made for.", completion: .file())
    var before: String?

    @Option(help: "The snapshot that the second plan was made for.", completion: .file())
    var after: String?

    @Option(help: "How many entries of a list are shown.")
    var limit: Int = 10

    @OptionGroup var output: OutputOptions

    /// What a file holds.
    private enum Thing {
        case plan(Plan)
        case snapshot(Snapshot)
        case results([ScenarioResult])
    }

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is \(limit); expected 1 to 100000") }
    }

    func run() throws {
        switch (try read(old), try read(new)) {
        case (.plan(let one), .plan(let other)):
            let worlds = (try before.map(Self.snapshot), try after.map(Self.snapshot))
            let difference = PlanDifference(before: (one, worlds.0), after: (other, worlds.1))
            try output.print(
                text: PlanDifferenceText(difference, one, other, limit: limit).text,
                json: PlanDifferenceText(difference, one, other, limit: limit).json)
        case (.snapshot(let one), .snapshot(let other)):
            let lines = SnapshotDifference(before: one, after: other).lines
            try output.print(
                text: lines.isEmpty ? "no difference\n" : lines.map { $0 + "\n" }.joined(),
                json: ["differences": .array(lines.map { .string($0) })])
        case (.results(let one), .results(let other)):
            let difference = ResultDifference(before: one, after: other)
            try output.print(
                text: ResultDifferenceText(difference, limit: limit).text,
                json: ResultDifferenceText(difference, limit: limit).json)
        default:
            throw CommandFailure(
                .badInput, "\(new):1: is of another kind than \(old); expected two plans, two snapshots or two sweeps")
        }
    }

    private static func snapshot(_ path: String) throws -> Snapshot {
        try SnapshotReader.read(try InputFile.read(path))
    }

    private func read(_ path: String) throws -> Thing {
        var isFolder: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            return .results(try rows(path + "/results.jsonl"))
        }
        if path.hasSuffix(".jsonl") { return .results(try rows(path)) }
        let file = try InputFile.read(path)
        // The two kinds of document have different keys; whichever it is meant to be says what is wrong with it.
        let isPlan = file.bytes.prefix(400).split(separator: UInt8(ascii: "\"")).contains {
            $0.elementsEqual("strategy".utf8)
        }
        return isPlan ? .plan(try PlanReader.read(file)) : .snapshot(try SnapshotReader.read(file))
    }

    private func rows(_ path: String) throws -> [ScenarioResult] {
        var rows: [ScenarioResult] = []
        let text = String(decoding: try InputFile.read(path).bytes, as: UTF8.self)
        for (number, line) in text.split(separator: "\n").enumerated() {
            do {
                rows.append(try JSONDecoder().decode(ScenarioResult.self, from: Data(line.utf8)))
            } catch {
                throw InputError(
                    file: path, line: number + 1, message: "is no row of results; expected what rmc whatif wrote")
            }
        }
        return rows
    }
}
