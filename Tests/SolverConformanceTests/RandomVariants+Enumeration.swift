import Optimization

extension RandomVariants {
    /// The least cost of a problem in which nobody need be split, by trying every assignment and every set of open
    /// facilities around it; `nil` when there is no solution.
    static func enumerate(_ problem: FacilityProblem) -> Double? {
        var best: Double?
        var assignment = Array(repeating: 0, count: problem.customerCount)
        while true {
            if let cost = cheapest(problem, assignment) { best = min(best ?? cost, cost) }
            guard let next = assignment.indices.first(where: { assignment[$0] + 1 < problem.facilityCount })
            else { return best }
            assignment[next] += 1
            for index in 0..<next { assignment[index] = 0 }
        }
    }

    private static func cheapest(_ problem: FacilityProblem, _ assignment: [Int]) -> Double? {
        var loads = Array(repeating: 0.0, count: problem.facilityCount)
        var isUsed = Array(repeating: false, count: problem.facilityCount)
        var service = problem.constant
        for (customer, facility) in assignment.enumerated() {
            service += problem.cost(customer: customer, facility: facility)
            loads[facility] += problem.demands[customer]
            isUsed[facility] = true
        }
        guard service < .infinity else { return nil }
        // What each facility costs when it is open; those that need not be open stand in order of cost.
        var must = 0
        var optional: [Double] = []
        for facility in 0..<problem.facilityCount {
            let rule = problem.siteRules[facility]
            guard rule != .forbidden else {
                if isUsed[facility] { return nil }
                continue
            }
            guard let cost = rent(problem, facility, load: loads[facility]) else {
                if isUsed[facility] || rule == .required { return nil }
                continue
            }
            if isUsed[facility] || rule == .required {
                service += cost
                must += 1
            } else {
                optional.append(cost)
            }
        }
        guard must <= problem.maximumOpen, must + optional.count >= problem.minimumOpen else { return nil }
        for (rank, cost) in optional.sorted().enumerated()
        where must + rank < problem.maximumOpen && (cost < 0 || must + rank < problem.minimumOpen) {
            service += cost
        }
        return service
    }

    /// Opening, the best number of servers that carry the load, and congestion.
    private static func rent(_ problem: FacilityProblem, _ facility: Int, load: Double) -> Double? {
        let capacity = problem.capacities?[facility] ?? .infinity
        let servers = (1...problem.serverLimits[facility]).filter { Double($0) * capacity >= load - 1e-9 }
        guard let cost = servers.map({ Double($0) * problem.serverCosts[facility] }).min() else { return nil }
        var congestion = 0.0
        var before = 0.0
        for step in problem.congestion[facility] {
            congestion += (step.unitCost - before) * max(0, load - step.load)
            before = step.unitCost
        }
        return problem.openingCosts[facility] + cost + congestion
    }

    /// The problem with some of its customers only.
    static func restrict(_ problem: FacilityProblem, to customers: [Int]) throws -> FacilityProblem {
        try FacilityProblem(
            openingCosts: problem.openingCosts,
            assignmentCosts: customers.flatMap { customer in
                (0..<problem.facilityCount).map { problem.cost(customer: customer, facility: $0) }
            },
            demands: customers.map { problem.demands[$0] }, customerCount: customers.count,
            capacities: problem.capacities, assignmentRule: problem.assignmentRule,
            openCount: problem.minimumOpen...problem.maximumOpen, required: problem.facilities(.required),
            forbidden: problem.facilities(.forbidden),
            servers: ServerMenu(limits: problem.serverLimits, costs: problem.serverCosts),
            congestion: problem.congestion, constant: problem.constant)
    }
}
