import Optimization

extension BendersFacilitySolver {
    func solveUncapacitated(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        var bracket = UncapacitatedBracket(
            problem: problem, lists: lists, warmStart: context.warmStart, limits: limits, observer: context.observer)
        bracket.close(limits: limits, rounds: 20)
        bracket.shake(limits: limits, rounds: 60)
        var tree = SearchTree()
        var statistics = SolverStatistics()
        statistics["price-steps"] = bracket.volume.steps
        context.observer = bracket.observer
        context.memory.start.prices = bracket.volume.prices
        let root = bracket.root(limits: limits, tree: &tree)
        let cutoff = limits.cutoff(incumbent: bracket.incumbent.cost, worst: lists.worstCost)
        if let reason = root.bound >= cutoff ? nil : limits.monitor.stopReason {
            tree.addLeaf(root.place, prices: root.prices, bound: root.bound, depth: root.depth)
            return FacilityResult(
                ending: reason, incumbent: bracket.incumbent, tree: tree, cutoff: cutoff, statistics: statistics)
        }
        if root.bound >= cutoff {
            tree.addLeaf(root.place, prices: root.prices, bound: root.bound, depth: root.depth)
            return FacilityResult(
                ending: nil, incumbent: bracket.incumbent, tree: tree, cutoff: cutoff, statistics: statistics)
        }
        let gap = (cutoff - root.bound) / max(1e-9, abs(cutoff))
        let isSpread = gap > 0.003 || lists.customerCount <= 300
        let count = isSpread ? lists.customerCount : min(20, lists.customerCount)
        let groups =
            context.memory.groups.count == count
            ? context.memory.groups
            : UncapacitatedSubproblem.groups(lists: lists, isOpen: bracket.incumbent.isOpen, count: count)
        var oracle = bracket.oracle
        oracle.fixings = root.fixings
        return try search(
            problem, limits: limits, root: root, tree: tree, worstCost: lists.worstCost,
            subproblem: UncapacitatedSubproblem(oracle: oracle, groups: groups), incumbent: bracket.incumbent,
            statistics: statistics, context: &context)
    }

    /// Runs the branch and bound below a root that the bracket has left open.
    func search(
        _ problem: FacilityProblem, limits: SearchLimits, root: SearchNode, tree: SearchTree, worstCost: Double,
        subproblem: some BendersSubproblem, incumbent: some IncumbentSource, statistics: SolverStatistics,
        context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let groups = subproblem.groups
        let earlier = context.memory.groups == groups ? context.memory.cuts : []
        var memory = context.memory
        let observer = context.observer
        defer { context.memory = memory }
        let facilities = root.fixings.states.indices.filter { root.fixings.states[$0] != .closed }
        let scale = 1e4 / max(1e-9, incumbent.cost < .infinity ? abs(incumbent.cost) : worstCost)
        let leastOpen = subproblem.bound.leastOpen(fixings: root.fixings, problem: problem) ?? 0
        let slots = subproblem.bound.slots
        let program = BendersMaster.program(
            costs: slots?.costs ?? problem.openingCosts, facilities: facilities, groupCount: subproblem.groups.count,
            scale: scale)
        return try linearSolver.withResidentProgram(program) { resident throws(SolverError) -> FacilityResult in
            var subproblem = subproblem
            var statistics = statistics
            var master = try BendersMaster(
                program: resident, problem: problem, facilities: facilities, groups: subproblem.groups, scale: scale,
                leastOpen: leastOpen, slots: slots)
            try master.addCuts(
                of: Array(groups.indices), prices: root.prices, subproblem: &subproblem)
            statistics["warm-cuts"] = earlier.count
            for cut in earlier { try master.addCut(cut, subproblem: &subproblem) }
            if let capacities = problem.capacities, problem.isCapacitated {
                let total = problem.demands.reduce(0, +)
                let room = slots.map { slots in (0..<slots.count).map { slots.increment($0, total: total) } }
                try master.addRow(
                    coefficients: room ?? capacities.map { min($0, total) }, right: total, direction: problem.demands)
            }
            var search = BendersSearch(
                problem: problem, limits: limits, subproblem: subproblem, incumbent: incumbent, master: master,
                tree: tree, worstCost: worstCost, observer: observer)
            let ending = try search.run(root: root)
            statistics["nodes"] = search.nodeCount
            statistics["cuts"] = search.master.cutCount
            statistics["linear-programs"] = search.master.solveCount
            statistics["leaves"] = search.tree.leaves.count
            if search.failureCount > 0 { statistics["programs-given-up"] = search.failureCount }
            memory.groups = groups
            memory.cuts = search.usefulCuts
            memory.start.prices = search.rootPrices
            return FacilityResult(
                ending: ending, incumbent: search.incumbent, tree: search.tree, cutoff: search.cutoff,
                statistics: statistics)
        }
    }
}
