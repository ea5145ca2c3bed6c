import Optimization

extension BendersFacilitySolver {
    func solveSingleSource(_ problem: FacilityProblem, limits: SearchLimits) throws(SolverError) -> FacilityResult {
        let lists = ServiceLists(problem)
        if let customer = lists.unreachableCustomer { return .unreachable(customer) }
        guard let oracle = SingleSourceOracle(problem: problem) else {
            throw SolverError(
                .unsupported, "single-source demands must be whole numbers and capacities moderate; scale the problem")
        }
        var transport = TransportKernel(problem: problem, flowSolver: flowSolver)
        if let short = try shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts)
        ascent.ascend((0..<Int32(lists.customerCount)).map { $0 })
        var search = SingleSourceSearch(
            problem: problem, limits: limits, worstCost: lists.worstCost, oracle: oracle,
            incumbent: SingleSourceIncumbent(problem: problem))
        let ending = search.run(prices: ascent.prices)
        var statistics = SolverStatistics()
        statistics["price-steps"] = search.stepCount
        statistics["nodes"] = search.nodeCount
        statistics["leaves"] = search.tree.leaves.count
        return FacilityResult(ending: ending, incumbent: search.incumbent, tree: search.tree, statistics: statistics)
    }
}
