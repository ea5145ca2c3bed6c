import Optimization

/// Both sides of a problem with capacities or congestion whose demand may be split: incumbents by transport on rounded
/// sets, drops and swaps, and a bound by volume steps over fractional knapsacks.
struct CapacitatedBracket {
    private let lists: ServiceLists
    private(set) var oracle: CapacitatedOracle
    private(set) var incumbent: CapacitatedIncumbent
    private(set) var volume: VolumeAscent
    private(set) var observer: BracketObserver
    private let isWarm: Bool

    /// Starts from what `context` remembers, and from a dual ascent.
    init(
        lists: ServiceLists, oracle: CapacitatedOracle, incumbent: CapacitatedIncumbent, limits: SearchLimits,
        context: SolveContext
    ) throws(SolverError) {
        self.lists = lists
        var (oracle, incumbent) = (oracle, incumbent)
        if let set = context.earlierSlots(oracle.slots) {
            try incumbent.improve(openness: set.map { $0 ? 0.9 : 0 }, isIntegral: false, monitor: limits.monitor)
        }
        isWarm = incumbent.cost < .infinity
        var ascent = DualAscent(lists: lists, openingCosts: incumbent.problem.openingCosts)
        ascent.ascend((0..<Int32(lists.customerCount)).map { $0 })
        var prices = ascent.prices
        if let earlier = context.earlierPrices(prices.count), oracle.evaluate(earlier) > oracle.evaluate(prices) {
            prices = earlier
        }
        volume = VolumeAscent(prices: prices, oracle: &oracle)
        observer = context.observer
        if !isWarm || volume.bound < limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost) {
            try incumbent.improve(
                openness: Self.suggestion(ascent.suggestedOpen(), slots: oracle.slots), isIntegral: false,
                monitor: limits.monitor)
        }
        self.oracle = oracle
        self.incumbent = incumbent
        observer.note(incumbent, prices: volume.prices, bound: volume.bound)
    }

    /// The facilities that a dual ascent opens, as openings of their first slots; further ones open where room is short.
    private static func suggestion(_ isOpen: [Bool], slots: SlotLayout) -> [Double] {
        (0..<slots.count).map { isOpen[slots.facilities[$0]] ? (slots.isFirst($0) ? 0.9 : 0.4) : 0 }
    }

    private func cutoff(_ limits: SearchLimits) -> Double {
        limits.cutoff(incumbent: incumbent.cost, worst: lists.worstCost)
    }

    /// Makes up to `rounds` rounds of volume steps and rounding while they pay, then drops and swaps for up to `budget`
    /// transport problems, or a third of them where the start was warm.
    mutating func close(limits: SearchLimits, rounds: Int, budget: Int) throws(SolverError) {
        var slow = 0
        for _ in 0..<rounds {
            let before = volume.bound
            guard try advance(limits: limits) else { break }
            let target = min(incumbent.cost, lists.worstCost)
            slow = volume.bound - before < 0.05 * (target - before) ? slow + 1 : 0
            if slow == (isWarm ? 1 : 2) { break }
        }
        guard volume.bound < cutoff(limits) else { return }
        try incumbent.descend(openness: volume.openness, budget: isWarm ? budget / 3 : budget)
        observer.note(incumbent, prices: volume.prices, bound: volume.bound)
    }

    /// Where a deadline leaves time, goes on with both sides until it or until neither gets better.
    mutating func continueToDeadline(limits: SearchLimits) throws(SolverError) {
        guard limits.monitor.timeLeft != nil else { return }
        while limits.monitor.stopReason == nil {
            let before = (cost: incumbent.cost, bound: volume.bound)
            guard try advance(limits: limits) else { return }
            try incumbent.descend(openness: volume.openness, budget: 40)
            observer.note(incumbent, prices: volume.prices, bound: volume.bound)
            let rise = volume.bound - before.bound
            guard incumbent.cost < before.cost || rise > 1e-5 * abs(before.bound) else { return }
        }
    }

    /// A round of volume steps, and a solution from their openings; `false` when the bracket is closed or must stop.
    private mutating func advance(limits: SearchLimits) throws(SolverError) -> Bool {
        let target = min(incumbent.cost, lists.worstCost)
        let enough = max(target - cutoff(limits), 1e-7 * abs(target))
        guard target - volume.bound > enough, limits.monitor.stopReason == nil else { return false }
        volume.improve(oracle: &oracle, target: target, enough: enough, limit: 50, monitor: limits.monitor)
        try incumbent.improve(openness: volume.openness, isIntegral: false, monitor: limits.monitor)
        observer.note(incumbent, prices: volume.prices, bound: volume.bound)
        return true
    }
}
