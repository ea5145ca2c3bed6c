import Optimization

/// Who is fixed to be served by whom in a part of the search.
struct PairFixings: Sendable {
    /// The facility that each customer is fixed to; -1 for none.
    var servedBy: [Int32]
    /// Whether a customer (major) is fixed not to be served by a facility.
    var isRefused: [Bool]
}

/// The oracle for whole customers: each facility fills a 0-1 knapsack, with what is fixed.
///
/// Demands must be whole and capacities such that the tables stay small; see ``init(problem:)``.
struct SingleSourceOracle: PriceOracle {
    let problem: FacilityProblem
    var fixings: Fixings
    var pairs: PairFixings
    private(set) var bound: LagrangianBound
    /// The customers that each facility takes at the last prices, were it open.
    private(set) var taken: [[Int32]]
    /// Whether each facility is open in the relaxation at the last ``unserved(_:into:)``.
    private(set) var isChosen: [Bool]
    private let weights: [Int]
    private let rooms: [Int]
    private var knapsack = BinaryKnapsack()

    /// `nil` when a demand is not whole or the tables would be too large.
    init?(problem: FacilityProblem) {
        let total = problem.demands.reduce(0, +)
        guard problem.demands.allSatisfy({ $0 == $0.rounded() }), total < 0x1p40 else { return nil }
        let capacities = problem.capacities ?? Array(repeating: .infinity, count: problem.facilityCount)
        weights = problem.demands.map { Int($0) }
        rooms = capacities.map { Int(min($0, total).rounded(.down)) }
        guard (rooms.max() ?? 0) * problem.customerCount <= 20_000_000 else { return nil }
        self.problem = problem
        fixings = Fixings(free: problem.facilityCount)
        pairs = PairFixings(
            servedBy: Array(repeating: -1, count: problem.customerCount),
            isRefused: Array(repeating: false, count: problem.assignmentCosts.count))
        bound = LagrangianBound(worth: problem.openingCosts, priceSum: 0)
        bound.byCapacity = capacities.indices.sorted { (capacities[$0], $1) > (capacities[$1], $0) }
        taken = Array(repeating: [], count: problem.facilityCount)
        isChosen = Array(repeating: false, count: problem.facilityCount)
    }

    mutating func evaluate(_ prices: [Double]) -> Double {
        bound.priceSum = prices.reduce(0, +)
        for facility in rooms.indices {
            taken[facility].removeAll(keepingCapacity: true)
            guard fixings.states[facility] != .closed else {
                bound.worth[facility] = problem.openingCosts[facility]
                continue
            }
            guard let profit = profit(of: facility, prices: prices) else { return .infinity }
            bound.worth[facility] = problem.openingCosts[facility] - profit
        }
        return bound.value(fixings: fixings, problem: problem)
    }

    /// What a facility earns; `nil` when it cannot hold what it is fixed to serve.
    private mutating func profit(of facility: Int, prices: [Double]) -> Double? {
        let width = problem.facilityCount
        var room = rooms[facility]
        var total = 0.0
        for customer in prices.indices where pairs.servedBy[customer] == Int32(facility) {
            room -= weights[customer]
            total += prices[customer] - problem.assignmentCosts[customer * width + facility]
            taken[facility].append(Int32(customer))
        }
        guard room >= 0, total > -.infinity else { return nil }
        knapsack.clear()
        for customer in prices.indices where pairs.servedBy[customer] < 0 {
            let gain = prices[customer] - problem.assignmentCosts[customer * width + facility]
            guard gain > 0, weights[customer] <= room, !pairs.isRefused[customer * width + facility] else { continue }
            knapsack.offer(customer, weight: weights[customer], profit: gain)
        }
        total += knapsack.solve(room: room)
        for item in knapsack.items where item.isTaken { taken[facility].append(item.index) }
        return total
    }

    mutating func unserved(_ prices: [Double], into gradient: inout [Double]) {
        bound.chosen(fixings: fixings, problem: problem, into: &isChosen)
        for customer in gradient.indices { gradient[customer] = 1 }
        for facility in rooms.indices where isChosen[facility] {
            for customer in taken[facility] { gradient[Int(customer)] -= 1 }
        }
    }
}
