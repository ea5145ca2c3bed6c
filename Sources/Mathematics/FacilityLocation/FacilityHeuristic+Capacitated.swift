import Optimization

extension FacilityHeuristic {
    /// Split demand under capacities or congestion: volume steps over knapsacks, transport on rounded sets.
    func bracketCapacitated(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let slots = SlotLayout(problem)
        var transport = TransportKernel(problem: problem, slots: slots, flowSolver: flowSolver)
        if let short = try BendersFacilitySolver.shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var bracket = try CapacitatedBracket(
            lists: lists, oracle: CapacitatedOracle(problem: problem, slots: slots),
            incumbent: CapacitatedIncumbent(
                problem: problem, slots: slots, lists: lists, transport: transport, limits: limits),
            limits: limits, context: context)
        try bracket.close(limits: limits, rounds: rounds, budget: 60)
        try bracket.continueToDeadline(limits: limits)
        context.memory.start.prices = bracket.volume.prices
        var result = result(
            of: bracket.incumbent, volume: bracket.volume, worstCost: lists.worstCost, limits: limits)
        result.statistics["transports"] = bracket.incumbent.solveCount
        return result
    }

    /// Whole customers: the root of the exact search, or as much of its tree as the first solution needs (up to 256
    /// nodes); with a deadline as much as there is time for.
    func bracketSingleSource(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        guard limits.monitor.timeLeft == nil else {
            return try BendersFacilitySolver.solveSingleSource(
                problem, lists: lists, flowSolver: flowSolver, limits: limits, context: &context)
        }
        var nodes = 1
        while true {
            var result = try BendersFacilitySolver.solveSingleSource(
                problem, lists: lists, flowSolver: flowSolver, limits: limits.tightened(nodeLimit: nodes),
                context: &context)
            guard result.termination == .limitReached(.nodes) else { return result }
            if result.solution != nil || nodes >= 256 {
                result.termination = result.solution == nil ? .limitReached(.iterations) : .feasible
                return result
            }
            nodes *= 16
        }
    }
}
