import Optimization

/// Incumbents with capacities: rounding the openings, transport on the set, then drops and swaps near it.
struct CapacitatedIncumbent: IncumbentSource {
    let problem: FacilityProblem
    private let lists: ServiceLists
    private let slots: SlotLayout
    private let limits: SearchLimits
    private var transport: TransportKernel
    private var tried: Set<[Bool]> = []
    private(set) var solution: FacilitySolution?
    private(set) var cost = Double.infinity
    private let totalDemand: Double
    /// What each slot adds to the room, the total demand at most.
    private let capacities: [Double]

    init(
        problem: FacilityProblem, slots: SlotLayout, lists: ServiceLists, transport: TransportKernel,
        limits: SearchLimits
    ) {
        self.problem = problem
        self.lists = lists
        self.transport = transport
        self.limits = limits
        let total = problem.demands.reduce(0, +)
        totalDemand = total
        self.slots = slots
        capacities = (0..<slots.count).map { slots.increment($0, total: total) }
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
        var isOpen = required
        var room = isOpen.indices.reduce(0) { isOpen[$1] ? $0 + capacities[$1] : $0 }
        var count = isOpen.count { $0 }
        for slot in openness.indices.sorted(by: { (openness[$0], $1) > (openness[$1], $0) })
        where !isOpen[slot] && problem.siteRules[slots.facilities[slot]] != .forbidden {
            let isNeeded = room < totalDemand || count < max(1, problem.minimumOpen)
            let isFirst = slots.isFirst(slot)
            guard isNeeded || openness[slot] >= threshold, isFirst ? count < problem.maximumOpen : isOpen[slot - 1]
            else { continue }
            isOpen[slot] = true
            room += capacities[slot]
            if isFirst { count += 1 }
        }
        return isOpen
    }

    /// The first slots of the facilities that must be open.
    private var required: [Bool] {
        (0..<slots.count).map { slots.isFirst($0) && problem.siteRules[slots.facilities[$0]] == .required }
    }

    /// Serves everyone from a set, unless it was tried before; keeps it if it is the best. Facilities that then serve
    /// nobody close.
    mutating func evaluate(_ isOpen: [Bool]) throws(SolverError) {
        guard tried.insert(isOpen).inserted, limits.monitor.stopReason == nil else { return }
        let servers = slots.servers(isOpen: isOpen)
        guard (problem.minimumOpen...problem.maximumOpen).contains(servers.count { $0 > 0 }),
            zip(servers, problem.siteRules).allSatisfy({ $0 > 0 ? $1 != .forbidden : $1 != .required })
        else { return }
        let outcome = try transport.solve(
            openness: isOpen.map { $0 ? 1 : 0 }, isIntegral: true, criteria: limits.linearCriteria,
            interrupter: limits.interrupter)
        guard var outcome, outcome.stranded.isEmpty else { return }
        for customer in problem.demands.indices where problem.demands[customer] == 0 {
            let list = lists.facilities[lists.starts[customer]..<lists.starts[customer + 1]]
            guard let facility = list.first(where: { servers[Int($0)] > 0 }) else { return }
            outcome.shares[customer] = [.init(facility: Int(facility), fraction: 1)]
        }
        guard outcome.shares.allSatisfy({ !$0.isEmpty }) else { return }
        keep(servers: servers, shares: outcome.shares)
    }

    private mutating func keep(servers: [Int], shares: [[FacilitySolution.Share]]) {
        var loads = Array(repeating: 0.0, count: servers.count)
        var isUsed = Array(repeating: false, count: servers.count)
        for (customer, shares) in shares.enumerated() {
            for share in shares {
                isUsed[share.facility] = true
                loads[share.facility] += share.fraction * problem.demands[customer]
            }
        }
        var kept = servers
        var count = servers.count { $0 > 0 }
        for facility in kept.indices where kept[facility] > 0 {
            let own = slots.slots(of: facility)
            // Servers that stay empty cost: where a facility may hold several, each costs something.
            while kept[facility] > 1,
                slots.capacities[own.lowerBound + kept[facility] - 2] >= loads[facility] * (1 - 1e-12)
            {
                kept[facility] -= 1
            }
            guard !isUsed[facility], count > problem.minimumOpen, slots.costs[own.lowerBound] > 0,
                problem.siteRules[facility] == .free
            else { continue }
            kept[facility] = 0
            count -= 1
        }
        let open = kept.indices.filter { kept[$0] > 0 }
        let candidate = FacilitySolution(open: open, servers: open.map { kept[$0] }, shares: shares)
        let value = problem.cost(of: candidate)
        guard value < cost else { return }
        cost = value
        solution = candidate
    }

    /// Whether a slot is open in the best solution.
    private var bestSet: [Bool] {
        var isOpen = Array(repeating: false, count: slots.count)
        guard let solution else { return isOpen }
        for (facility, servers) in zip(solution.open, solution.servers) {
            for slot in slots.slots(of: facility).prefix(servers) { isOpen[slot] = true }
        }
        return isOpen
    }

    /// Whether a slot may close (or open) with those before and after it as they are.
    private func isMovable(_ slot: Int, in isOpen: [Bool]) -> Bool {
        let own = slots.slots(of: slots.facilities[slot])
        let isSettled = slots.isFirst(slot) && problem.siteRules[slots.facilities[slot]] != .free
        guard !isSettled, problem.siteRules[slots.facilities[slot]] != .forbidden else { return false }
        return isOpen[slot] ? slot + 1 == own.upperBound || !isOpen[slot + 1] : slots.isFirst(slot) || isOpen[slot - 1]
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
            let opened = base.indices.filter { base[$0] && isMovable($0, in: base) }
                .sorted { (openness[$0], $0) < (openness[$1], $1) }
            let closed = base.indices.filter { !base[$0] && openness[$0] > 0.01 && isMovable($0, in: base) }
                .sorted { (openness[$0], $1) > (openness[$1], $0) }
            let room = base.indices.reduce(0) { base[$1] ? $0 + capacities[$1] : $0 }
            search: for facility in opened {
                guard openness[facility] < 0.999 || closed.isEmpty else { continue }
                for other in [nil] + closed.map({ Optional($0) }) {
                    guard solveCount < end, limits.monitor.stopReason == nil else { return }
                    var trial = base
                    trial[facility] = false
                    if let other {
                        guard slots.isFirst(other) || trial[other - 1] else { continue }
                        trial[other] = true
                    }
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
