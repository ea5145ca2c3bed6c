public import Optimization

/// Cost scaling by push and relabel, from scratch, with a certificate for every answer.
///
/// For large networks, and for those on which the network simplex method stalls, such as GOTO-8 from 16,384 nodes on;
/// elsewhere that is faster (the guide has figures). Networks with a negative cost on an arc without a limit, and those
/// with numbers near the range of 64 bits, are solved by ``NetworkSimplexSolver`` in its place; the counter
/// `delegations` says so.
///
/// - Complexity: O(n^2 m log(nC)) with `C` the largest absolute cost.
/// - Memory: 44 bytes an arc (68 where numbers exceed 32 bits) and 130 a node, besides the problem and the answer.
/// - Source: Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", J. Algorithms 22 (1997);
///   partial augmentation as in Kovacs (2015). The guide `NetworkFlow.md` has the rest.
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
            let relabelLimit = criteria.iterationLimit ?? .max
            if scope.fitsInt32 {
                var kernel = CostScalingKernel<Int32>(
                    network, scope: scope, monitor: monitor, relabelLimit: relabelLimit)
                if let result = try kernel.solve(network, scope: scope) { return result }
            } else {
                var kernel = CostScalingKernel<Int64>(
                    network, scope: scope, monitor: monitor, relabelLimit: relabelLimit)
                if let result = try kernel.solve(network, scope: scope) { return result }
            }
        }
        var left = criteria
        left.timeLimit = monitor.timeLeft
        var result = try NetworkSimplexSolver().solve(problem, criteria: left, interrupter: interrupter)
        result.statistics["delegations"] = 1
        return result
    }
}
