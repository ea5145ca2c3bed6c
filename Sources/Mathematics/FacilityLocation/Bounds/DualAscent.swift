import Optimization

/// Erlenkotter's dual ascent for uncapacitated location: raises each customer's price to the next cost level as far
/// as the slacks of the facilities that it would pay allow, then exchanges price between customers (the adjustment).
///
/// The slack of a facility is its opening cost less what the customers offer to pay for it, and stays 0 or more; so
/// the sum of the prices is a bound. A facility without slack is a candidate to open.
///
/// Source: Erlenkotter, "A dual-based procedure for uncapacitated facility location", Operations Research 26 (1978).
struct DualAscent {
    let lists: ServiceLists
    /// One price a customer.
    private(set) var prices: [Double]
    /// One slack a facility.
    private(set) var slacks: [Double]
    /// For each customer the first entry of its list that costs more than its price.
    private var levels: [Int]

    /// Starts with every price at the customer's least cost. Facilities with a negative cost have no slack.
    init(lists: ServiceLists, openingCosts: [Double]) {
        self.lists = lists
        slacks = openingCosts.map { max(0, $0) }
        prices = Array(repeating: 0, count: lists.customerCount)
        levels = Array(lists.starts.dropLast())
        for customer in prices.indices where lists.starts[customer] < lists.starts[customer + 1] {
            prices[customer] = lists.costs[lists.starts[customer]]
            levels[customer] = level(of: customer)
        }
    }

    /// The sum of the prices: the bound, where all facilities are free and none costs less than nothing.
    var bound: Double { prices.reduce(0, +) }

    private func level(of customer: Int) -> Int {
        var entry = levels[customer]
        while entry < lists.starts[customer + 1], lists.costs[entry] <= prices[customer] { entry += 1 }
        return entry
    }

    /// Raises the prices of these customers, round after round, until none can rise.
    mutating func ascend(_ customers: [Int32]) {
        var active = customers
        while !active.isEmpty {
            var kept = 0
            for index in active.indices where raise(Int(active[index])) {
                active[kept] = active[index]
                kept += 1
            }
            active.removeLast(active.count - kept)
        }
    }

    /// Raises one price by one level at most; says whether it may rise further.
    private mutating func raise(_ customer: Int) -> Bool {
        let start = lists.starts[customer]
        let level = levels[customer]
        var room = Double.infinity
        for entry in start..<level { room = min(room, slacks[Int(lists.facilities[entry])]) }
        guard room > 0, room < .infinity else { return false }
        let next = level < lists.starts[customer + 1] ? lists.costs[level] : lists.ceilings[customer]
        let step = min(room, next - prices[customer])
        guard step > 0 else { return false }
        for entry in start..<level { slacks[Int(lists.facilities[entry])] -= step }
        prices[customer] = step < room ? next : prices[customer] + step
        levels[customer] = self.level(of: customer)
        return step < room
    }

    /// Raises one price as far as told, and lets the facilities pay.
    mutating func raise(_ customer: Int, to price: Double) {
        prices[customer] = price
        for entry in lists.starts[customer]..<lists.starts[customer + 1] {
            let offer = price - lists.costs[entry]
            guard offer > 0 else { break }
            slacks[Int(lists.facilities[entry])] -= offer
        }
        levels[customer] = level(of: customer)
    }

    /// Lowers one price to the level below; says whether there is one.
    private mutating func lower(_ customer: Int) -> Bool {
        let start = lists.starts[customer]
        var below = levels[customer]
        while below > start, lists.costs[below - 1] >= prices[customer] { below -= 1 }
        guard below > start else { return false }
        let step = prices[customer] - lists.costs[below - 1]
        for entry in start..<below { slacks[Int(lists.facilities[entry])] += step }
        prices[customer] = lists.costs[below - 1]
        levels[customer] = below
        levels[customer] = level(of: customer)
        return true
    }

    /// The open set that the prices suggest: among the facilities without slack, those that some customer has no
    /// other of, then, for each customer that none of these serves, its cheapest.
    func suggestedOpen() -> [Bool] {
        var isOpen = Array(repeating: false, count: slacks.count)
        var candidates = Array(repeating: 0, count: lists.customerCount)
        for customer in prices.indices {
            var only: Int?
            for entry in lists.starts[customer]..<levels[customer] {
                let facility = Int(lists.facilities[entry])
                guard slacks[facility] <= tolerance else { continue }
                candidates[customer] += 1
                only = facility
            }
            if candidates[customer] == 1, let only { isOpen[only] = true }
        }
        for customer in prices.indices where candidates[customer] != 1 {
            var cheapest: Int?
            var served = false
            for entry in lists.starts[customer]..<levels[customer] where !served {
                let facility = Int(lists.facilities[entry])
                served = isOpen[facility]
                if cheapest == nil, slacks[facility] <= tolerance { cheapest = facility }
            }
            if !served, let cheapest { isOpen[cheapest] = true }
        }
        return isOpen
    }

    private var tolerance: Double { 1e-12 * lists.worstCost }

    /// One round of adjustment: each customer who offers to pay several open facilities gives way to customers whose
    /// only open facility is among them. Returns how much the bound rose.
    mutating func adjust(isOpen: [Bool]) -> Double {
        let before = bound
        var dependants = [[Int32]](repeating: [], count: slacks.count)
        for customer in prices.indices {
            var only: Int?
            var count = 0
            for entry in lists.starts[customer]..<levels[customer] where isOpen[Int(lists.facilities[entry])] {
                count += 1
                only = Int(lists.facilities[entry])
            }
            if count == 1, let only { dependants[only].append(Int32(customer)) }
        }
        for customer in prices.indices {
            var paid: [Int] = []
            for entry in lists.starts[customer]..<levels[customer]
            where lists.costs[entry] < prices[customer] && isOpen[Int(lists.facilities[entry])] {
                paid.append(Int(lists.facilities[entry]))
            }
            guard paid.count > 1 else { continue }
            let gainers = paid.prefix(2).flatMap { dependants[$0] }
            guard !gainers.isEmpty, lower(customer) else { continue }
            ascend(gainers)
            ascend(gainers + [Int32(customer)])
        }
        ascend((0..<Int32(lists.customerCount)).map { $0 })
        return bound - before
    }
}
