public import Optimization

/// The primal network simplex method, from scratch, with a certificate for every answer.
///
/// All of ``FlowProblem`` is handled: lower bounds, arcs without a limit, negative costs, both supply rules, parallel
/// arcs, self-loops. The same problem gives the same answer and the same counters on every machine.
///
/// - Complexity: no polynomial bound is known; the guide has measurements.
/// - Memory: 25 bytes an arc and 56 a node, besides the problem and the answer.
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
        var meter = WorkMeter(monitor: monitor, network: FlowNetwork(problem))
        return try Self.solve(problem, iterationLimit: criteria.iterationLimit ?? .max, meter: &meter)
    }

    /// Solves with a meter of the caller's, which tests read afterwards.
    package static func solve(
        _ problem: FlowProblem, iterationLimit: Int = .max, meter: inout WorkMeter
    ) throws(SolverError) -> FlowResult {
        let network = FlowNetwork(problem)
        if let unbalanced = network.unbalancedResult { return unbalanced }
        var kernel = NetworkSimplexKernel(network, meter: &meter)
        let outcome = kernel.run(meter: &meter, iterationLimit: iterationLimit)
        return try kernel.result(for: network, outcome: outcome, meter: &meter, iterationLimit: iterationLimit)
    }
}
