extension CertificateChecker {
    /// Checks that a solution keeps every rule of the problem and costs what it is said to.
    func check(
        _ solution: FacilitySolution, objective: Double?, of problem: FacilityProblem,
        into verification: inout Verification
    ) {
        guard verification.expect(solution.servers.count == solution.open.count, "not one server count a facility")
        else { return }
        var servers = Array(repeating: 0, count: problem.facilityCount)
        var cost = problem.constant
        for (facility, count) in zip(solution.open, solution.servers) {
            guard
                verification.expect(
                    servers.indices.contains(facility) && servers[facility] == 0,
                    "facility \(facility) is opened wrongly")
            else { return }
            guard
                verification.expect(
                    (1...problem.serverLimits[facility]).contains(count),
                    "facility \(facility) holds \(count) servers; 1 to \(problem.serverLimits[facility]) are allowed")
            else { return }
            verification.expect(
                problem.siteRules[facility] != .forbidden, "facility \(facility) is forbidden, and open")
            servers[facility] = count
            cost += problem.openingCosts[facility] + problem.serverCosts[facility] * Double(count)
        }
        for (facility, rule) in problem.siteRules.enumerated() where rule == .required {
            verification.expect(servers[facility] > 0, "facility \(facility) is required, and closed")
        }
        verification.expect(
            (problem.minimumOpen...problem.maximumOpen).contains(solution.open.count),
            "\(solution.open.count) facilities are open; \(problem.minimumOpen) to \(problem.maximumOpen) may be")
        guard let load = loads(solution, servers: servers, of: problem, cost: &cost, into: &verification) else {
            return
        }
        for (facility, steps) in problem.congestion.enumerated() {
            for (index, step) in steps.enumerated() where load[facility] > step.load {
                let end = index + 1 < steps.count ? steps[index + 1].load : .infinity
                cost += step.unitCost * (min(load[facility], end) - step.load)
            }
        }
        for (facility, capacity) in (problem.capacities ?? []).enumerated() where servers[facility] > 0 {
            let room = capacity * Double(servers[facility])
            verification.expect(
                load[facility] <= room + loadSlack(room, of: problem),
                "facility \(facility) carries \(load[facility]), its capacity is \(room)")
        }
        verification.expect(
            objective.map { abs($0 - cost) <= costSlack(max(abs(cost), abs(problem.constant)), of: problem) } ?? false,
            "the solution costs \(cost), not as stated")
    }

    /// What each facility serves; adds what serving costs. `nil`, with a failure noted, where a share makes no sense.
    private func loads(
        _ solution: FacilitySolution, servers: [Int], of problem: FacilityProblem, cost: inout Double,
        into verification: inout Verification
    ) -> [Double]? {
        guard verification.expect(solution.shares.count == problem.customerCount, "not one assignment a customer")
        else { return nil }
        var load = Array(repeating: 0.0, count: problem.facilityCount)
        for (customer, shares) in solution.shares.enumerated() {
            verification.expect(
                problem.assignmentRule == .split || shares.count == 1, "customer \(customer) is split")
            for share in shares {
                guard
                    verification.expect(
                        servers.indices.contains(share.facility) && servers[share.facility] > 0 && share.fraction > 0,
                        "customer \(customer) is served by facility \(share.facility), which is not open")
                else { return nil }
                guard
                    verification.expect(
                        problem.cost(customer: customer, facility: share.facility) < .infinity,
                        "customer \(customer) must not be served by facility \(share.facility)")
                else { return nil }
                cost += share.fraction * problem.cost(customer: customer, facility: share.facility)
                load[share.facility] += share.fraction * problem.demands[customer]
            }
            let served = shares.reduce(0) { $0 + $1.fraction }
            verification.expect(abs(served - 1) <= tolerance, "customer \(customer) is served \(served) times")
        }
        return load
    }
}
