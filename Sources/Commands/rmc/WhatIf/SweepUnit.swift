internal import Foundation
internal import MeshInstances
internal import Optimization
internal import Scenarios

/// A unit of work: a few scenarios in a row, whose results are a file once all are done.
struct SweepUnit: Sendable {
    let study: LoadedStudy
    let manifest: SweepFolder.Manifest
    let folder: SweepFolder
    let plans: String?

    /// Does a unit and keeps it; `false` when it was interrupted, and nothing of it is kept.
    func work(
        _ unit: Int, root: SweepRunner.Root, progress: SweepProgress? = nil, interrupter: Interrupter
    ) throws -> Bool {
        var runner = SweepRunner(
            root, engine: study.engine, verifies: manifest.verifies, isCold: manifest.cold, interrupter: interrupter)
        var lines: [String] = []
        for index in manifest.range(unit) {
            if interrupter.isInterrupted { return false }
            let outcome = try LoadedStudy.translated(study.file) { () throws(SweepFailure) in
                try runner.outcome(at: index)
            }
            // A plan that the interrupt cut short is not the scenario's plan.
            if interrupter.isInterrupted { return false }
            if let plans { try PlanFiles.write(outcome, to: plans) }
            lines.append(outcome.result.jsonLine)
            progress?.add(1)
        }
        try folder.write(lines, unit: unit, of: manifest)
        return true
    }

    /// What the file of a prepared unit says.
    private struct UnitFile: Codable {
        var unit: Int
        var sweep: String
    }

    /// Does the unit of a file that `--prepare` wrote, wherever its folder is mounted.
    static func run(_ path: String, output: OutputOptions) throws {
        let file = try InputFile.read(path)
        guard let asked = try? JSONDecoder().decode(UnitFile.self, from: Data(file.bytes)) else {
            throw CommandFailure(
                .badInput, "\(path):1: is no unit of work; expected a file that rmc whatif --prepare wrote")
        }
        let folder = SweepFolder(
            URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent().path)
        guard let manifest = try folder.manifest(), manifest.digest == asked.sweep,
            (0..<manifest.units).contains(asked.unit)
        else {
            throw CommandFailure(
                .badInput, "\(path):1: belongs to another sweep than its folder; expected to be prepared anew")
        }
        if !folder.isFinished(asked.unit, of: manifest) {
            let study = try LoadedStudy(folder.scenarioPath, folder: folder)
            guard study.digests.all == manifest.digest else {
                throw CommandFailure(
                    .badInput, "\(folder.scenarioPath):1: is not what the folder was prepared for; prepare it anew")
            }
            let isDone = try Cancellation.onSignal { interrupter in
                try SweepUnit(study: study, manifest: manifest, folder: folder, plans: nil).work(
                    asked.unit, root: try study.root(margin: manifest.margin), interrupter: interrupter)
            }
            guard isDone else { throw CommandFailure(.noAnswer, "\(path): interrupted; nothing of it is kept") }
        }
        try output.print(
            text: "done  unit \(asked.unit)\n", json: ["unit": .integer(Int64(asked.unit)), "done": .bool(true)])
    }
}
