import Optimization

/// A long search without capacities: rounds of shaking and descending around a current set, and, where that set no
/// longer gets better, path relinking with sets found before.
///
/// Sources: Lourenco, Martin, Stutzle, "Iterated local search" (2003); Resende and Werneck (2006), "A hybrid multistart
/// heuristic for the uncapacitated facility location problem", EJOR 174.
struct EliteSearch {
    /// A set that was good, and what it costs.
    private struct Member {
        var isOpen: [Bool]
        var cost: Double
    }

    private var search: LocalSearch
    private var generator = SeededGenerator(seed: 1)
    private var pool: [Member] = []
    private var current: Member
    private var rounds = 0
    private var idle = 0
    /// The best set, and its exact cost.
    private(set) var isOpen: [Bool]
    private(set) var cost: Double

    private static let poolSize = 12
    /// Rounds without a better current set after which it is relinked and left.
    private static let patience = 500

    /// Starts from a local search that has ended in a feasible set.
    init(search: LocalSearch) {
        self.search = search
        isOpen = search.isOpen
        cost = search.exactCost
        current = Member(isOpen: isOpen, cost: search.cost)
    }

    /// Searches around another set.
    mutating func restart(from isOpen: [Bool], monitor: StopMonitor) {
        search.restart(isOpen: isOpen)
        search.descend(monitor: monitor)
        settle()
    }

    /// Makes up to `rounds` rounds.
    mutating func run(rounds limit: Int, monitor: StopMonitor) {
        for _ in 0..<limit where monitor.stopReason == nil {
            rounds += 1
            if rounds == 16 { search.useColumns() }
            if rounds % 512 == 0 { search.restart(isOpen: search.isOpen) }
            search.shake(strength: 2 + generator.index(below: 6), generator: &generator)
            search.descend(monitor: monitor)
            if search.isFeasible, search.cost <= current.cost + tolerance {
                if search.cost < current.cost - tolerance { idle = 0 } else { idle += 1 }
                current = Member(isOpen: search.isOpen, cost: search.cost)
                keep()
            } else {
                idle += 1
                search.move(to: current.isOpen)
            }
            if idle >= Self.patience { relink(monitor: monitor) }
        }
    }

    private var tolerance: Double { 1e-9 * max(1, abs(cost)) }

    private mutating func settle() {
        current = Member(isOpen: search.isOpen, cost: search.isFeasible ? search.cost : .infinity)
        idle = 0
        keep()
    }

    private mutating func keep() {
        guard search.isFeasible, search.cost < cost - tolerance else { return }
        let exact = search.exactCost
        if exact < cost {
            cost = exact
            isOpen = search.isOpen
        }
    }

    /// Walks between the current set and another good one, descends from the best set on the way, and goes on from
    /// there; with too few sets to walk to, from a strong shake.
    private mutating func relink(monitor: StopMonitor) {
        let partner = pool.isEmpty ? nil : pool[generator.index(below: pool.count)]
        insert(current)
        if let partner, Self.distance(partner.isOpen, current.isOpen) >= 4 {
            search.walk(to: partner.isOpen)
            search.descend(monitor: monitor)
            if search.isFeasible, search.cost < min(partner.cost, current.cost) - tolerance {
                settle()
                return
            }
        }
        search.shake(strength: max(4, search.openCount / 2), generator: &generator)
        search.descend(monitor: monitor)
        settle()
    }

    private static func distance(_ left: [Bool], _ right: [Bool]) -> Int {
        left.indices.count { left[$0] != right[$0] }
    }

    /// Takes a set into the pool in place of the worst, unless one much like it is there that is no worse.
    private mutating func insert(_ member: Member) {
        guard member.cost < .infinity else { return }
        if let twin = pool.firstIndex(where: { Self.distance($0.isOpen, member.isOpen) < 4 }) {
            if member.cost < pool[twin].cost { pool[twin] = member }
            return
        }
        if pool.count < Self.poolSize {
            pool.append(member)
        } else if let worst = pool.indices.max(by: { pool[$0].cost < pool[$1].cost }), pool[worst].cost > member.cost {
            pool[worst] = member
        }
    }
}

extension LocalSearch {
    /// Opens and closes what differs from another set.
    mutating func move(to other: [Bool]) {
        for facility in other.indices where other[facility] && !isOpen[facility] { open(facility) }
        for facility in other.indices where !other[facility] && isOpen[facility] { close(facility) }
    }

    /// Walks to another set, the best move first, and returns to the best set strictly between.
    mutating func walk(to target: [Bool]) {
        var toOpen = target.indices.filter { target[$0] && !isOpen[$0] }
        var toClose = target.indices.filter { !target[$0] && isOpen[$0] }
        var best: (cost: Double, isOpen: [Bool])?
        while !toOpen.isEmpty || !toClose.isEmpty {
            var choice = (open: -1, close: -1, saving: -Double.infinity)
            for (opened, facility) in toOpen.enumerated() {
                let gain = savings[facility] - problem.openingCosts[facility]
                if gain > choice.saving { choice = (opened, -1, gain) }
            }
            for (closed, facility) in toClose.enumerated() where openCount > 1 {
                let release = problem.openingCosts[facility] - losses[facility]
                if release > choice.saving { choice = (-1, closed, release) }
                for (opened, other) in toOpen.enumerated() {
                    let gain =
                        savings[other] - problem.openingCosts[other] + release
                        + relief[facility * lists.facilityCount + other]
                    if gain > choice.saving { choice = (opened, closed, gain) }
                }
            }
            guard choice.open >= 0 || choice.close >= 0 else { break }
            if choice.open >= 0 { open(toOpen.remove(at: choice.open)) }
            if choice.close >= 0 { close(toClose.remove(at: choice.close)) }
            let left = toOpen.count + toClose.count
            if left > 0, isFeasible, cost < best?.cost ?? .infinity { best = (cost, isOpen) }
        }
        if let best { move(to: best.isOpen) }
    }
}
