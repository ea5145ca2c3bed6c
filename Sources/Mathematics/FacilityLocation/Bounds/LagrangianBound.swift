import Optimization

/// The Lagrangian bound of ``FacilityCertificate`` at given prices: what a checker will recompute.
struct LagrangianBound {
    /// `opening - profit` of each facility at the prices: below zero it pays to open it.
    var worth: [Double]
    /// The sum of the prices.
    var priceSum = 0.0

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
        for customer in 0..<lists.customerCount {
            let price = prices[customer]
            priceSum += price
            for entry in lists.starts[customer]..<lists.starts[customer + 1] {
                let gain = price - lists.costs[entry]
                guard gain > 0 else { break }
                worth[Int(lists.facilities[entry])] -= gain
            }
        }
    }

    /// The bound over the sets that `fixings` and the counts allow; infinity when they allow none.
    func value(fixings: Fixings, problem: FacilityProblem) -> Double {
        var bound = priceSum
        var opened = 0
        if problem.minimumOpen == 0, problem.maximumOpen == problem.facilityCount {
            for facility in worth.indices {
                switch fixings.states[facility] {
                case .open: bound += worth[facility]
                case .free: bound += min(0, worth[facility])
                case .closed: break
                }
            }
            return bound
        }
        var free: [Double] = []
        for facility in worth.indices {
            switch fixings.states[facility] {
            case .open:
                bound += worth[facility]
                opened += 1
            case .free: free.append(worth[facility])
            case .closed: break
            }
        }
        let must = max(0, problem.minimumOpen - opened)
        let may = problem.maximumOpen - opened
        guard may >= 0, must <= free.count else { return .infinity }
        free.sort()
        for (rank, worth) in free.enumerated() where rank < may && (worth < 0 || rank < must) { bound += worth }
        return bound
    }

    /// The facilities that the relaxation opens at these prices.
    func chosen(fixings: Fixings, problem: FacilityProblem, into isChosen: inout [Bool]) {
        var opened = 0
        for facility in worth.indices {
            isChosen[facility] = fixings.states[facility] == .open
            opened += isChosen[facility] ? 1 : 0
        }
        let must = max(0, problem.minimumOpen - opened)
        let may = problem.maximumOpen - opened
        if must == 0, may >= problem.facilityCount - opened {
            for facility in worth.indices where fixings.states[facility] == .free && worth[facility] < 0 {
                isChosen[facility] = true
            }
            return
        }
        let free = worth.indices.filter { fixings.states[$0] == .free }.sorted { (worth[$0], $0) < (worth[$1], $1) }
        for (rank, facility) in free.enumerated() where rank < may && (worth[facility] < 0 || rank < must) {
            isChosen[facility] = true
        }
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
