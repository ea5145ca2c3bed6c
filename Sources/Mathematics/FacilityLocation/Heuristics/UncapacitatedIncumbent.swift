import Optimization

/// Incumbents without capacities: rounding, then add, drop and swap, now and then from a shaken start.
struct UncapacitatedIncumbent: IncumbentSource {
    private var search: LocalSearch
    /// The long search, once it was asked for.
    private var elite: EliteSearch?
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

    /// Searches on from the best set, `rounds` times a shake and a descent.
    mutating func shake(rounds: Int, monitor: StopMonitor) {
        guard cost < .infinity else { return }
        var elite = self.elite.take() ?? EliteSearch(search: search)
        if elite.cost > cost { elite.restart(from: isOpen, monitor: monitor) }
        elite.run(rounds: rounds, monitor: monitor)
        if elite.cost < cost {
            cost = elite.cost
            isOpen = elite.isOpen
        }
        self.elite = elite
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
