import Optimization

/// Who is fixed to be served by whom in a part of the search.
struct PairFixings: Sendable {
    /// The facility that each customer is fixed to; -1 for none.
    var servedBy: [Int32]
    /// Whether a customer (major) is fixed not to be served by a facility.
    var isRefused: [Bool]
}

/// The oracle for whole customers: each facility fills a 0-1 knapsack, with what is fixed, for each number of servers.
///
/// Worths are of slots (``SlotLayout``). Whole demands (after scaling) and plain capacities take dynamic programming over
/// the room; other demands and congestion the undominated pairs of load and gain.
struct SingleSourceOracle: PriceOracle {
    let problem: FacilityProblem
    let slots: SlotLayout
    var fixings: Fixings
    var pairs: PairFixings
    private(set) var bound: LagrangianBound
    /// The customers that each facility takes at the last prices, were it open with its servers up to the slot.
    private(set) var taken: [[Int32]]
    /// Whether each slot is open in the relaxation at the last ``unserved(_:into:)``.
    private(set) var isChosen: [Bool]
    /// Scaled demands, where they are whole then and the tables stay small.
    private let weights: [Int]?
    private let rooms: [Int]
    /// What each facility earns with its servers up to the slot.
    private var profits: [Double]
    private var knapsack = BinaryKnapsack()
    private var loads = LoadKnapsack()

    /// Ends an evaluation that takes long between two facilities.
    private let monitor: StopMonitor
    /// Whether the last evaluation came to its end; if not, the worths are not of one set of prices.
    private(set) var isComplete = true

    init(problem: FacilityProblem, slots: SlotLayout, monitor: StopMonitor) {
        self.monitor = monitor
        let total = problem.demands.reduce(0, +)
        let scale = DecimalScale.common(of: problem.demands, largest: 0x1p40 / max(total, 1)) ?? 0
        let scaled = slots.capacities.map { min($0, total) * scale }
        let isSmall = (scaled.max() ?? 0) * Double(problem.customerCount) <= 2e7
        weights = scale > 0 && isSmall ? problem.demands.map { Int(($0 * scale).rounded()) } : nil
        rooms = weights == nil ? [] : scaled.map { Int(($0 + 1e-9 * max(1, $0)).rounded(.down)) }
        self.problem = problem
        self.slots = slots
        fixings = Fixings(problem, slots: slots)
        pairs = PairFixings(
            servedBy: Array(repeating: -1, count: problem.customerCount),
            isRefused: Array(repeating: false, count: problem.assignmentCosts.count))
        bound = LagrangianBound(worth: slots.costs, priceSum: 0)
        if slots.isPlain, problem.isCapacitated {
            let capacities = slots.capacities
            bound.byCapacity = capacities.indices.sorted { (capacities[$0], $1) > (capacities[$1], $0) }
        } else if !slots.isPlain {
            bound.slots = slots
        }
        profits = Array(repeating: 0, count: slots.count)
        taken = Array(repeating: [], count: slots.count)
        isChosen = Array(repeating: false, count: slots.count)
    }

    mutating func evaluate(_ prices: [Double]) -> Double {
        bound.priceSum = prices.reduce(0, +)
        isComplete = false
        for facility in 0..<problem.facilityCount {
            guard monitor.stopReason == nil else { return -.infinity }
            // From the most servers down: a number that cannot hold what is fixed is taken to earn what the next one does,
            // which keeps the bound a bound until the search has settled the number.
            var above: Double?
            for slot in slots.slots(of: facility).reversed() {
                taken[slot].removeAll(keepingCapacity: true)
                guard fixings.states[slot] != .closed else { continue }
                guard let profit = profit(of: facility, slot: slot, prices: prices) ?? above else {
                    isComplete = true
                    return .infinity
                }
                // Where a bound stands in for the knapsack, fewer servers never earn more.
                profits[slot] = min(profit, above ?? profit)
                above = profits[slot]
            }
            var before = 0.0
            for slot in slots.slots(of: facility) {
                let isClosed = fixings.states[slot] == .closed
                bound.worth[slot] = slots.costs[slot] - (isClosed ? 0 : profits[slot] - before)
                before = isClosed ? before : profits[slot]
            }
        }
        isComplete = true
        return bound.value(fixings: fixings, problem: problem)
    }

    /// What a facility earns; `nil` when it cannot hold what it is fixed to serve.
    private mutating func profit(of facility: Int, slot: Int, prices: [Double]) -> Double? {
        let width = problem.facilityCount
        var total = 0.0
        var load = 0.0
        var count = 0
        for customer in prices.indices where pairs.servedBy[customer] == Int32(facility) {
            load += problem.demands[customer]
            count += weights?[customer] ?? 0
            total += prices[customer] - problem.assignmentCosts[customer * width + facility]
            taken[slot].append(Int32(customer))
        }
        let capacity = slots.capacities[slot]
        let limit = capacity + 1e-9 * max(1, min(capacity, 1e300))
        guard load <= limit, total > -.infinity else { return nil }
        let steps = problem.congestion[facility]
        guard let weights, steps.isEmpty else {
            return total + congestedProfit(of: facility, slot: slot, prices: prices, load: load, limit: limit)
        }
        let room = rooms[slot] - count
        knapsack.clear()
        for customer in prices.indices where pairs.servedBy[customer] < 0 {
            let gain = prices[customer] - problem.assignmentCosts[customer * width + facility]
            guard gain > 0, weights[customer] <= room, !pairs.isRefused[customer * width + facility] else { continue }
            knapsack.offer(customer, weight: weights[customer], profit: gain)
        }
        total += knapsack.solve(room: max(0, room))
        for item in knapsack.items where item.isTaken { taken[slot].append(item.index) }
        return total
    }

    private mutating func congestedProfit(
        of facility: Int, slot: Int, prices: [Double], load: Double, limit: Double
    ) -> Double {
        let width = problem.facilityCount
        loads.clear()
        for customer in prices.indices where pairs.servedBy[customer] < 0 {
            let gain = prices[customer] - problem.assignmentCosts[customer * width + facility]
            guard gain > 0, load + problem.demands[customer] <= limit, !pairs.isRefused[customer * width + facility]
            else { continue }
            loads.offer(customer, weight: problem.demands[customer], gain: gain)
        }
        let profit = loads.solve(start: load, limit: limit, steps: problem.congestion[facility])
        taken[slot] += loads.taken
        return profit
    }

    /// The slot that says what a facility takes: the last that is open in the relaxation, `nil` when none is.
    func chosenSlot(of facility: Int) -> Int? {
        slots.slots(of: facility).last { isChosen[$0] }
    }

    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        bound.chosen(fixings: fixings, problem: problem, into: &isChosen)
        for customer in gradient.indices { gradient[customer] = 1 }
        for facility in 0..<problem.facilityCount {
            guard let slot = chosenSlot(of: facility) else { continue }
            for customer in taken[slot] { gradient[Int(customer)] -= 1 }
        }
    }
}
