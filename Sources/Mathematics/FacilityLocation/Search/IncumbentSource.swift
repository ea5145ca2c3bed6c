import Optimization

/// The best solution so far, and the heuristic that makes better ones from the relaxation's openings.
protocol IncumbentSource {
    /// The best solution; `nil` while there is none.
    var solution: FacilitySolution? { get }
    /// The cost of the best solution; infinity while there is none.
    var cost: Double { get }
    /// Looks for a better solution near these openings; `isIntegral` says that they are a solution's.
    mutating func improve(
        openness: [Double], isIntegral: Bool, monitor: StopMonitor
    ) throws(SolverError)
}

/// Incumbents without capacities: rounding, then add, drop and swap, now and then from a shaken start.
struct UncapacitatedIncumbent: IncumbentSource {
    private var search: LocalSearch
    private var generator = SeededGenerator(seed: 1)
    private(set) var isOpen: [Bool]
    private(set) var cost = Double.infinity

    /// Starts with a local search that has ended.
    init(search: LocalSearch) {
        self.search = search
        isOpen = search.isOpen
        keep()
    }

    var solution: FacilitySolution? {
        guard cost < .infinity else { return nil }
        return FacilitySolution(
            open: isOpen.indices.filter { isOpen[$0] }, assignment: search.lists.assignment(isOpen: isOpen))
    }

    mutating func improve(openness: [Double], isIntegral: Bool, monitor: StopMonitor) {
        search.restart(isOpen: openness.map { $0 >= 0.5 })
        search.descend(monitor: monitor)
        keep()
        if cost < .infinity { shake(rounds: 1, monitor: monitor) }
    }

    /// Shakes the best set (closes some facilities, opens others, at random) and descends again, `rounds` times.
    mutating func shake(rounds: Int, monitor: StopMonitor) {
        for _ in 0..<rounds where monitor.stopReason == nil {
            if search.isOpen != isOpen { search.restart(isOpen: isOpen) }
            search.shake(strength: 2 + generator.index(below: 3), generator: &generator)
            search.descend(monitor: monitor)
            keep()
        }
    }

    private mutating func keep() {
        guard search.isFeasible, search.cost < cost else { return }
        let exact = search.exactCost
        if exact < cost {
            cost = exact
            isOpen = search.isOpen
        }
    }
}
