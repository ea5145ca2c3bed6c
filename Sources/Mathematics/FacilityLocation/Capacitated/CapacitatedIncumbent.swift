import Optimization

/// Incumbents with capacities: rounding the openings, transport on the set, then drops and swaps near it.
struct CapacitatedIncumbent: IncumbentSource {
    let problem: FacilityProblem
    private let lists: ServiceLists
    private let limits: SearchLimits
    private var transport: TransportKernel
    private var tried: Set<[Bool]> = []
    private(set) var solution: FacilitySolution?
    private(set) var cost = Double.infinity
    private let totalDemand: Double
    private let capacities: [Double]

    init(problem: FacilityProblem, lists: ServiceLists, transport: TransportKernel, limits: SearchLimits) {
        self.problem = problem
        self.lists = lists
        self.transport = transport
        self.limits = limits
        totalDemand = problem.demands.reduce(0, +)
        capacities = problem.capacities ?? Array(repeating: .infinity, count: problem.facilityCount)
    }

    /// How many transport problems were solved.
    var solveCount: Int { transport.solveCount }

    mutating func improve(openness: [Double], isIntegral: Bool, monitor: StopMonitor) throws(SolverError) {
        if isIntegral {
            try evaluate(openness.map { $0 > 0.5 })
        } else {
            try evaluate(rounded(openness, threshold: 0.5))
        }
    }

    /// Opens what is above the threshold, then the next until the demand fits and enough are open.
    func rounded(_ openness: [Double], threshold: Double) -> [Bool] {
        var isOpen = Array(repeating: false, count: openness.count)
        var room = 0.0
        var count = 0
        for facility in openness.indices.sorted(by: { (openness[$0], $1) > (openness[$1], $0) }) {
            let isNeeded = room < totalDemand || count < max(1, problem.minimumOpen)
            guard count < problem.maximumOpen, isNeeded || openness[facility] >= threshold else { continue }
            isOpen[facility] = true
            room += capacities[facility]
            count += 1
        }
        return isOpen
    }

    /// Serves everyone from a set, unless it was tried before; keeps it if it is the best. Facilities that then serve
    /// nobody close.
    mutating func evaluate(_ isOpen: [Bool]) throws(SolverError) {
        guard tried.insert(isOpen).inserted, limits.monitor.stopReason == nil else { return }
        let count = isOpen.count { $0 }
        guard (problem.minimumOpen...problem.maximumOpen).contains(count) else { return }
        let outcome = try transport.solve(
            openness: isOpen.map { $0 ? 1 : 0 }, isIntegral: true, criteria: limits.linearCriteria,
            interrupter: limits.interrupter)
        guard var outcome, outcome.stranded.isEmpty else { return }
        for customer in problem.demands.indices where problem.demands[customer] == 0 {
            let list = lists.facilities[lists.starts[customer]..<lists.starts[customer + 1]]
            guard let facility = list.first(where: { isOpen[Int($0)] }) else { return }
            outcome.shares[customer] = [.init(facility: Int(facility), fraction: 1)]
        }
        guard outcome.shares.allSatisfy({ !$0.isEmpty }) else { return }
        keep(isOpen: isOpen, shares: outcome.shares)
    }

    private mutating func keep(isOpen: [Bool], shares: [[FacilitySolution.Share]]) {
        var isUsed = Array(repeating: false, count: isOpen.count)
        for share in shares.joined() { isUsed[share.facility] = true }
        var kept = isOpen
        var count = isOpen.count { $0 }
        for facility in kept.indices where kept[facility] && !isUsed[facility] {
            guard count > problem.minimumOpen, problem.openingCosts[facility] > 0 else { continue }
            kept[facility] = false
            count -= 1
        }
        let candidate = FacilitySolution(open: kept.indices.filter { kept[$0] }, shares: shares)
        let value = problem.cost(of: candidate)
        guard value < cost else { return }
        cost = value
        solution = candidate
    }

    /// Whether a facility is open in the best solution.
    private var bestSet: [Bool] {
        var isOpen = Array(repeating: false, count: problem.facilityCount)
        for facility in solution?.open ?? [] { isOpen[facility] = true }
        return isOpen
    }

    /// Tries to close each open facility of the best set and to swap it for a promising closed one, until nothing
    /// helps or `budget` transport problems were solved. `openness` says what is promising.
    mutating func descend(openness: [Double], budget: Int) throws(SolverError) {
        let end = solveCount + budget
        var improved = true
        while improved, solution != nil {
            improved = false
            let base = bestSet
            let before = cost
            let opened = base.indices.filter { base[$0] }.sorted { (openness[$0], $0) < (openness[$1], $1) }
            let closed = base.indices.filter { !base[$0] && openness[$0] > 0.01 }
                .sorted { (openness[$0], $1) > (openness[$1], $0) }
            let room = opened.reduce(0) { $0 + capacities[$1] }
            search: for facility in opened {
                guard openness[facility] < 0.999 || closed.isEmpty else { continue }
                for other in [nil] + closed.map({ Optional($0) }) {
                    guard solveCount < end, limits.monitor.stopReason == nil else { return }
                    var trial = base
                    trial[facility] = false
                    if let other { trial[other] = true }
                    let left = room - capacities[facility] + (other.map { capacities[$0] } ?? 0)
                    guard left >= totalDemand else { continue }
                    try evaluate(trial)
                    if cost < before - 1e-9 * abs(before) {
                        improved = true
                        break search
                    }
                }
            }
        }
    }
}
