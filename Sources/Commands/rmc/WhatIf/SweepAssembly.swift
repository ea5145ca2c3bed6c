internal import Foundation
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes
internal import Scenarios

/// Puts the finished units of a sweep together: result files, the worst, what fails, what the questions' answers are.
///
/// Rows are read unit by unit and not kept, but for the worst and those that answer questions.
struct SweepAssembly {
    /// An assertion that does not hold somewhere.
    struct Failure {
        let assertion: Assertion
        var count: Int
        /// The scenarios in which it misses most, the worst first.
        var scenarios: [ScenarioResult]
    }

    let study: LoadedStudy
    let manifest: SweepFolder.Manifest
    let folder: SweepFolder
    let base: ScenarioResult
    private(set) var worst: [ScenarioResult] = []
    /// The scenarios of the least cost, the base left out.
    private(set) var best: [ScenarioResult] = []
    private static let bestCount = 3
    private(set) var failures: [Failure] = []
    /// Rows for the report's table: all of a small sweep, the worst of a large one.
    private(set) var rows: [ScenarioResult] = []
    /// Whether rows were left out.
    private(set) var isPartial = false
    private static let rowLimit = 2_500
    private(set) var unverified = 0
    private(set) var verified = 0
    private(set) var cold = 0
    let answers: Answers
    /// What counts as bad.
    let metric: Assertion.Metric
    private static let failureNames = 5

    init(_ study: LoadedStudy, manifest: SweepFolder.Manifest, folder: SweepFolder, worst limit: Int) throws {
        self.study = study
        self.manifest = manifest
        self.folder = folder
        let assertions = study.study.assertions
        let metric = assertions.first { $0.comparison != .equal }?.metric ?? .cost
        self.metric = metric
        let sign: Double = [.served].contains(metric) ? -1 : 1
        var collector = AnswerCollector(study: study.study, base: study.sweep.base, plan: study.plan)
        let files = try ResultFiles(folder, axes: study.axisNames, assertions: assertions.map(\.text))
        var failures: [Int: Failure] = [:]
        var base: ScenarioResult?
        var worst: [ScenarioResult] = []
        var rows: [ScenarioResult] = []
        for unit in 0..<manifest.units {
            guard let finished = try folder.rows(unit, of: manifest) else {
                throw CommandFailure(
                    .badInput, "\(folder.resultPath(unit)):1: is damaged; remove it and run the same command again")
            }
            for (line, result) in finished {
                try files.add(line, result)
                if result.index == 0 { base = result }
                if result.method == .cold { cold += 1 }
                if let isRight = result.verified { if isRight { verified += 1 } else { unverified += 1 } }
                for number in result.failed where assertions.indices.contains(number) {
                    let assertion = assertions[number]
                    var failure = failures[number] ?? Failure(assertion: assertion, count: 0, scenarios: [])
                    failure.count += 1
                    failure.scenarios.append(result)
                    failure.scenarios.sort {
                        (abs($1.figures[assertion.metric] - assertion.limit), $0.index)
                            < (abs($0.figures[assertion.metric] - assertion.limit), $1.index)
                    }
                    failure.scenarios = Array(failure.scenarios.prefix(Self.failureNames))
                    failures[number] = failure
                }
                collector.add(result)
                guard !study.sweep.scenario(at: result.index).isQuestion else { continue }
                rows.append(result)
                if rows.count > 2 * Self.rowLimit {
                    Self.cut(&rows, metric, sign)
                    isPartial = true
                }
                if result.index != 0, result.figures.unserved == 0 {
                    best.append(result)
                    best.sort { ($0.figures.cost, $0.index) < ($1.figures.cost, $1.index) }
                    best = Array(best.prefix(Self.bestCount))
                }
                worst.append(result)
                if worst.count > 2 * limit + 64 {
                    worst = Array(worst.sorted { Self.isWorse($0, $1, metric, sign) }.prefix(limit))
                }
            }
        }
        try files.close()
        isPartial = isPartial || rows.count > Self.rowLimit
        if rows.count > Self.rowLimit { Self.cut(&rows, metric, sign) }
        rows.sort { $0.index < $1.index }
        self.rows = rows
        guard let base else { throw CommandFailure(.internalError, "the sweep has no base") }
        self.base = base
        self.worst = Array(worst.sorted { Self.isWorse($0, $1, metric, sign) }.prefix(limit))
        self.failures = failures.keys.sorted().compactMap { failures[$0] }
        var answers = collector.answers(base: base)
        if let rate = study.study.questions.bandwidthPerParticipant {
            answers.linkPrices = try Answers.linkPrices(study.plan, study.sweep.base, rate: rate, engine: study.engine)
        }
        self.answers = answers
    }

