public import Optimization

/// Cost scaling by push and relabel, from scratch, with a certificate for every answer.
///
/// For networks on which the network simplex method stalls, such as GOTO-8 with 65,536 nodes; elsewhere that is
/// faster (the guide has figures). Networks with a negative cost on an arc without a limit, and those with numbers near the range of 64 bits, are solved by
/// ``NetworkSimplexSolver`` in its place; the counter `delegations` says so.
///
/// - Complexity: O(n^2 m log(nC)) with `C` the largest absolute cost.
/// - Memory: 52 bytes an arc and 53 a node or more, besides the problem and the answer; the flow in hand takes
///   8 an arc more.
/// - Source: Goldberg and Tarjan, "Finding minimum-cost circulations by successive approximation", Math. Oper. Res. 15
///   (1990); partial augmentation as in Kovacs (2015). The guide `NetworkFlow.md` has the rest.
public struct CostScalingSolver: FlowSolver {
    /// The name of the command line's `--solver`.
    public let name = "cost-scaling"
    /// Exact, certified and interruptible.
    public let capabilities: SolverCapabilities = [
        .optimalityCertificate, .infeasibilityCertificate, .unboundednessCertificate, .exact, .interruption,
    ]

    /// Creates the solver.
    public init() {}

    /// Solves the problem, or stops where the criteria or the interrupter say so: with a feasible flow and a lower
    /// bound where it has them. The iteration limit counts relabels.
    ///
    /// - Throws: ``SolverError`` when a flow or the objective would leave the range of 64-bit integers.
    public func solve(
        _ problem: FlowProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FlowResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        if let reason = monitor.stopReason {
            return FlowResult(termination: reason, solverMessage: "stopped before it began")
        }
        let network = FlowNetwork(problem)
        if let unbalanced = network.unbalancedResult { return unbalanced }
        if let scope = CostScalingScope(network) {
            var kernel = CostScalingKernel(network, scope: scope)
            let iterationLimit = criteria.iterationLimit ?? .max
            let result = try kernel.solve(network, scope: scope, monitor: monitor, iterationLimit: iterationLimit)
            if let result { return result }
        }
        var left = criteria
        left.timeLimit = monitor.timeLeft
        var result = try NetworkSimplexSolver().solve(problem, criteria: left, interrupter: interrupter)
        result.statistics["delegations"] = 1
        return result
    }
}
