import Optimization

extension CostScalingKernel {
    /// Solves the network that was loaded.
    ///
    /// - Returns: The answer; `nil` when an arc without a limit came out full of the capacity that stands for none,
    ///   which round cycles of zero cost cannot be ruled out, so that the potentials prove nothing.
    mutating func solve(
        _ network: FlowNetwork, scope: CostScalingScope, monitor: StopMonitor, iterationLimit: Int
    ) throws(SolverError) -> FlowResult? {
        if let reason = findFeasibleFlow(monitor: monitor) {
            return try stoppedResult(network, scope: scope, reason: reason, residuals: nil)
        }
        if let reached = reachOfExcess() {
            // Under `atMost` the excess reaches the node of the slack; the other side then lacks what it must take in.
            let isCut = network.supplyRule == .equal
            let cut = network.supplies.indices.filter { reached[$0] == isCut }
            return FlowResult(termination: .infeasible, certificate: .cut(cut), statistics: statistics)
        }
        var feasible = residuals()
        if let reason = optimise(monitor: monitor, iterationLimit: iterationLimit, feasible: &feasible) {
            return try stoppedResult(network, scope: scope, reason: reason, residuals: feasible)
        }
        var potentials = exactPotentials()
        if network.supplyRule == .atMost, let slack = potentials.popLast() {
            potentials = potentials.map { $0 - slack }
        }
        let flows = flows(of: network, scope: scope, residuals: feasible)
        let cost = try FlowArithmetic.cost(of: flows, in: network)
        guard FlowArithmetic.bound(provedBy: potentials, for: network) == cost else { return nil }
        return FlowResult(
            termination: .optimal, flows: flows, objective: cost, bound: cost, certificate: .potentials(potentials),
            statistics: statistics)
    }

    private func flows(of network: FlowNetwork, scope: CostScalingScope, residuals: [Int64]) -> [Int64] {
        zip(network.arcs, residuals).map { arc, residual in
            arc.upper == FlowProblem.unlimited ? arc.lower + scope.unlimitedCapacity - residual : arc.upper - residual
        }
    }

    /// What is in hand when the solve stops: the last feasible flow, and the bound that zero potentials prove.
    private func stoppedResult(
        _ network: FlowNetwork, scope: CostScalingScope, reason: Termination, residuals: [Int64]?
    ) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: reason, statistics: statistics)
        if let best = FlowArithmetic.bestBound(of: [Int64](repeating: 0, count: network.supplies.count), for: network) {
            result.bound = best.bound
            result.certificate = .potentials(best.potentials)
        }
        guard let residuals else {
            result.solverMessage = "stopped before a feasible flow was found"
            return result
        }
        let flows = flows(of: network, scope: scope, residuals: residuals)
        result.objective = try FlowArithmetic.cost(of: flows, in: network)
        result.flows = flows
        result.solverMessage = "stopped with a feasible flow"
        return result
    }

    /// The counters, by the names that thresholds use.
    private var statistics: SolverStatistics {
        SolverStatistics([
            "pushes": pushes, "relabels": relabels, "refinements": refinements, "global-updates": globalUpdates,
            "arcs-scanned": arcsScanned,
        ])
    }
}
