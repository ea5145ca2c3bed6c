internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import Optimization

struct SolveMulticommodityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "multicommodity",
        abstract: "Route demands between many pairs of nodes over links that they share.",
        discussion: """
            Reads node-link JSON, as NetworkX and topohub write it, with "capacity", "cost" and "congestion" on links and
            "demands" beside them; or TEAVAR's topology.txt, with its demand.txt as --demands. The guide of multicommodity
            flow has the format. The answer carries link prices, which bound the cost of every routing from below, or link
            lengths, which prove that there is none; a checker that shares no code with the solver has verified them.

            EXAMPLES
              printf 'to_node from_node capacity prob\\n1 2 9 0\\n2 1 9 0\\n' >topology.txt
              printf '0 4 3 0\\n0 5 2 0\\n' >demand.txt
              rmc solve multicommodity topology.txt --demands demand.txt --matrix 2 --gap 0.02 --drop-penalty 100
            """)

    @Argument(help: "The file; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var file: String

    @Option(help: "Traffic matrices in place of the file's demands: one a line, row by row of sources.")
    var demands: String?

    @Option(help: "Which line of --demands counts, from 1.")
    var matrix: Int = 1

    @Option(help: "What every volume is multiplied by.")
    var scale: Double = 1

    @Option(help: "The capacity of links that state none; without it they have no limit.")
    var capacity: Double?

    @Option(help: "The price of a unit that is not routed, where the file states none; without it all must be routed.")
    var dropPenalty: Double?

    @Option(help: "How to solve it.")
    var method: RoutingMethod = .automatic

    @Option(help: "A relative gap that is good enough; 0 asks for the optimum, to 1e-6.")
    var gap: Double = 0

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print the way that each demand takes, and the load of each link.")
    var solution = false

    func validate() throws {
        guard gap >= 0, gap.isFinite else { throw ValidationError("--gap is \(gap); expected a number, 0 or more") }
        guard matrix >= 1 else { throw ValidationError("--matrix is \(matrix); expected 1 or more") }
        for (name, value) in [("scale", scale), ("capacity", capacity ?? 0), ("drop-penalty", dropPenalty ?? 0)]
        where !(value >= 0 && value < MulticommodityProblem.magnitudeLimit) {
            throw ValidationError("--\(name) is \(value); expected a number, 0 or more")
        }
    }

    func run() throws {
        let reading = try Stopwatch.measure {
            let options = MulticommodityReadingOptions(
                capacity: capacity, dropPenalty: dropPenalty, scale: scale,
                matrices: try demands.map { try InputFile.read($0) }, matrix: matrix)
            return try MulticommodityReader.read(try InputFile.read(file), options: options)
        }
        let instance = reading.value
        var criteria = limits.criteria
        criteria.relativeGap = gap
        let solved = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("solving") {
                try MeshEngine().solve(
                    instance.problem, method: method, criteria: criteria, interrupter: interrupter)
            }
        }
        let report = SolveReport(
            file: file, instance: instance, solved: solved, readSeconds: reading.seconds, showsSolution: solution)
        try output.print(text: report.text, json: report.json)
        try report.checkAnswered()
    }
}
