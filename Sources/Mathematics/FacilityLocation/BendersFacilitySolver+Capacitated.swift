import Optimization

extension BendersFacilitySolver {
    func solveCapacitated(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let slots = SlotLayout(problem)
        var transport = TransportKernel(problem: problem, slots: slots, flowSolver: flowSolver)
        if let short = try shortCustomers(problem, transport: &transport, limits: limits) {
            return .short(short)
        }
        var incumbent = CapacitatedIncumbent(
            problem: problem, slots: slots, lists: lists, transport: transport, limits: limits)
        var oracle = CapacitatedOracle(problem: problem, slots: slots)
        let volume = try bracket(
            lists: lists, oracle: &oracle, incumbent: &incumbent, limits: limits, context: &context)
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
            return FacilityResult(ending: reason, incumbent: incumbent, tree: tree, statistics: statistics)
        }
        return try search(
            problem, limits: limits, root: node, tree: tree, worstCost: lists.worstCost,
            subproblem: CapacitatedSubproblem(oracle: oracle, transport: transport, lists: lists, limits: limits),
            incumbent: incumbent, statistics: statistics, context: &context)
    }

    /// Customers that demand more than what may serve them can hold, with every facility open, if there are any.
    func shortCustomers(
        _ problem: FacilityProblem, transport: inout TransportKernel, limits: SearchLimits
    ) throws(SolverError) -> [Int]? {
        let capacities = (0..<problem.facilityCount).map { problem.largestCapacity(of: $0) }
        let total = problem.demands.reduce(0, +)
        let room = capacities.sorted(by: >).prefix(problem.maximumOpen).reduce(0, +)
        if total > room * (1 + 1e-9) { return problem.demands.indices.filter { problem.demands[$0] > 0 } }
        guard problem.assignmentCosts.contains(.infinity) else { return nil }
        let outcome = try transport.solve(
            openness: Array(repeating: 1, count: SlotLayout(problem).count), isIntegral: true,
            criteria: limits.linearCriteria, interrupter: limits.interrupter)
        guard let stranded = outcome?.stranded, !stranded.isEmpty else { return nil }
        let reach = (0..<problem.facilityCount).filter { facility in
            stranded.contains { problem.cost(customer: $0, facility: facility) < .infinity }
        }
        let demand = stranded.reduce(0) { $0 + problem.demands[$1] }
        return demand > reach.reduce(0) { $0 + capacities[$1] } * (1 + 1e-9) ? stranded : nil
    }

    /// Rounds of volume steps and rounding.
    private func bracket(
        lists: ServiceLists, oracle: inout CapacitatedOracle, incumbent: inout CapacitatedIncumbent,
        limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> VolumeAscent {
        let problem = incumbent.problem
        if let set = context.earlierSlots(oracle.slots) {
            try incumbent.improve(openness: set.map { $0 ? 0.9 : 0 }, isIntegral: false, monitor: limits.monitor)
        }
        let isWarm = incumbent.cost < .infinity
        var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts)
        ascent.ascend((0..<Int32(lists.customerCount)).map { $0 })
        var prices = ascent.prices
        if let earlier = context.earlierPrices(prices.count), oracle.evaluate(earlier) > oracle.evaluate(prices) {
            prices = earlier
        }
        var volume = VolumeAscent(prices: prices, oracle: &oracle)
        try incumbent.improve(
            openness: suggestion(ascent.suggestedOpen(), slots: oracle.slots), isIntegral: false,
            monitor: limits.monitor)
        var slow = 0
        for _ in 0..<12 {
            let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
            let target = min(incumbent.cost, lists.worstCost)
            let enough = max(target - cutoff, 1e-7 * abs(target))
            guard target - volume.bound > enough, limits.monitor.stopReason == nil else { break }
            let before = volume.bound
            volume.improve(oracle: &oracle, target: target, enough: enough, limit: 50, monitor: limits.monitor)
            try incumbent.improve(openness: volume.openness, isIntegral: false, monitor: limits.monitor)
            context.observer.note(incumbent, prices: volume.prices, bound: volume.bound)
            slow = volume.bound - before < 0.05 * (target - before) ? slow + 1 : 0
            if slow == (isWarm ? 1 : 2) { break }
        }
        try incumbent.descend(openness: volume.openness, budget: isWarm ? 20 : 60)
        context.observer.note(incumbent, prices: volume.prices, bound: volume.bound)
        return volume
    }

    /// The facilities that a dual ascent opens, as openings of their first slots; further ones open where room is short.
    private func suggestion(_ isOpen: [Bool], slots: SlotLayout) -> [Double] {
        (0..<slots.count).map { isOpen[slots.facilities[$0]] ? (slots.isFirst($0) ? 0.9 : 0.4) : 0 }
    }
}
