public import Optimization

/// Minimum-cost flows as linear programs for GLPK: slow, exact, and independent of the house's own kernels.
///
/// GLPK's simplex works in floating point, so its numbers are not taken: only the *basis* it ends with is. A basis of a
/// flow problem is a spanning forest (Ahuja, Magnanti, Orlin, 11.11), and ``SpanningForest`` recomputes flows and
/// potentials from it in integers. What comes out is optimal when the integers say so; when they do not, the rational
/// simplex goes on from that basis.
///
/// Unboundedness is decided beforehand, by a negative cycle of arcs without an upper bound. Infeasibility is proved by an
/// elastic problem, whose potentials name a violated cut.
///
/// Data beyond 2^53 is refused, as GLPK could not even read it exactly.
public struct GLPKFlowSolver: FlowSolver {
    /// How GLPK is to solve.
    public var options: GLPKOptions

    /// `glpk`.
    public var name: String { "glpk" }

    /// All certificates, exact answers, interruption.
    public var capabilities: SolverCapabilities {
        [.optimalityCertificate, .infeasibilityCertificate, .unboundednessCertificate, .exact, .interruption]
    }

    /// Creates a solver.
    public init(options: GLPKOptions = GLPKOptions()) {
        self.options = options
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so.
    ///
    /// - Throws: ``Optimization/SolverError``: `unsupported` for data beyond 2^53 or an objective beyond 64 bits;
    ///   `numericalFailure`, `memoryLimit` and `libraryFailure` as ``GLPKLinearSolver`` does.
    public func solve(
        _ problem: FlowProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FlowResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        try Self.refuseInexact(problem)
        if let cycle = NegativeCycle.find(in: problem) {
            return try solveUnbounded(problem, cycle: cycle, criteria: criteria, monitor: monitor)
        }
        return try solveBounded(problem, criteria: criteria, monitor: monitor)
    }

    private static func refuseInexact(_ problem: FlowProblem) throws(SolverError) {
        let limit = UInt64(1) << 53
        func refuse(_ what: String, _ value: Int64) throws(SolverError) {
            guard value.magnitude > limit else { return }
            throw SolverError(.unsupported, "\(what) is \(value); GLPK computes in doubles, exact up to 2^53")
        }
        for (node, supply) in problem.supplies.enumerated() { try refuse("node \(node): supply", supply) }
        for (index, arc) in problem.arcs.enumerated() {
            try refuse("arc \(index): cost", arc.cost)
            try refuse("arc \(index): lower bound", arc.lower)
            if arc.upper != FlowProblem.unlimited { try refuse("arc \(index): capacity", arc.upper) }
        }
    }

    /// A problem with a negative cycle of unlimited arcs: unbounded if any flow is feasible.
    private func solveUnbounded(
        _ problem: FlowProblem, cycle: [Int], criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> FlowResult {
        var result = try solveBounded(
            try problem.withCosts { _ in 0 }, criteria: criteria, monitor: monitor)
        result.bound = nil
        switch result.termination {
        case .optimal:
            result.termination = .unbounded
            result.certificate = .negativeCycle(cycle)
        case .infeasible: return result
        default: result.certificate = .none
        }
        if let flows = result.flows { result.objective = try problem.cost(of: flows) }
        return result
    }

    /// A problem that is not unbounded.
    private func solveBounded(
        _ problem: FlowProblem, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> FlowResult {
        try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(problem)
            var statistics = SolverStatistics()
            for method in [GLPKSession.Method.primal, .exact] {
                if method == .primal { try session.resetBasis(advanced: true) }
                let state = try session.solveLinear(
                    method: method, options: options, criteria: criteria, monitor: monitor)
                statistics["simplex-iterations"] = state.iterations
                statistics["remedies"] += state.remedies.count + (method == .exact ? 1 : 0)
                let forest = SpanningForest(problem: problem, basis: try session.readBasis())
                switch state.outcome {
                case .optimal:
                    guard let forest, forest.isPrimalFeasible, forest.isDualFeasible else { continue }
                    return try forest.result(.optimal, statistics: statistics)
                case .infeasible:
                    let proof = try proveInfeasible(problem, criteria: criteria, monitor: monitor)
                    guard var proof else { continue }
                    proof.statistics.add(statistics)
                    return proof
                case .stopped(let reason):
                    guard let forest, state.iterations > 0 else {
                        return FlowResult(termination: reason, statistics: statistics)
                    }
                    return try forest.result(reason, statistics: statistics)
                case .unbounded, .cutoffReached: continue
                }
            }
            throw SolverError(.numericalFailure, "GLPK's basis is not optimal when recomputed in integers")
        }
    }

    /// Solves the elastic problem; `nil` when it says that the problem is feasible after all.
    private func proveInfeasible(
        _ problem: FlowProblem, criteria: StoppingCriteria, monitor: StopMonitor
    ) throws(SolverError) -> FlowResult? {
        let elastic = try solveBounded(try problem.elastic(), criteria: criteria, monitor: monitor)
        guard elastic.termination == .optimal else {
            return FlowResult(termination: elastic.termination, statistics: elastic.statistics)
        }
        guard elastic.objective != 0, case .potentials(let potentials) = elastic.certificate else { return nil }
        // Potentials of the elastic problem, less the root's, are -1, 0 or 1; each sign is one side of a cut, and the
        // violations of the two cuts sum to the elastic objective.
        let root = potentials[problem.nodeCount]
        let sides = [
            (0..<problem.nodeCount).filter { potentials[$0] > root },
            (0..<problem.nodeCount).filter { potentials[$0] < root },
        ]
        guard let cut = sides.first(where: problem.violates) else {
            throw SolverError(.internalInconsistency, "the elastic problem names no violated cut")
        }
        return FlowResult(termination: .infeasible, certificate: .cut(cut), statistics: elastic.statistics)
    }
}

extension GLPKSession {
    /// Loads a flow problem: a row a node, a column an arc.
    fileprivate func load(_ problem: FlowProblem) throws(SolverError) {
        try addRows(
            problem.supplies.map { supply in
                LinearProgram.Row(
                    lower: problem.supplyRule == .equal ? Double(supply) : -.infinity, upper: Double(supply), terms: [])
            })
        let columns = problem.arcs.map { arc in
            LinearProgram.Column(
                cost: Double(arc.cost), lower: Double(arc.lower),
                upper: arc.upper == FlowProblem.unlimited ? .infinity : Double(arc.upper))
        }
        // A self-loop enters what it leaves: it has no coefficients.
        let terms = problem.arcs.map { arc in
            arc.tail == arc.head ? [] : [LinearProgram.Row.Term(Int(arc.tail), 1), .init(Int(arc.head), -1)]
        }
        try addColumns(columns, terms: terms)
    }
}
