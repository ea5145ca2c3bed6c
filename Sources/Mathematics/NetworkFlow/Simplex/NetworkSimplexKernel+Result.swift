import Optimization

extension NetworkSimplexKernel {
    /// The answer to the problem, once ``run(monitor:iterationLimit:)`` ended.
    borrowing func result(
        for network: FlowNetwork, outcome: Outcome, meter: inout WorkMeter, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        switch outcome {
        case .optimal:
            guard isFeasible else {
                return FlowResult(termination: .infeasible, certificate: .cut(violatedCut), statistics: statistics)
            }
            guard let (flows, cost) = try flowsAndCost(of: network, meter: &meter) else {
                return try stoppedResult(for: network, reason: .cancelled)
            }
            return FlowResult(
                termination: .optimal, flows: flows, objective: cost, bound: cost,
                certificate: .potentials(certifiedPotentials), statistics: statistics)
        case .stopped(let reason):
            return try stoppedResult(for: network, reason: reason)
        case .overflow:
            throw Self.overflowError
        case .unboundedCycle:
            guard let cycle = unboundedCycle(in: network) else { throw Self.overflowError }
            return try unboundedResult(for: network, cycle: cycle, meter: &meter, iterationLimit: iterationLimit)
        }
    }

    private static var overflowError: SolverError {
        SolverError(.invalidProblem, "a flow of 2^61 or more would be needed; scale supplies and capacities down")
    }

    /// What a solve that is stopped has in hand.
    ///
    /// A time limit is seen early enough to write the bound and the flow; a cancel leaves them out where networks are so
    /// large that writing them would take milliseconds.
    private borrowing func stoppedResult(
        for network: FlowNetwork, reason: Termination
    ) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: reason, statistics: statistics)
        let size = reason == .cancelled ? network.arcs.count + network.supplies.count : 0
        guard loadingStopped == nil, size <= Self.largestWrittenOnCancel else {
            result.solverMessage = loadingStopped == nil ? "cancelled" : "stopped before the network was loaded"
            return result
        }
        if let best = FlowArithmetic.bestBound(of: certifiedPotentials, for: network) {
            result.bound = best.bound
            result.certificate = .potentials(best.potentials)
        }
        guard isFeasible else {
            result.solverMessage = "stopped before a feasible flow was found"
            return result
        }
        var meter = WorkMeter.unlimited(for: network)
        guard let (flows, cost) = try flowsAndCost(of: network, meter: &meter) else { return result }
        result.objective = cost
        result.flows = flows
        result.solverMessage = "stopped with a feasible flow"
        return result
    }

    /// Nodes and arcs of the largest network for which a cancelled solve writes down what it has.
    static var largestWrittenOnCancel: Int { 1 << 18 }

    /// A cycle without limit makes the problem unbounded if any flow is feasible: a second solve, without costs, says.
    private borrowing func unboundedResult(
        for network: FlowNetwork, cycle: [Int], meter: inout WorkMeter, iterationLimit: Int
    ) throws(SolverError) -> FlowResult {
        var feasibility = NetworkSimplexKernel(network, ignoringCosts: true, meter: &meter)
        let outcome = feasibility.run(meter: &meter, iterationLimit: iterationLimit)
        var statistics = statistics
        statistics.add(feasibility.statistics)
        switch outcome {
        case .optimal where !feasibility.isFeasible:
            return FlowResult(
                termination: .infeasible, certificate: .cut(feasibility.violatedCut), statistics: statistics)
        case .optimal:
            // That kernel knows no costs.
            var unlimited = WorkMeter.unlimited(for: network)
            let flows = try feasibility.flowsAndCost(of: network, meter: &unlimited)?.flows ?? []
            let cost = try FlowArithmetic.cost(of: flows, in: network)
            return FlowResult(
                termination: .unbounded, flows: flows, objective: cost, certificate: .negativeCycle(cycle),
                statistics: statistics)
        case .stopped(let reason):
            return FlowResult(
                termination: reason, certificate: .negativeCycle(cycle), statistics: statistics,
                solverMessage: "stopped before a feasible flow was found; with one the problem is unbounded")
        case .overflow, .unboundedCycle:
            throw Self.overflowError
        }
    }
}
