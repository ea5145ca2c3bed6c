import Optimization

extension NetworkSimplexKernel {
    /// The answer to the problem, once ``run(monitor:iterationLimit:)`` ended.
    borrowing func result(
        for network: FlowNetwork, outcome: Outcome, monitor: StopMonitor, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        switch outcome {
        case .optimal:
            guard isFeasible else {
                return FlowResult(termination: .infeasible, certificate: .cut(violatedCut), statistics: statistics)
            }
            let flows = flows(of: network)
            let cost = try FlowArithmetic.cost(of: flows, in: network)
            return FlowResult(
                termination: .optimal, flows: flows, objective: cost, bound: cost,
                certificate: .potentials(certifiedPotentials), statistics: statistics)
        case .stopped(let reason):
            return try stoppedResult(for: network, reason: reason)
        case .overflow:
            throw Self.overflowError
        case .unboundedCycle:
            guard let cycle = unboundedCycle(in: network) else { throw Self.overflowError }
            return try unboundedResult(for: network, cycle: cycle, monitor: monitor, iterationLimit: iterationLimit)
        }
    }

    private static var overflowError: SolverError {
        SolverError(.invalidProblem, "a flow of 2^61 or more would be needed; scale supplies and capacities down")
    }

    private borrowing func stoppedResult(
        for network: FlowNetwork, reason: Termination
    ) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: reason, statistics: statistics)
        if let best = FlowArithmetic.bestBound(of: certifiedPotentials, for: network) {
            result.bound = best.bound
            result.certificate = .potentials(best.potentials)
        }
        guard isFeasible else {
            result.solverMessage = "stopped before a feasible flow was found"
            return result
        }
        let flows = flows(of: network)
        result.objective = try FlowArithmetic.cost(of: flows, in: network)
        result.flows = flows
        result.solverMessage = "stopped with a feasible flow"
        return result
    }

    /// A cycle without limit makes the problem unbounded if any flow is feasible: a second solve, without costs, says.
    private borrowing func unboundedResult(
        for network: FlowNetwork, cycle: [Int], monitor: StopMonitor, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        var feasibility = NetworkSimplexKernel(network, ignoringCosts: true)
        let outcome = feasibility.run(monitor: monitor, iterationLimit: iterationLimit)
        var statistics = statistics
        statistics.add(feasibility.statistics)
        switch outcome {
        case .optimal where !feasibility.isFeasible:
            return FlowResult(
                termination: .infeasible, certificate: .cut(feasibility.violatedCut), statistics: statistics)
        case .optimal:
            let flows = feasibility.flows(of: network)
            return FlowResult(
                termination: .unbounded, flows: flows, objective: try FlowArithmetic.cost(of: flows, in: network),
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
