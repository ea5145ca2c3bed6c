internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import Optimization

struct SolveFacilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facility", abstract: "Solve a facility location or p-median problem.",
        discussion: """
            Reads OR-Library, UflLib "simple", Holmberg and p-median graph files; the format is recognised unless
            --input-format names it. Facilities and customers are numbered from 0.

            EXAMPLE
              rmc solve facility capa.txt --capacity 8000 --time-limit 60 --format json
            """)

    @Argument(help: "The file; - for the standard input. gzip and xz are unpacked.")
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

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print who serves whom; in JSON also the shares of customers that are split.")
    var solution = false

    func validate() throws {
        guard gap >= 0, gap.isFinite else { throw ValidationError("--gap is \(gap); expected a number, 0 or more") }
        guard (1...1024).contains(threads) else {
            throw ValidationError("--threads is \(threads); expected 1 to 1024")
        }
        if let capacity, !(capacity >= 0 && capacity.isFinite) {
            throw ValidationError("--capacity is \(capacity); expected a number, 0 or more")
        }
    }

    func run() throws {
        let options = FacilityReadingOptions(
            format: inputFormat, isUncapacitated: uncapacitated, isSingleSource: singleSource, capacity: capacity)
        let reading = try Stopwatch.measure { try FacilityReader.read(try InputFile.read(file), options: options) }
        let problem = reading.value
        var criteria = limits.criteria
        criteria.relativeGap = gap
        let solved = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("solving") {
                try MeshEngine().solve(
                    problem, method: solver, criteria: criteria, interrupter: interrupter)
            }
        }
        let report = SolveReport(
            file: file, problem: problem, solved: solved, readSeconds: reading.seconds, showsSolution: solution)
        try output.print(text: report.text, json: report.json)
        try report.checkAnswered()
    }
}
