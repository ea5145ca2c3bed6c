import Optimization

/// Both sides of an uncapacitated problem: an incumbent by local search and a bound by dual ascent and volume steps.
struct UncapacitatedBracket {
    let problem: FacilityProblem
    let lists: ServiceLists
    private(set) var incumbent: UncapacitatedIncumbent
    private(set) var oracle: UncapacitatedOracle
    private(set) var volume: VolumeAscent
    var observer: BracketObserver

    /// Starts from prices and an open set that were good before, or from a dual ascent.
    init(
        problem: FacilityProblem, lists: ServiceLists, warmStart: FacilityWarmStart?, limits: SearchLimits,
        observer: BracketObserver = BracketObserver()
    ) {
        self.problem = problem
        self.lists = lists
        self.observer = observer
        oracle = UncapacitatedOracle(problem: problem, lists: lists, fixings: Fixings(problem))
        let earlier = warmStart.flatMap { start in
            start.prices.count == lists.customerCount && start.prices.allSatisfy(\.isFinite) ? start.prices : nil
        }
        var ascent = Self.ascent(problem: problem, lists: lists, earlier: earlier)
        var isOpen: [Bool]
        if let warmStart, !warmStart.open.isEmpty {
            isOpen = Array(repeating: false, count: lists.facilityCount)
            for facility in warmStart.open where isOpen.indices.contains(facility) { isOpen[facility] = true }
        } else {
            isOpen = ascent.suggestedOpen()
        }
        var search = LocalSearch(problem: problem, lists: lists, isOpen: isOpen)
        search.descend(monitor: limits.monitor)
        incumbent = UncapacitatedIncumbent(search: search)
        self.observer.note(incumbent, prices: ascent.prices, bound: oracle.evaluate(ascent.prices))
        let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
        for _ in 0..<3 where oracle.evaluate(ascent.prices) < cutoff {
            let gap = search.cost - ascent.bound
            guard gap > 0, ascent.adjust(isOpen: search.isOpen) > 0.05 * gap else { break }
        }
        var prices = ascent.prices
        // Volume prices may offer more than opening costs; they serve where they bound better than the repaired ones.
        if let earlier, oracle.evaluate(earlier) > oracle.evaluate(prices) { prices = earlier }
        volume = VolumeAscent(prices: prices, oracle: &oracle)
        self.observer.note(incumbent, prices: volume.prices, bound: volume.bound)
    }

    /// A dual ascent; where the number of open facilities is limited, with a toll on each (or a bounty) that makes
    /// about that many worth opening.
    private static func ascent(problem: FacilityProblem, lists: ServiceLists, earlier: [Double]?) -> DualAscent {
        let isCounted = problem.minimumOpen > 0 || problem.maximumOpen < problem.facilityCount
        let everyone = (0..<Int32(lists.customerCount)).map { $0 }
        func ascent(toll: Double) -> DualAscent {
            var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts.map { $0 + toll })
            ascent.ascend(everyone)
            return ascent
        }
        if let earlier, !isCounted {
            var ascent = DualAscent(lists: lists, openingCosts: problem.openingCosts, repairing: earlier)
            ascent.ascend(everyone)
            return ascent
        }
        let free = ascent(toll: 0)
        guard isCounted else { return free }
        let opened = free.suggestedOpen().count { $0 }
        guard opened > problem.maximumOpen else { return free }
        var low = 0.0
        var high = lists.worstCost
        var best = free
        for _ in 0..<24 {
            let toll = low == 0 ? high / 1024 : (low + high) / 2
            let trial = ascent(toll: toll)
            if trial.suggestedOpen().count(where: { $0 }) > problem.maximumOpen {
                low = toll
            } else {
                high = toll
                best = trial
            }
            if low == 0, high < 1e-12 * lists.worstCost { break }
        }
        return best
    }

    /// Makes up to `rounds` rounds of volume steps, each followed by rounding, until the bracket is closed.
    mutating func close(limits: SearchLimits, rounds: Int) {
        var slow = 0
        for _ in 0..<rounds {
            let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
            guard volume.bound < cutoff, limits.monitor.stopReason == nil else { return }
            let target = min(incumbent.cost, lists.worstCost)
            let enough = max(target - cutoff, 1e-7 * abs(target))
            guard target - volume.bound > enough else { return }
            let before = volume.bound
            volume.improve(
                oracle: &oracle, target: target, enough: enough, limit: 100, monitor: limits.monitor)
            incumbent.improve(openness: volume.openness, isIntegral: false, monitor: limits.monitor)
            observer.note(incumbent, prices: volume.prices, bound: volume.bound)
            slow = volume.bound - before < 0.05 * (target - before) ? slow + 1 : 0
            if slow == 2 { return }
        }
    }

    /// Where a deadline leaves time, goes on with both sides until it: the long search, and volume steps while they pay
    /// or the target has come nearer.
    mutating func continueToDeadline(limits: SearchLimits) {
        guard limits.monitor.timeLeft != nil else { return }
        var isBoundSlow = false
        while limits.monitor.stopReason == nil {
            let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
            guard volume.bound < cutoff, incumbent.cost < .infinity else { return }
            let before = (cost: incumbent.cost, bound: volume.bound)
            incumbent.shake(rounds: 64, monitor: limits.monitor)
            if !isBoundSlow || incumbent.cost < before.cost {
                let target = incumbent.cost
                volume.improve(
                    oracle: &oracle, target: target, enough: max(target - cutoff, 1e-7 * abs(target)), limit: 100,
                    monitor: limits.monitor)
                isBoundSlow = volume.bound - before.bound < 1e-3 * (target - before.bound)
            }
            observer.note(incumbent, prices: volume.prices, bound: volume.bound)
        }
    }

    /// Shakes the incumbent `rounds` times while the bracket is wider than a ten-thousandth.
    mutating func shake(limits: SearchLimits, rounds: Int) {
        guard incumbent.cost - volume.bound > 1e-4 * abs(incumbent.cost) else { return }
        incumbent.shake(rounds: rounds, monitor: limits.monitor)
    }

    /// What the search starts from: what the prices fix is fixed.
    func root(limits: SearchLimits, tree: inout SearchTree) -> SearchNode {
        var node = SearchNode(
            place: SearchTree.root, depth: 0, fixings: oracle.fixings, prices: volume.prices, bound: volume.bound,
            branching: (0, 0))
        let cutoff = limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
        guard node.bound < cutoff else { return node }
        var oracle = oracle
        _ = oracle.evaluate(volume.prices)
        tree.tighten(&node, bound: oracle.bound, cutoff: cutoff, problem: problem)
        node.bound = max(node.bound, oracle.bound.value(fixings: node.fixings, problem: problem))
        return node
    }
}
