public import Optimization

/// Network simplex, until its own counters show that it stalls; then cost scaling.
///
/// The network simplex method is the faster one on most networks, but on some (GOTO-8 from 16,384 nodes on) it takes
/// many times as long. The pivots are run in short turns, and after each ``StallForecast`` weighs what is left
/// against the work of cost scaling. Only counters decide, so that the same problem is always solved the same way;
/// `handovers` and ``FlowResult/solverMessage`` say which method answered and why.
///
/// - Complexity: that of the method which answers, and up to about a quarter more when that is cost scaling.
/// - Memory: both methods' in the worst case.
/// - Source: measurements in the guide `NetworkFlow.md`.
public struct AutomaticFlowSolver: FlowSolver {
    /// The name of the command line's `--solver`.
    public let name = "auto"
    /// Exact, certified and interruptible.
    public let capabilities: SolverCapabilities = [
        .optimalityCertificate, .infeasibilityCertificate, .unboundednessCertificate, .exact, .interruption,
    ]

    /// After so many pivots the run counts as stalling, whatever it shows; `nil` leaves that to the counters.
    private let pivotsToHandover: Int?

    /// Creates the solver.
    public init() {
        pivotsToHandover = nil
    }

    /// Creates a solver that hands over after so many pivots, for tests of what happens then.
    package init(handingOverAfter pivots: Int) {
        pivotsToHandover = pivots
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so: with a feasible flow and a lower
    /// bound where it has them. The iteration limit counts pivots and relabels together.
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
        let limit = criteria.iterationLimit ?? .max
        var meter = WorkMeter(monitor: monitor, network: network)
        var kernel = NetworkSimplexKernel(network, meter: &meter)
        if let reason = kernel.loadingStopped {
            return try kernel.result(for: network, outcome: .stopped(reason), meter: &meter, iterationLimit: limit)
        }
        var forecast = StallForecast(kernel, pivotsToHandover: pivotsToHandover)
        while true {
            let turn = min(limit, kernel.pivots + forecast.turn)
            let outcome = kernel.run(meter: &meter, iterationLimit: turn)
            if case .stopped(.limitReached(.iterations)) = outcome, kernel.pivots < limit {
                guard let sign = forecast.signOfStalling(kernel), let scope = CostScalingScope(network) else {
                    continue
                }
                let inHand = try kernel.result(for: network, outcome: outcome, meter: &meter, iterationLimit: limit)
                let handover = Handover(
                    network: network, scope: scope, monitor: monitor, relabelLimit: limit - kernel.pivots,
                    inHand: inHand, sign: sign)
                if let result = try handover.result() { return result }
                forecast.isSettled = true
                continue
            }
            var result = try kernel.result(for: network, outcome: outcome, meter: &meter, iterationLimit: limit)
            result.statistics["handovers"] = 0
            return result
        }
    }
}
