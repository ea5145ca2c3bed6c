import Optimization

/// What ``FacilityHeuristic`` and ``BendersFacilitySolver`` keep of a problem whose costs, demands, capacities or opening
/// costs change from call to call: the open set, the prices, the facilities of each customer in order of cost, and the
/// cuts of the exact search. Cuts are kept as prices, so that they are cuts of the changed problem, too.
///
/// A value: a copy remembers on its own. It fits any problem; one of another size is started afresh.
public struct FacilityMemory: Sendable {
    var start = FacilityWarmStart()
    private var lists: ServiceLists?
    private var assignmentCosts: [Double] = []
    /// The groups of customers of the last exact search, and its cuts.
    var groups: [[Int]] = []
    var cuts: [PriceCut] = []

    /// Remembers nothing yet.
    public init() {}

    /// Remembers a start.
    public init(_ start: FacilityWarmStart) { self.start = start }

    /// The lists of this problem, from those of the last where they fit, and the prices scaled with the costs.
    mutating func recall(_ problem: FacilityProblem) -> ServiceLists {
        var prices = start.prices
        if var known = lists, prices.count == problem.customerCount {
            lists = nil
            if let factors = known.update(to: problem, from: assignmentCosts, prices: prices) {
                for customer in prices.indices { prices[customer] *= factors[customer] }
                for index in cuts.indices {
                    for (place, customer) in groups[cuts[index].group].enumerated() {
                        cuts[index].prices[place] *= factors[customer]
                    }
                }
                start.prices = prices
                assignmentCosts = problem.assignmentCosts
                lists = known
                return known
            }
        }
        let fresh = ServiceLists(problem)
        if start.open.contains(where: { $0 >= problem.facilityCount }) || prices.count != problem.customerCount {
            start = FacilityWarmStart()
            groups = []
            cuts = []
        }
        lists = fresh
        assignmentCosts = problem.assignmentCosts
        return fresh
    }

    /// Keeps a solution.
    mutating func keep(_ solution: FacilitySolution) {
        start.open = solution.open
        start.servers = solution.servers
        start.assignment = solution.assignment
    }

    /// Keeps what a call found.
    mutating func keep(_ result: FacilityResult) {
        if let solution = result.solution { keep(solution) }
        if case .dual(let prices) = result.certificate { start.prices = prices }
    }
}

/// A Benders cut as the prices of a group's customers, in the group's order.
struct PriceCut: Sendable {
    var group: Int
    var prices: [Double]
}

/// What goes with an exact solve besides problem and limits: what is remembered, and who listens.
struct SolveContext {
    var memory: FacilityMemory
    var observer: BracketObserver

    init(memory: FacilityMemory = FacilityMemory(), observer: BracketObserver = BracketObserver()) {
        self.memory = memory
        self.observer = observer
    }

    /// The start that is remembered, if there is one.
    var warmStart: FacilityWarmStart? { memory.start.open.isEmpty && memory.start.prices.isEmpty ? nil : memory.start }

    /// Remembered prices, where there is one a customer.
    func earlierPrices(_ customers: Int) -> [Double]? {
        let prices = memory.start.prices
        return prices.count == customers && customers > 0 && prices.allSatisfy(\.isFinite) ? prices : nil
    }

    /// The slots that the remembered solution has open.
    func earlierSlots(_ slots: SlotLayout) -> [Bool]? {
        guard !memory.start.open.isEmpty else { return nil }
        var isOpen = Array(repeating: false, count: slots.count)
        for (index, facility) in memory.start.open.enumerated() where facility < slots.starts.count - 1 {
            let servers = memory.start.servers.indices.contains(index) ? memory.start.servers[index] : 1
            for slot in slots.slots(of: facility).prefix(max(1, servers)) { isOpen[slot] = true }
        }
        return isOpen
    }
}
