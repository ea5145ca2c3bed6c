extension CertificateChecker {
    /// Checks a reason for which there is said to be no solution.
    func check(
        _ reason: FacilityCertificate.Infeasibility, of problem: FacilityProblem,
        into verification: inout Verification
    ) {
        switch reason {
        case .unreachable(let customer):
            let reachable =
                !(0..<problem.customerCount).contains(customer)
                || (0..<problem.facilityCount).contains { problem.cost(customer: customer, facility: $0) < .infinity }
            verification.expect(!reachable, "customer \(customer) can be served")
        case .capacityShort(let customers):
            guard verification.expect(customers.allSatisfy((0..<problem.customerCount).contains), "no such customer")
            else { return }
            let demand = Set(customers).reduce(0.0) { $0 + problem.demands[$1] }
            let usable = (0..<problem.facilityCount).filter { facility in
                problem.siteRules[facility] != .forbidden
                    && customers.contains { problem.cost(customer: $0, facility: facility) < .infinity }
            }
            let room = usable.map { (problem.capacities?[$0] ?? .infinity) * Double(problem.serverLimits[$0]) }
                .sorted(by: >).prefix(problem.maximumOpen).reduce(0, +)
            verification.expect(
                demand > room + loadSlack(room, of: problem), "demand \(demand) fits into capacity \(room)")
        case .unserved(let customers, let leaves):
            checkUnserved(customers, leaves: leaves, of: problem, into: &verification)
        case .openCount:
            verification.fail("that no allowed number of facilities can serve everyone is stated, not proved")
        }
    }

    /// Checks that these customers cannot be served even free of charge: every leaf's bound is above 0.
    private func checkUnserved(
        _ customers: [Int], leaves: [FacilityCertificate.Leaf], of problem: FacilityProblem,
        into verification: inout Verification
    ) {
        guard
            verification.expect(
                customers.allSatisfy((0..<problem.customerCount).contains) && Set(customers).count == customers.count,
                "the customers that cannot be served are named wrongly"),
            verification.expect(
                !leaves.isEmpty && Self.covers(leaves), "the leaves do not cover every set of facilities")
        else { return }
        let count = problem.facilityCount
        let free = try? FacilityProblem(
            openingCosts: Array(repeating: 0, count: count),
            assignmentCosts: customers.flatMap { customer in
                (0..<count).map { problem.cost(customer: customer, facility: $0) < .infinity ? 0 : .infinity }
            },
            demands: customers.map { problem.demands[$0] }, customerCount: customers.count,
            capacities: problem.capacities, assignmentRule: problem.assignmentRule,
            openCount: problem.minimumOpen...problem.maximumOpen, required: problem.facilities(.required),
            forbidden: problem.facilities(.forbidden),
            servers: ServerMenu(limits: problem.serverLimits, costs: Array(repeating: 0, count: count)))
        guard let free else { return verification.fail("the part that cannot be served makes no problem") }
        for leaf in leaves {
            guard let bound = bound(of: leaf, problem: free, into: &verification) else { return }
            let size = leaf.prices.reduce(0) { $0 + abs($1) }
            verification.expect(
                bound > tolerance * size, "a leaf proves \(bound): it may hold a way to serve the customers")
        }
    }
}
