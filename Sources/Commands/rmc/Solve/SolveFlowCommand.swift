internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import Optimization

struct SolveFlowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flow", abstract: "Solve a minimum-cost flow problem in DIMACS format (.min, .dmx).",
        discussion: """
            The answer carries node potentials (optimal), a violated cut (infeasible) or a negative cycle (unbounded), which
            a checker that shares no code with the solver has verified.

            EXAMPLE
              rmc generate flow --shape netgen-8 --nodes 1024 --out instance.min
              rmc solve flow instance.min --solver network-simplex --time-limit 10 --format json
            """)

    @Argument(help: "The file; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var file: String

    @Option(help: "How to solve it.")
    var solver: FlowMethod = .automatic

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print the flow of every arc.")
    var solution = false

    func run() throws {
        let reading = try Stopwatch.measure { try DIMACSFlowReader.read(try InputFile.read(file)) }
        let problem = reading.value
        let solved = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("solving") {
                try MeshEngine().solve(
                    problem, method: solver, criteria: limits.criteria, interrupter: interrupter)
            }
        }
        let report = SolveReport(
            file: file, problem: problem, solved: solved, readSeconds: reading.seconds, showsSolution: solution)
        try output.print(text: report.text, json: report.json)
        try report.checkAnswered()
    }
}

extension SolveReport {
    init(file: String, problem: FlowProblem, solved: Checked<FlowResult>, readSeconds: Double, showsSolution: Bool) {
        let result = solved.result
        // An unbounded problem has feasible flows, but no objective to speak of.
        let isBounded = result.termination != .unbounded && result.termination != .infeasible
        let objective = isBounded ? result.objective : nil
        let bound = isBounded ? result.bound : nil
        var gap: Double?
        if let objective, let bound {
            gap = OptimalityGap.relative(objective: Double(objective), bound: Double(bound))
        }
        self.init(
            problem: "min-cost-flow", file: file,
            size: [("nodes", problem.nodeCount), ("arcs", problem.arcCount)], solver: solved.solver,
            termination: result.termination, objective: .optional(objective, JSONValue.integer),
            bound: .optional(bound, JSONValue.integer), gap: gap, certificate: result.certificate.kind,
            evidence: Self.evidence(result.certificate), verification: solved.verification,
            reason: Self.reason(result.certificate, problem, termination: result.termination),
            details: showsSolution ? [("flows", .optional(result.flows, JSONValue.integers))] : [],
            seconds: [
                ("read", readSeconds), ("solve", solved.solveSeconds), ("certify", solved.certifySeconds),
            ],
            statistics: result.statistics,
            solverMessage: result.solverMessage,
            listing: showsSolution ? Self.listing(result.flows, of: problem) : "",
            isAnswered: result.flows != nil || [.infeasible, .unbounded].contains(result.termination))
    }

    /// What proves that there is no optimum, in the file's numbering from 1.
    private static func evidence(_ certificate: FlowCertificate) -> [(String, JSONValue)] {
        switch certificate {
        case .cut(let nodes): [("nodes", .integers(nodes.map { $0 + 1 }))]
        case .negativeCycle(let arcs): [("arcs", .integers(arcs.map { $0 + 1 }))]
        case .potentials, .none: []
        }
    }

    private static func reason(
        _ certificate: FlowCertificate, _ problem: FlowProblem, termination: Termination
    ) -> String? {
        switch (termination, certificate) {
        case (.infeasible, .cut(let nodes)) where nodes.count == problem.nodeCount:
            "the supplies sum to \(problem.supplies.reduce(0, +)), not to 0"
        case (.infeasible, .cut(let nodes)):
            "what the nodes \(NumberList.short(nodes.map { $0 + 1 })) supply in excess cannot leave them"
        case (.unbounded, .negativeCycle(let arcs)):
            "a cycle without a limit costs less each time around: arcs \(NumberList.short(arcs.map { $0 + 1 }))"
        default: nil
        }
    }

    /// The arcs that carry flow, one a line.
    private static func listing(_ flows: [Int64]?, of problem: FlowProblem) -> String {
        guard let flows else { return "" }
        var text = "\ntail head flow\n"
        for (arc, flow) in zip(problem.arcs, flows) where flow != 0 {
            text += "\(arc.tail + 1) \(arc.head + 1) \(flow)\n"
        }
        return text
    }
}
