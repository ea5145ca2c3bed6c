public import Optimization

/// The primal network simplex method, from scratch, with a certificate for every answer.
///
/// All of ``FlowProblem`` is handled: lower bounds, arcs without a limit, negative costs, both supply rules, parallel
/// arcs, self-loops. The same problem gives the same answer and the same counters on every machine.
///
/// - Complexity: no polynomial bound is known; measured, pivots grow like n^1.2 and time like n^1.5 on NETGEN networks.
/// - Memory: 25 bytes an arc and 48 a node, besides the problem and the answer.
/// - Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), ch. 11; the guide `NetworkFlow.md` has the rest.
public struct NetworkSimplexSolver: FlowSolver {
    /// The name of the command line's `--solver`.
    public let name = "network-simplex"
    /// Exact, certified and interruptible.
    public let capabilities: SolverCapabilities = [
        .optimalityCertificate, .infeasibilityCertificate, .unboundednessCertificate, .exact, .interruption,
    ]

    /// Creates the solver.
    public init() {}

    /// Solves the problem, or stops where the criteria or the interrupter say so: with a feasible flow and a lower
    /// bound where it has them.
    ///
    /// - Throws: ``SolverError`` when a flow or the objective would leave the range of 64-bit integers.
    public func solve(
        _ problem: FlowProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FlowResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        if let reason = monitor.stopReason {
            return FlowResult(termination: reason, solverMessage: "stopped before it began")
        }
        if let unbalanced = Self.unbalanced(problem) { return unbalanced }
        var kernel = NetworkSimplexKernel(problem)
        let outcome = kernel.run(monitor: monitor, iterationLimit: criteria.iterationLimit ?? .max)
        return try kernel.result(
            for: problem, outcome: outcome, monitor: monitor, iterationLimit: criteria.iterationLimit ?? .max)
    }

    /// The answer to a problem whose supplies cannot balance as a whole, which the cut of all nodes states.
    static func unbalanced(_ problem: FlowProblem) -> FlowResult? {
        let total = problem.supplies.reduce(0, +)
        guard total < 0 || (total > 0 && problem.supplyRule == .equal) else { return nil }
        return FlowResult(
            termination: .infeasible, certificate: .cut(Array(0..<problem.nodeCount)),
            solverMessage: "the supplies sum to \(total)")
    }
}

extension NetworkSimplexKernel {
    /// The answer to the problem, once ``run(monitor:iterationLimit:)`` ended.
    borrowing func result(
        for problem: FlowProblem, outcome: Outcome, monitor: StopMonitor, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        switch outcome {
        case .optimal:
            guard isFeasible else {
                return FlowResult(termination: .infeasible, certificate: .cut(violatedCut), statistics: statistics)
            }
            let flows = flows(of: problem)
            let cost = try FlowArithmetic.cost(of: flows, in: problem)
            return FlowResult(
                termination: .optimal, flows: flows, objective: cost, bound: cost,
                certificate: .potentials(certifiedPotentials), statistics: statistics)
        case .stopped(let reason):
            return try stoppedResult(for: problem, reason: reason)
        case .overflow:
            throw Self.overflowError
        case .unboundedCycle:
            guard let cycle = unboundedCycle(in: problem) else { throw Self.overflowError }
            return try unboundedResult(for: problem, cycle: cycle, monitor: monitor, iterationLimit: iterationLimit)
        }
    }

    private static var overflowError: SolverError {
        SolverError(.invalidProblem, "a flow of 2^61 or more would be needed; scale supplies and capacities down")
    }

    private borrowing func stoppedResult(
        for problem: FlowProblem, reason: Termination
    ) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: reason, statistics: statistics)
        if let best = FlowArithmetic.bestBound(of: certifiedPotentials, for: problem) {
            result.bound = best.bound
            result.certificate = .potentials(best.potentials)
        }
        guard isFeasible else {
            result.solverMessage = "stopped before a feasible flow was found"
            return result
        }
        let flows = flows(of: problem)
        result.objective = try FlowArithmetic.cost(of: flows, in: problem)
        result.flows = flows
        result.solverMessage = "stopped with a feasible flow"
        return result
    }

    /// A cycle without limit makes the problem unbounded if any flow is feasible: a second solve, without costs, says.
    private borrowing func unboundedResult(
        for problem: FlowProblem, cycle: [Int], monitor: StopMonitor, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        var feasibility = NetworkSimplexKernel(problem, ignoringCosts: true)
        let outcome = feasibility.run(monitor: monitor, iterationLimit: iterationLimit)
        var statistics = statistics
        statistics.add(feasibility.statistics)
        switch outcome {
        case .optimal where !feasibility.isFeasible:
            return FlowResult(
                termination: .infeasible, certificate: .cut(feasibility.violatedCut), statistics: statistics)
        case .optimal:
            let flows = feasibility.flows(of: problem)
            return FlowResult(
                termination: .unbounded, flows: flows, objective: try FlowArithmetic.cost(of: flows, in: problem),
                certificate: .negativeCycle(cycle), statistics: statistics)
        case .stopped(let reason):
            return FlowResult(
                termination: reason, certificate: .negativeCycle(cycle), statistics: statistics,
                solverMessage: "stopped before a feasible flow was found; with one the problem is unbounded")
        case .overflow, .unboundedCycle:
            throw Self.overflowError
        }
    }
}
