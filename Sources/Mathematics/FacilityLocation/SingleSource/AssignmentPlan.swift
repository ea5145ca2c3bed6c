import Optimization

/// An assignment of whole customers to open facilities with the room that is left.
struct AssignmentPlan {
    let problem: FacilityProblem
    let slots: SlotLayout
    /// How many servers each facility holds; 0 where it is closed.
    private(set) var servers: [Int]
    private var isOpen: [Bool] { servers.map { $0 > 0 } }
    private(set) var assignment: [Int]
    private var room: [Double]
    private var load: [Double]
    private var members: [Int]
    private let isCongested: Bool

    init(problem: FacilityProblem, slots: SlotLayout, servers: [Int]) {
        self.problem = problem
        self.slots = slots
        self.servers = servers
        isCongested = problem.isCongested
        room = servers.indices.map { facility in
            guard servers[facility] > 0 else { return 0 }
            let capacity = slots.capacities[slots.starts[facility] + servers[facility] - 1]
            return capacity + 1e-9 * max(1, min(capacity, 1e15))
        }
        load = Array(repeating: 0, count: servers.count)
        assignment = Array(repeating: -1, count: problem.customerCount)
        members = Array(repeating: 0, count: servers.count)
    }

    private func cost(_ customer: Int, _ facility: Int) -> Double {
        problem.assignmentCosts[customer * servers.count + facility]
    }

    /// What a change of a facility's load costs by congestion.
    private func congestion(_ facility: Int, change: Double) -> Double {
        guard isCongested else { return 0 }
        return problem.congestionCost(of: facility, load: load[facility] + change)
            - problem.congestionCost(of: facility, load: load[facility])
    }

    /// What placing a customer who is nowhere costs at a facility.
    private func price(_ customer: Int, _ facility: Int) -> Double {
        cost(customer, facility) + congestion(facility, change: problem.demands[customer])
    }

    private mutating func place(_ customer: Int, at facility: Int) {
        let before = assignment[customer]
        if before >= 0 {
            room[before] += problem.demands[customer]
            load[before] -= problem.demands[customer]
            members[before] -= 1
        }
        assignment[customer] = facility
        room[facility] -= problem.demands[customer]
        load[facility] += problem.demands[customer]
        members[facility] += 1
    }

    /// Places the draft's customers where they fit, then the rest, largest regret first. Says whether all fitted.
    mutating func fill(_ draft: [Int]) -> Bool {
        let order = draft.indices.sorted { (problem.demands[$0], $1) > (problem.demands[$1], $0) }
        for customer in order {
            let facility = draft[customer]
            if facility >= 0, isOpen[facility], problem.demands[customer] <= room[facility],
                cost(customer, facility) < .infinity
            {
                place(customer, at: facility)
            }
        }
        let open = isOpen.indices.filter { isOpen[$0] }
        var left = order.filter { assignment[$0] < 0 }
        while !left.isEmpty {
            var chosen: (index: Int, facility: Int, regret: Double)?
            for (index, customer) in left.enumerated() {
                var (best, second) = (Double.infinity, Double.infinity)
                var place = -1
                for facility in open where problem.demands[customer] <= room[facility] {
                    let price = price(customer, facility)
                    if price < best {
                        second = best
                        best = price
                        place = facility
                    } else if price < second {
                        second = price
                    }
                }
                guard place >= 0 else { continue }
                let regret = second == .infinity ? .infinity : second - best
                if chosen.map({ regret > $0.regret }) ?? true { chosen = (index, place, regret) }
            }
            guard let chosen else { break }
            place(left.remove(at: chosen.index), at: chosen.facility)
        }
        for customer in left {
            guard makeRoom(for: customer, open: open) else { return false }
        }
        return true
    }