    /// Keeps the worst rows.
    private static func cut(_ rows: inout [ScenarioResult], _ metric: Assertion.Metric, _ sign: Double) {
        rows = Array(rows.sorted { isWorse($0, $1, metric, sign) }.prefix(rowLimit))
    }

    private static func isWorse(
        _ one: ScenarioResult, _ other: ScenarioResult, _ metric: Assertion.Metric, _ sign: Double
    ) -> Bool {
        (-Double(one.figures.unserved), -sign * one.figures[metric], one.index)
            < (-Double(other.figures.unserved), -sign * other.figures[metric], other.index)
    }

    /// The failed assertions in one line, each with the scenario that misses it most.
    var failureLine: String {
        failures.map { failure in
            let names = failure.scenarios.prefix(3).map { result in
                "\(result.name) (\(Self.value(of: failure.assertion.metric, result.figures)))"
            }
            let rest = failure.count - min(3, failure.scenarios.count)
            return "'\(failure.assertion.text)' fails in \(names.joined(separator: ", "))"
                + (rest > 0 ? " and \(rest) more" : "")
        }.joined(separator: "; ")
    }
}

extension LoadedStudy {
    /// The axes of the sweep, for columns; axes of questions after the study's own.
    var axisNames: [String] {
        var names = study.repetitions > 1 ? ["draw"] : []
        names += study.axes.map(\.name)
        for name in sweep.questionAxes where !names.contains(name) { names.append(name) }
        return names
    }
}

/// Result files, written row by row beside their final place.
private final class ResultFiles {
    private let files: [(final: String, partial: String, handle: FileHandle)]
    private let axes: [String]
    private let assertions: [String]

    init(_ folder: SweepFolder, axes: [String], assertions: [String]) throws {
        self.axes = axes
        self.assertions = assertions
        files = try ["results.jsonl", "results.csv"].map { name in
            let final = "\(folder.path)/\(name)"
            let partial = "\(final).\(getpid()).part"
            guard FileManager.default.createFile(atPath: partial, contents: nil),
                let handle = FileHandle(forWritingAtPath: partial)
            else { throw CommandFailure(.usage, "\(final): cannot be written; expected a folder that is writable") }
            return (final, partial, handle)
        }
        try write(ScenarioResult.csvHeading(axes: axes) + "\n", 1)
    }

    func add(_ line: String, _ result: ScenarioResult) throws {
        try write(line + "\n", 0)
        try write(result.csvLine(axes: axes, assertions: assertions) + "\n", 1)
    }

    private func write(_ text: String, _ number: Int) throws {
        do {
            try files[number].handle.write(contentsOf: Data(text.utf8))
        } catch {
            for file in files { try? FileManager.default.removeItem(atPath: file.partial) }
            throw CommandFailure(
                .usage,
                "\(files[number].final): cannot be written (\((error as NSError).localizedDescription)); units that "
                    + "are done are kept")
        }
    }

    func close() throws {
        for file in files {
            try file.handle.close()
            guard unsafe rename(file.partial, file.final) == 0 else {
                throw CommandFailure(.usage, "\(file.final): cannot be written (\(systemMessage(errno)))")
            }
        }
    }
}
