import Optimization

extension BendersFacilitySolver {
    func solveCapacitated(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let slots = SlotLayout(problem)
        var transport = TransportKernel(problem: problem, slots: slots, flowSolver: flowSolver)
        if let short = try Self.shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var bracket = try CapacitatedBracket(
            lists: lists, oracle: CapacitatedOracle(problem: problem, slots: slots),
            incumbent: CapacitatedIncumbent(
                problem: problem, slots: slots, lists: lists, transport: transport, limits: limits),
            limits: limits, context: context)
        try bracket.close(limits: limits, rounds: 12, budget: 60)
        let (incumbent, volume) = (bracket.incumbent, bracket.volume)
        var oracle = bracket.oracle
        context.observer = bracket.observer
        context.memory.start.prices = volume.prices

        var tree = SearchTree(slots: slots.isPlain ? nil : slots)
        var node = SearchNode(
            place: SearchTree.root, depth: 0, fixings: oracle.fixings, prices: volume.prices, bound: volume.bound,
            branching: (0, 0))
        let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
        var statistics = SolverStatistics()
        statistics["price-steps"] = volume.steps
        if node.bound < cutoff {
            _ = oracle.evaluate(volume.prices)
            tree.tighten(&node, bound: oracle.bound, cutoff: cutoff, problem: problem)
            node.bound = max(node.bound, oracle.bound.value(fixings: node.fixings, problem: problem))
            oracle.fixings = node.fixings
        }
        let reason = node.bound >= cutoff ? nil : limits.monitor.stopReason
        if node.bound >= cutoff || reason != nil {
            tree.addLeaf(node.place, prices: node.prices, bound: node.bound, depth: node.depth)
            return FacilityResult(
                ending: reason, incumbent: incumbent, tree: tree, cutoff: cutoff, statistics: statistics)
        }
        return try search(
            problem, limits: limits, root: node, tree: tree, worstCost: lists.worstCost,
            subproblem: CapacitatedSubproblem(oracle: oracle, transport: transport, lists: lists, limits: limits),
            incumbent: incumbent, statistics: statistics, context: &context)
    }

    /// Customers that demand more than what may serve them can hold, with every facility open, if there are any.
    static func shortCustomers(
        _ problem: FacilityProblem, transport: inout TransportKernel, limits: SearchLimits
    ) throws(SolverError) -> [Int]? {
        let capacities = (0..<problem.facilityCount).map { problem.largestCapacity(of: $0) }
        let total = problem.demands.reduce(0, +)
        let room = capacities.sorted(by: >).prefix(problem.maximumOpen).reduce(0, +)
        if total > room * (1 + 1.1e-9) { return problem.demands.indices.filter { problem.demands[$0] > 0 } }
        guard problem.assignmentCosts.contains(.infinity) else { return nil }
        let outcome = try transport.solve(
            openness: Array(repeating: 1, count: SlotLayout(problem).count), isIntegral: true,
            criteria: limits.linearCriteria, interrupter: limits.interrupter)
        guard let stranded = outcome?.stranded, !stranded.isEmpty else { return nil }
        let reach = (0..<problem.facilityCount).filter { facility in
            stranded.contains { problem.cost(customer: $0, facility: facility) < .infinity }
        }
        let demand = stranded.reduce(0) { $0 + problem.demands[$1] }
        return demand > reach.reduce(0) { $0 + capacities[$1] } * (1 + 1.1e-9) ? stranded : nil
    }
}