    /// Moves one customer elsewhere so that `customer` fits in its place, at the least cost.
    private mutating func makeRoom(for customer: Int, open: [Int]) -> Bool {
        var best: (moved: Int, to: Int, price: Double)?
        let demand = problem.demands[customer]
        for moved in assignment.indices where assignment[moved] >= 0 {
            let from = assignment[moved]
            let freed = problem.demands[moved]
            guard room[from] + freed >= demand, cost(customer, from) < .infinity else { continue }
            for to in open where to != from && room[to] >= freed {
                let change = problem.demands[customer] - freed
                let price =
                    price(moved, to) - cost(moved, from) + cost(customer, from) + congestion(from, change: change)
                if price < best?.price ?? .infinity { best = (moved, to, price) }
            }
        }
        guard let best else { return false }
        let from = assignment[best.moved]
        place(best.moved, at: best.to)
        place(customer, at: from)
        return true
    }

    /// One pass of moves and exchanges, and of closing whole facilities; says whether anything helped.
    mutating func improve(monitor: StopMonitor) -> Bool {
        var helped = false
        let open = isOpen.indices.filter { isOpen[$0] }
        for customer in assignment.indices {
            let from = assignment[customer]
            for to in open where to != from && room[to] >= problem.demands[customer] {
                let now = assignment[customer]
                guard now != to else { continue }
                let leaving = cost(customer, now) - congestion(now, change: -problem.demands[customer])
                if price(customer, to) < leaving - 1e-9 {
                    place(customer, at: to)
                    helped = true
                }
            }
        }
        for first in assignment.indices {
            if monitor.stopReason != nil { return false }
            for second in stride(from: first + 1, to: assignment.count, by: 1) {
                let (left, right) = (assignment[first], assignment[second])
                guard left != right else { continue }
                let shift = problem.demands[first] - problem.demands[second]
                let gain =
                    cost(first, left) + cost(second, right) - cost(first, right) - cost(second, left)
                    - congestion(left, change: -shift) - congestion(right, change: shift)
                guard gain > 1e-9, room[left] + shift >= 0, room[right] - shift >= 0 else { continue }
                place(first, at: right)
                place(second, at: left)
                helped = true
            }
        }
        for facility in open where members[facility] > 0 && problem.siteRules[facility] == .free {
            if monitor.stopReason != nil { return false }
            if dissolve(facility) { helped = true }
        }
        return helped
    }

    /// Moves everybody away from a facility if that pays.
    private mutating func dissolve(_ facility: Int) -> Bool {
        guard isOpen.count(where: { $0 }) > problem.minimumOpen else { return false }
        let open = servers.indices.filter { servers[$0] > 0 && $0 != facility }
        var trial = self
        var total = -slots.slots(of: facility).prefix(servers[facility]).reduce(0) { $0 + slots.costs[$1] }
        let own = assignment.indices.filter { assignment[$0] == facility }
        for customer in own.sorted(by: { (problem.demands[$0], $1) > (problem.demands[$1], $0) }) {
            let places = open.filter { trial.room[$0] >= problem.demands[customer] }
            guard let to = places.min(by: { trial.price(customer, $0) < trial.price(customer, $1) }) else {
                return false
            }
            total += trial.price(customer, to) - cost(customer, facility)
            total += trial.congestion(facility, change: -problem.demands[customer])
            guard total < .infinity else { return false }
            trial.place(customer, at: to)
        }
        guard total < -1e-9 else { return false }
        trial.servers[facility] = 0
        self = trial
        return true
    }

    /// Closes servers that stay empty and facilities that serve nobody, where they cost something.
    mutating func closeIdle() {
        var count = servers.count { $0 > 0 }
        for facility in servers.indices where servers[facility] > 0 {
            let own = slots.slots(of: facility)
            while servers[facility] > 1,
                slots.capacities[own.lowerBound + servers[facility] - 2] >= load[facility] * (1 - 1e-12)
            {
                servers[facility] -= 1
            }
            guard members[facility] == 0, count > problem.minimumOpen, slots.costs[own.lowerBound] > 0,
                problem.siteRules[facility] == .free
            else { continue }
            servers[facility] = 0
            count -= 1
        }
    }
}
