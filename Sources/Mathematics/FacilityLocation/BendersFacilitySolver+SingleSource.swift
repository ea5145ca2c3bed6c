import Optimization

extension BendersFacilitySolver {
    static func solveSingleSource(
        _ problem: FacilityProblem, lists: ServiceLists, flowSolver: any FlowSolver, limits: SearchLimits,
        context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let slots = SlotLayout(problem)
        var oracle = SingleSourceOracle(problem: problem, slots: slots, monitor: limits.monitor)
        var transport = TransportKernel(problem: problem, slots: slots, flowSolver: flowSolver)
        if let short = try Self.shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts)
        ascent.ascend((0..<Int32(lists.customerCount)).map { $0 })
        var incumbent = SingleSourceIncumbent(problem: problem, slots: slots)
        if let set = context.earlierSlots(slots), context.memory.start.assignment.count == lists.customerCount {
            incumbent.complete(context.memory.start.assignment, isOpen: set, monitor: limits.monitor)
        }
        var prices = ascent.prices
        if let earlier = context.earlierPrices(prices.count), oracle.evaluate(earlier) > oracle.evaluate(prices) {
            prices = earlier
        }
        var search = SingleSourceSearch(
            problem: problem, limits: limits, worstCost: lists.worstCost, oracle: oracle, incumbent: incumbent,
            observer: context.observer)
        let ending = search.run(prices: prices)
        context.memory.start.prices = search.rootPrices
        var statistics = SolverStatistics()
        statistics["price-steps"] = search.stepCount
        statistics["nodes"] = search.nodeCount
        statistics["leaves"] = search.tree.leaves.count
        let cutoff = limits.cutoff(incumbent: search.incumbent.cost, worst: lists.worstCost)
        return FacilityResult(
            ending: ending, incumbent: search.incumbent, tree: search.tree, cutoff: cutoff, statistics: statistics)
    }
}
