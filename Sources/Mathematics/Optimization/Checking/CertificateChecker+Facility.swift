extension CertificateChecker {
    /// Checks the answer to a facility problem: the solution in O(m n), each set of prices in O(m n log n).
    public func verify(_ problem: FacilityProblem, _ result: FacilityResult) -> Verification {
        var verification = Verification()
        if let solution = result.solution {
            check(solution, objective: result.objective, of: problem, into: &verification)
        } else {
            verification.expect(result.objective == nil, "an objective without a solution")
        }
        check(result.certificate, of: problem, into: &verification)
        if let bound = result.bound, result.certificate != .none {
            let proved = verification.provedBound ?? -.infinity
            verification.expect(
                bound <= proved + slack(bound), "the certificate proves \(proved), not the bound \(bound)")
        }
        switch result.termination {
        case .optimal:
            guard let objective = result.objective else {
                verification.fail("optimal without a solution")
                break
            }
            let bound = verification.provedBound ?? -.infinity
            verification.expect(
                objective - bound <= optimalityGap * max(1, abs(objective)),
                "the objective \(objective) is called optimal; the certificate proves \(bound)")
        case .infeasible:
            verification.expect(result.solution == nil, "infeasible with a solution")
            if case .infeasible = result.certificate { break }
            verification.expect(
                verification.provedBound ?? -.infinity > worstCost(of: problem), "infeasible without a reason")
        case .unbounded:
            verification.fail("a facility problem is never unbounded")
        case .feasible, .limitReached, .cancelled:
            break
        }
        return verification
    }

    func slack(_ value: Double) -> Double {
        tolerance * max(1, abs(value))
    }

    private func check(
        _ solution: FacilitySolution, objective: Double?, of problem: FacilityProblem,
        into verification: inout Verification
    ) {
        var isOpen = Array(repeating: false, count: problem.facilityCount)
        var cost = 0.0
        for facility in solution.open {
            guard
                verification.expect(
                    isOpen.indices.contains(facility) && !isOpen[facility], "facility \(facility) is opened wrongly")
            else { return }
            isOpen[facility] = true
            cost += problem.openingCosts[facility]
        }
        verification.expect(
            (problem.minimumOpen...problem.maximumOpen).contains(solution.open.count),
            "\(solution.open.count) facilities are open; \(problem.minimumOpen) to \(problem.maximumOpen) may be")
        guard verification.expect(solution.shares.count == problem.customerCount, "not one assignment a customer")
        else { return }
        var load = Array(repeating: 0.0, count: problem.facilityCount)
        for (customer, shares) in solution.shares.enumerated() {
            verification.expect(
                problem.assignmentRule == .split || shares.count == 1, "customer \(customer) is split")
            for share in shares {
                guard
                    verification.expect(
                        isOpen.indices.contains(share.facility) && isOpen[share.facility] && share.fraction > 0,
                        "customer \(customer) is served by facility \(share.facility), which is not open")
                else { return }
                cost += share.fraction * problem.cost(customer: customer, facility: share.facility)
                load[share.facility] += share.fraction * problem.demands[customer]
            }
            let served = shares.reduce(0) { $0 + $1.fraction }
            verification.expect(abs(served - 1) <= tolerance, "customer \(customer) is served \(served) times")
        }
        for (facility, capacity) in (problem.capacities ?? []).enumerated() {
            verification.expect(
                load[facility] <= capacity + slack(capacity),
                "facility \(facility) carries \(load[facility]), its capacity is \(capacity)")
        }
        verification.expect(
            objective.map { abs($0 - cost) <= slack(cost) } ?? false, "the solution costs \(cost), not as stated")
    }

    /// Checks a certificate in itself and sets the bound it proves.
    private func check(
        _ certificate: FacilityCertificate, of problem: FacilityProblem, into verification: inout Verification
    ) {
        switch certificate {
        case .dual(let prices):
            let root = FacilityCertificate.Leaf(open: [], closed: [], prices: prices)
            verification.provedBound = bound(of: root, problem: problem, into: &verification)
        case .branchAndBound(let leaves):
            guard verification.expect(Self.covers(leaves), "the leaves do not cover every set of facilities")
            else { return }
            var least = Double.infinity
            for leaf in leaves {
                guard let bound = bound(of: leaf, problem: problem, into: &verification) else { return }
                least = min(least, bound)
            }
            verification.provedBound = least
        case .infeasible(let reason):
            check(reason, of: problem, into: &verification)
        case .none:
            break
        }
    }

    private func check(
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
                customers.contains { problem.cost(customer: $0, facility: facility) < .infinity }
            }
            let room = usable.map { problem.capacities?[$0] ?? .infinity }.sorted(by: >).prefix(problem.maximumOpen)
                .reduce(0, +)
            verification.expect(demand > room + slack(room), "demand \(demand) fits into capacity \(room)")
        case .openCount:
            verification.fail("that no allowed number of facilities can serve everyone is stated, not proved")
        }
    }
}
