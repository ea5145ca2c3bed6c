internal import ArgumentParser
internal import FacilityLocation
internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import Optimization

struct SolveFacilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facility", abstract: "Solve a facility location or p-median problem.",
        discussion: """
            Reads OR-Library, UflLib "simple", Holmberg and p-median graph files, and JSON that states every variant
            (Models/Schemas/facility.schema.json); the format is recognised unless --input-format names it, and the answer
            says which it was. OR-Library and Holmberg files have the same numbers in another order: where neither the
            lines nor the capacities tell them apart, it is taken for OR-Library unless --input-format says otherwise. Facilities (sites) and customers are numbered
            from 0. The options from --min-sites on add terms to what the file says.

            EXAMPLES
              rmc generate facility --kind euclidean --facilities 20 --customers 40 --slack 3 --out sites.txt
              rmc solve facility sites.txt --time-limit 60 --format json
              rmc solve facility sites.txt --max-sites 12 --open 3 --forbid 7,9 --time-limit 60
            """)

    @Argument(help: "The file; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var file: String

    @Option(help: "The file's format; without it, it is recognised.")
    var inputFormat: FacilityFormat?

    @Flag(help: "Ignore capacities and demands.")
    var uncapacitated = false

    @Flag(help: "One facility serves all of a customer.")
    var singleSource = false

    @Option(help: "What the word 'capacity' stands for in an OR-Library file; 0 or more.")
    var capacity: Double?

    @Option(help: "How to solve it.")
    var solver: FacilityMethod = .automatic

    @Option(help: "A relative gap that is good enough; 0 asks for the proof.")
    var gap: Double = 0

    @Option(help: "The most threads that may work at once. Solvers that work on one use one.")
    var threads: Int = 1

    @Flag(help: "Tell of each better solution or bound on stderr, and in JSON as 'improvements'; not with solver glpk.")
    var progress = false

    @OptionGroup(title: "Variants") var variants: FacilityVariantOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print who serves whom; in JSON also the shares of customers that are split.")
    var solution = false

    func validate() throws {
        guard gap >= 0, gap.isFinite else { throw ValidationError("--gap is \(gap); expected a number, 0 or more") }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 1024")
        }
        if progress, solver == .glpk {
            throw ValidationError("--progress is not for --solver glpk, which does not tell on its way")
        }
        if let capacity, !(capacity >= 0 && capacity.isFinite) {
            throw ValidationError("--capacity is \(capacity); expected a number, 0 or more")
        }
    }

    func run() throws {
        let reading = try Stopwatch.measure {
            let text = try InputFile.read(file)
            let format = try inputFormat ?? FacilityReader.recognize(text)
            let options = FacilityReadingOptions(
                format: format, isUncapacitated: uncapacitated, isSingleSource: singleSource, capacity: capacity)
            return (problem: try FacilityReader.read(text, options: options), format: format)
        }
        let problem = try variants.apply(to: reading.value.problem)
        var criteria = limits.criteria
        criteria.relativeGap = gap
        let log = progress ? ImprovementLog() : nil
        let solved = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("solving") {
                try MeshEngine().solve(
                    problem, method: solver, criteria: criteria, interrupter: interrupter,
                    onImprovement: log.map { log in { log.add($0) } })
            }
        }
        var report = SolveReport(
            file: "\(file)  (format \(reading.value.format.rawValue))", problem: problem, solved: solved,
            readSeconds: reading.seconds, showsSolution: solution)
        report.details.insert(("format", .string(reading.value.format.rawValue)), at: 0)
        if let log { report.details.append(("improvements", log.json)) }
        try output.print(text: report.text, json: report.json)
        try report.checkAnswered()
    }
}

/// Writes a line on stderr for each improvement, and keeps them for the report. One thread uses it.
private final class ImprovementLog {
    private let start = ContinuousClock.now
    private var lines: [JSONValue] = []

    func add(_ improvement: FacilityImprovement) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        lines.append([
            "seconds": .number(seconds),
            "objective": improvement.objective < .infinity ? .exact(improvement.objective) : .null,
            "bound": .exact(improvement.bound),
            "gap": improvement.gap < .infinity ? .exact(improvement.gap) : .null,
        ])
        StandardError.write(
            "\(Numerals.fixed(seconds, decimals: 3)) s  objective \(improvement.objective)  bound \(improvement.bound)"
                + (improvement.gap < .infinity ? "  gap \(Numerals.percent(improvement.gap))\n" : "\n"))
    }

    var json: JSONValue { .array(lines) }
}
