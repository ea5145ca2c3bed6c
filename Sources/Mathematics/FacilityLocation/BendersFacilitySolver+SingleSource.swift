import Optimization

extension BendersFacilitySolver {
    func solveSingleSource(_ problem: FacilityProblem, limits: SearchLimits) throws(SolverError) -> FacilityResult {
        let lists = ServiceLists(problem)
        if let customer = lists.unreachableCustomer { return .unreachable(customer) }
        let slots = SlotLayout(problem)
        let oracle = SingleSourceOracle(problem: problem, slots: slots)
        var transport = TransportKernel(problem: problem, slots: slots, flowSolver: flowSolver)
        if let short = try shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts)
        ascent.ascend((0..<Int32(lists.customerCount)).map { $0 })
        var search = SingleSourceSearch(
            problem: problem, limits: limits, worstCost: lists.worstCost, oracle: oracle,
            incumbent: SingleSourceIncumbent(problem: problem, slots: slots))
        let ending = search.run(prices: ascent.prices)
        var statistics = SolverStatistics()
        statistics["price-steps"] = search.stepCount
        statistics["nodes"] = search.nodeCount
        statistics["leaves"] = search.tree.leaves.count
        return FacilityResult(ending: ending, incumbent: search.incumbent, tree: search.tree, statistics: statistics)
    }
}
