import Optimization

/// Names customers that cannot be served, few and with a proof: no single one of them can be left out.
///
/// The customers alone make a problem in which everything is free of charge; prices that prove any cost for it prove
/// that it has no solution (Farkas). What those prices leave at 0 is not needed. What is left is thinned by deletion:
/// parts go as long as the rest stays infeasible, halves first, then one by one.
///
/// Source: Chinneck, "Feasibility and Infeasibility in Optimization" (2008), section 6.1 (deletion filter); Hall (1935) for
/// the sets whose demand exceeds what their facilities hold.
struct InfeasibleCore {
    /// Customers, and the reason why they cannot be served.
    private struct Core {
        var customers: [Int]
        var reason: FacilityCertificate.Infeasibility
    }

    let problem: FacilityProblem
    let limits: SearchLimits
    /// Solves the problem of serving some customers, as far as it is worth while.
    let solve: (FacilityProblem, SearchLimits) throws(SolverError) -> FacilityResult
    /// Problems solved on the way.
    private(set) var checks = 0
    /// Whether every customer that is named was shown to be needed.
    private(set) var isMinimal = true

    private static let checkLimit = 600
    /// Nodes after which a part counts as feasible: its customers are kept.
    private static let nodeLimit = 200

    init(
        problem: FacilityProblem, limits: SearchLimits,
        solve: @escaping (FacilityProblem, SearchLimits) throws(SolverError) -> FacilityResult
    ) {
        self.problem = problem
        self.limits = limits
        self.solve = solve
    }

    /// The reason; `nil` when none was proved within the limits.
    mutating func find() throws(SolverError) -> FacilityCertificate.Infeasibility? {
        let required = problem.facilities(.required).count
        let usable = problem.facilityCount - problem.facilities(.forbidden).count
        if required > problem.maximumOpen || usable < problem.minimumOpen {
            return .unserved(customers: [], leaves: [.init(open: [], closed: [], prices: [])])
        }
        for customer in 0..<problem.customerCount
        where (0..<problem.facilityCount).allSatisfy({ problem.cost(customer: customer, facility: $0) == .infinity }) {
            return .unreachable(customer: customer)
        }
        guard var core = try prove(Array(0..<problem.customerCount)) else { return nil }
        if case .capacityShort(let customers) = core.reason, isUniform(customers) { return core.reason }
        var size = max(1, core.customers.count / 2)
        var needed: Set<Int> = []
        while true {
            var candidates = core.customers.filter { !needed.contains($0) }
            while !candidates.isEmpty, core.customers.count > 1 {
                let part = Set(candidates.prefix(size))
                candidates.removeFirst(min(size, candidates.count))
                guard part.count < core.customers.count else { continue }
                guard checks < Self.checkLimit, limits.monitor.stopReason == nil else {
                    isMinimal = false
                    return core.reason
                }
                if let smaller = try prove(core.customers.filter { !part.contains($0) }) {
                    core = smaller
                    let left = Set(core.customers)
                    candidates.removeAll { !left.contains($0) }
                } else if size == 1 {
                    needed.formUnion(part)
                }
            }
            guard size > 1 else { return core.reason }
            size /= 2
        }
    }

    /// Whether all of them may be served by the same facilities in parts: then the fewest are those of largest demand.
    private func isUniform(_ customers: [Int]) -> Bool {
        guard problem.assignmentRule == .split, let first = customers.first else { return false }
        return (0..<problem.facilityCount).allSatisfy { facility in
            let allowed = problem.cost(customer: first, facility: facility) < .infinity
            return customers.allSatisfy { (problem.cost(customer: $0, facility: facility) < .infinity) == allowed }
        }
    }

    /// A proof that these customers, or some of them, cannot be served; `nil` when they can or it was not decided.
    private mutating func prove(_ customers: [Int]) throws(SolverError) -> Core? {
        if let short = shortage(customers) { return Core(customers: short, reason: .capacityShort(customers: short)) }
        checks += 1
        let result = try solve(try freeProblem(customers), limits.tightened(nodeLimit: Self.nodeLimit))
        guard result.termination == .infeasible else {
            if result.termination != .optimal { isMinimal = false }
            return nil
        }
        let leaves: [FacilityCertificate.Leaf]
        switch result.certificate {
        case .infeasible(.unreachable(let customer)):
            return Core(
                customers: [customers[customer]], reason: .unreachable(customer: customers[customer]))
        case .infeasible(.capacityShort(let short)):
            let named = short.map { customers[$0] }
            let fewer = shortage(named) ?? named
            return Core(customers: fewer, reason: .capacityShort(customers: fewer))
        case .dual(let prices): leaves = [.init(open: [], closed: [], prices: prices)]
        case .branchAndBound(let all): leaves = all
        case .infeasible, .none: return nil
        }
        // Who has no price anywhere (and is nowhere fixed) adds nothing to the proof.
        var isUsed = Array(repeating: false, count: customers.count)
        for leaf in leaves {
            for (customer, price) in leaf.prices.enumerated() where price != 0 { isUsed[customer] = true }
            for pair in leaf.served + leaf.refused { isUsed[pair.customer] = true }
        }
        let used = customers.indices.filter { isUsed[$0] }.map { customers[$0] }
        if used.count < customers.count, !used.isEmpty, checks < Self.checkLimit, let fewer = try prove(used) {
            return fewer
        }
        return Core(customers: customers, reason: .unserved(customers: customers, leaves: leaves))
    }

    /// Those of largest demand that together exceed what their facilities can hold, if all together do.
    private func shortage(_ customers: [Int]) -> [Int]? {
        guard problem.isCapacitated else { return nil }
        var short = customers
        while true {
            let reach = (0..<problem.facilityCount).filter { facility in
                short.contains { problem.cost(customer: $0, facility: facility) < .infinity }
            }
            let room = reach.map { problem.largestCapacity(of: $0) }.sorted(by: >).prefix(problem.maximumOpen)
                .reduce(0, +)
            // A checker takes less for rounding.
            let limit = room + 1.1e-9 * max(min(1, problem.demands.max() ?? 1), room)
            var demand = 0.0
            var fewest: [Int] = []
            for customer in short.sorted(by: { (problem.demands[$0], $1) > (problem.demands[$1], $0) }) {
                demand += problem.demands[customer]
                fewest.append(customer)
                if demand > limit { break }
            }
            guard demand > limit else { return nil }
            if fewest.count == short.count { return fewest.sorted() }
            short = fewest
        }
    }

    /// The problem of serving these customers, free of charge.
    private func freeProblem(_ customers: [Int]) throws(SolverError) -> FacilityProblem {
        let count = problem.facilityCount
        do {
            return try FacilityProblem(
                openingCosts: Array(repeating: 0, count: count),
                assignmentCosts: customers.flatMap { customer in
                    (0..<count).map { problem.cost(customer: customer, facility: $0) < .infinity ? 0 : .infinity }
                },
                demands: customers.map { problem.demands[$0] }, customerCount: customers.count,
                capacities: problem.capacities, assignmentRule: problem.assignmentRule,
                openCount: problem.minimumOpen...problem.maximumOpen, required: problem.facilities(.required),
                forbidden: problem.facilities(.forbidden),
                servers: ServerMenu(limits: problem.serverLimits, costs: Array(repeating: 0, count: count)))
        } catch {
            throw SolverError(.internalInconsistency, "a part of the problem was refused: \(error)", cause: error)
        }
    }
}
