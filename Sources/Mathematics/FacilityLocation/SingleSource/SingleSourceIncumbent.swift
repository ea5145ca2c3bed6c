import Optimization

/// Incumbents for whole customers: an assignment is completed by regret, then improved by moving single customers,
/// exchanging two, and closing facilities.
struct SingleSourceIncumbent: IncumbentSource {
    let problem: FacilityProblem
    private let capacities: [Double]
    private(set) var solution: FacilitySolution?
    private(set) var cost = Double.infinity

    init(problem: FacilityProblem) {
        self.problem = problem
        capacities = problem.capacities ?? Array(repeating: .infinity, count: problem.facilityCount)
    }

    /// Without a draft there is nothing to round: drafts come by ``complete(_:isOpen:monitor:)``.
    mutating func improve(openness: [Double], isIntegral: Bool, monitor: StopMonitor) {
        complete(
            Array(repeating: -1, count: problem.customerCount), isOpen: openness.map { $0 > 0.5 }, monitor: monitor)
    }

    /// Completes a draft (facility by customer, -1 for none) over the open facilities, improves it and keeps the best.
    mutating func complete(_ draft: [Int], isOpen: [Bool], monitor: StopMonitor) {
        var plan = AssignmentPlan(problem: problem, capacities: capacities, isOpen: isOpen)
        guard plan.fill(draft) else { return }
        var rounds = 0
        while plan.improve(), rounds < 200, monitor.stopReason == nil { rounds += 1 }
        plan.closeIdle()
        let count = plan.isOpen.count { $0 }
        guard (problem.minimumOpen...problem.maximumOpen).contains(count) else { return }
        let candidate = FacilitySolution(
            open: plan.isOpen.indices.filter { plan.isOpen[$0] }, assignment: plan.assignment)
        let value = problem.cost(of: candidate)
        guard value < cost else { return }
        cost = value
        solution = candidate
    }
}

/// An assignment of whole customers to open facilities with the room that is left.
struct AssignmentPlan {
    let problem: FacilityProblem
    private(set) var isOpen: [Bool]
    private(set) var assignment: [Int]
    private var room: [Double]
    private var members: [Int]

    init(problem: FacilityProblem, capacities: [Double], isOpen: [Bool]) {
        self.problem = problem
        self.isOpen = isOpen
        room = capacities.map { $0 + 1e-9 * max(1, min($0, 1e15)) }
        assignment = Array(repeating: -1, count: problem.customerCount)
        members = Array(repeating: 0, count: isOpen.count)
    }

    private func cost(_ customer: Int, _ facility: Int) -> Double {
        problem.assignmentCosts[customer * isOpen.count + facility]
    }

    private mutating func place(_ customer: Int, at facility: Int) {
        let before = assignment[customer]
        if before >= 0 {
            room[before] += problem.demands[customer]
            members[before] -= 1
        }
        assignment[customer] = facility
        room[facility] -= problem.demands[customer]
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
                    let price = cost(customer, facility)
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
                let price = cost(moved, to) - cost(moved, from) + cost(customer, from)
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
    mutating func improve() -> Bool {
        var helped = false
        let open = isOpen.indices.filter { isOpen[$0] }
        for customer in assignment.indices {
            let from = assignment[customer]
            for to in open where to != from && room[to] >= problem.demands[customer] {
                if cost(customer, to) < cost(customer, assignment[customer]) - 1e-9 {
                    place(customer, at: to)
                    helped = true
                }
            }
        }
        for first in assignment.indices {
            for second in stride(from: first + 1, to: assignment.count, by: 1) {
                let (left, right) = (assignment[first], assignment[second])
                guard left != right else { continue }
                let gain = cost(first, left) + cost(second, right) - cost(first, right) - cost(second, left)
                let shift = problem.demands[first] - problem.demands[second]
                guard gain > 1e-9, room[left] + shift >= 0, room[right] - shift >= 0 else { continue }
                place(first, at: right)
                place(second, at: left)
                helped = true
            }
        }
        for facility in open where members[facility] > 0 && dissolve(facility) { helped = true }
        return helped
    }

    /// Moves everybody away from a facility if that pays.
    private mutating func dissolve(_ facility: Int) -> Bool {
        guard isOpen.count(where: { $0 }) > problem.minimumOpen else { return false }
        let open = isOpen.indices.filter { isOpen[$0] && $0 != facility }
        var trial = self
        var price = -problem.openingCosts[facility]
        let own = assignment.indices.filter { assignment[$0] == facility }
        for customer in own.sorted(by: { (problem.demands[$0], $1) > (problem.demands[$1], $0) }) {
            let places = open.filter { trial.room[$0] >= problem.demands[customer] }
            guard let to = places.min(by: { cost(customer, $0) < cost(customer, $1) }) else { return false }
            price += cost(customer, to) - cost(customer, facility)
            guard price < .infinity else { return false }
            trial.place(customer, at: to)
        }
        guard price < -1e-9 else { return false }
        trial.isOpen[facility] = false
        self = trial
        return true
    }

    /// Closes facilities that serve nobody and cost something.
    mutating func closeIdle() {
        var count = isOpen.count { $0 }
        for facility in isOpen.indices where isOpen[facility] && members[facility] == 0 {
            guard count > problem.minimumOpen, problem.openingCosts[facility] > 0 else { continue }
            isOpen[facility] = false
            count -= 1
        }
    }
}
