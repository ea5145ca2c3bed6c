import Optimization

/// The Lagrangian bound of ``FacilityCertificate`` at given prices: what a checker will recompute.
struct LagrangianBound {
    /// `opening - profit` of each facility at the prices: below zero it pays to open it.
    var worth: [Double]
    /// The sum of the prices.
    var priceSum = 0.0
    /// The facilities by falling capacity; empty when capacities do not matter.
    var byCapacity: [Int] = []
    /// The slots that the worths are of; `nil` where they are of facilities with one each.
    var slots: SlotLayout?

    /// A bound from worths that are known already.
    init(worth: [Double], priceSum: Double) {
        self.worth = worth
        self.priceSum = priceSum
    }

    /// Evaluates prices without capacities by walking each customer's list up to its price.
    ///
    /// - Complexity: O(m + pairs with a cost below the customer's price).
    init(prices: [Double], lists: ServiceLists, openingCosts: [Double]) {
        worth = openingCosts
        evaluate(prices: prices, lists: lists, openingCosts: openingCosts)
    }

    /// Evaluates other prices in the same storage.
    mutating func evaluate(prices: [Double], lists: ServiceLists, openingCosts: [Double]) {
        for facility in worth.indices { worth[facility] = openingCosts[facility] }
        priceSum = 0
        unsafe lists.withUnsafeLists { lists in
            unsafe worth.withUnsafeMutableBufferPointer { worth in
                for customer in 0..<prices.count {
                    let price = prices[customer]
                    priceSum += price
                    var entry = unsafe lists.starts[customer]
                    let end = unsafe lists.starts[customer + 1]
                    while entry < end {
                        let gain = unsafe price - lists.costs[entry]
                        guard gain > 0 else { break }
                        unsafe worth[Int(lists.facilities[entry])] -= gain
                        entry += 1
                    }
                }
            }
        }
    }

    /// How many free facilities must and may open besides those fixed open; `nil` when there is no such number.
    ///
    /// Besides the problem's own limits, the capacities, the largest first, must come to the demand.
    func furtherOpen(fixings: Fixings, problem: FacilityProblem) -> ClosedRange<Int>? {
        let opened = fixings.openCount
        var least = max(0, problem.minimumOpen - opened)
        let most = min(problem.maximumOpen - opened, fixings.states.count - fixings.fixedCount)
        if let capacities = problem.capacities, !byCapacity.isEmpty {
            let demand = problem.demands.reduce(0, +) * (1 - 1e-9)
            var room = 0.0
            for facility in fixings.states.indices where fixings.states[facility] == .open {
                room += capacities[facility]
            }
            var count = 0
            for facility in byCapacity where room < demand && fixings.states[facility] == .free {
                room += capacities[facility]
                count += 1
            }
            guard room >= demand else { return nil }
            least = max(least, count)
        }
        return least <= most ? least...most : nil
    }

    private func isCounted(_ problem: FacilityProblem) -> Bool {
        problem.minimumOpen > 0 || problem.maximumOpen < problem.facilityCount || !byCapacity.isEmpty
    }

    /// The bound over the sets that `fixings` and the counts allow; infinity when they allow none.
    func value(fixings: Fixings, problem: FacilityProblem) -> Double {
        if let slots { return value(slots, fixings: fixings, problem: problem) }
        var bound = priceSum
        guard isCounted(problem) else {
            for facility in worth.indices {
                switch fixings.states[facility] {
                case .open: bound += worth[facility]
                case .free: bound += min(0, worth[facility])
                case .closed: break
                }
            }
            return bound
        }
        guard let further = furtherOpen(fixings: fixings, problem: problem) else { return .infinity }
        var free: [Double] = []
        for facility in worth.indices {
            switch fixings.states[facility] {
            case .open: bound += worth[facility]
            case .free: free.append(worth[facility])
            case .closed: break
            }
        }
        free.sort()
        for (rank, worth) in free.enumerated() {
            guard rank < further.upperBound, worth < 0 || rank < further.lowerBound else { break }
            bound += worth
        }
        return bound
    }

    /// The facilities that the relaxation opens at these prices.
    func chosen(fixings: Fixings, problem: FacilityProblem, into isChosen: inout [Bool]) {
        if let slots { return chosen(slots, fixings: fixings, problem: problem, into: &isChosen) }
        for facility in worth.indices { isChosen[facility] = fixings.states[facility] == .open }
        guard isCounted(problem) else {
            for facility in worth.indices where fixings.states[facility] == .free && worth[facility] < 0 {
                isChosen[facility] = true
            }
            return
        }
        guard let further = furtherOpen(fixings: fixings, problem: problem) else { return }
        let free = worth.indices.filter { fixings.states[$0] == .free }.sorted { (worth[$0], $0) < (worth[$1], $1) }
        for (rank, facility) in free.enumerated() {
            guard rank < further.upperBound, worth[facility] < 0 || rank < further.lowerBound else { break }
            isChosen[facility] = true
        }
    }

    /// What the bound becomes when a free facility is fixed in the given state; `value` is the bound as it is.
    func value(
        fixing facility: Int, open: Bool, fixings: Fixings, value: Double, problem: FacilityProblem
    ) -> Double {
        guard isCounted(problem) || slots != nil else {
            return value + max(0, open ? worth[facility] : -worth[facility])
        }
        var fixings = fixings
        fixings.fix(facility, open: open, slots: slots)
        return self.value(fixings: fixings, problem: problem)
    }
}

/// Which facilities are fixed open or closed in a part of the search.
struct Fixings: Sendable, Hashable {
    enum State: UInt8, Sendable, Hashable {
        case free, open, closed
    }

    var states: [State]

    init(free count: Int) { states = Array(repeating: .free, count: count) }

    /// How many are fixed open.
    var openCount: Int { states.count { $0 == .open } }
    /// How many are fixed at all.
    var fixedCount: Int { states.count { $0 != .free } }
    /// The fixed ones in a state, ascending.
    func facilities(_ state: State) -> [Int] { states.indices.filter { states[$0] == state } }
}
