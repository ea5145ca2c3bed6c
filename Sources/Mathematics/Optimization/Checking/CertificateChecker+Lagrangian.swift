extension CertificateChecker {
    /// The Lagrangian bound of ``FacilityCertificate`` over the facilities that the leaf leaves free; infinity for a
    /// leaf that holds no solution; `nil`, with a failure noted, for one that is malformed.
    func bound(
        of leaf: FacilityCertificate.Leaf, problem: FacilityProblem, into verification: inout Verification
    ) -> Double? {
        let facilities = 0..<problem.facilityCount
        guard let state = LeafState(leaf, problem: problem, into: &verification) else { return nil }
        let fixed = state.fixed
        if leaf.prices.isEmpty, problem.customerCount > 0 {
            let empty = holdsNoSolution(fixed: fixed, problem: problem)
            verification.expect(empty, "a leaf without prices may hold solutions")
            return empty ? .infinity : nil
        }
        guard
            verification.expect(
                leaf.prices.count == problem.customerCount && leaf.prices.allSatisfy(\.isFinite),
                "not one finite price a customer")
        else { return nil }

        guard !state.isContradictory, let need = leastFurtherOpen(fixed: fixed, problem: problem) else {
            return .infinity
        }
        let opened = fixed.count { $0 == true }
        var bound = leaf.prices.reduce(0, +)
        var free: [Double] = []
        for facility in facilities where fixed[facility] != false {
            guard let profit = profit(of: facility, at: leaf.prices, state: state, problem: problem) else {
                return .infinity
            }
            let worth = problem.openingCosts[facility] - profit
            if fixed[facility] == true { bound += worth } else { free.append(worth) }
        }
        // The cheapest set of free facilities whose number is allowed: what is worth opening, and what must be opened.
        let must = max(need, problem.minimumOpen - opened)
        let may = problem.maximumOpen - opened
        guard must <= min(may, free.count) else { return .infinity }
        for (rank, worth) in free.sorted().enumerated() where rank < may && (worth < 0 || rank < must) {
            bound += worth
        }
        return bound
    }

    /// How many free facilities must open at least for the capacity to reach the demand, the largest first; `nil` when
    /// all of them together do not.
    private func leastFurtherOpen(fixed: [Bool?], problem: FacilityProblem) -> Int? {
        let demand = problem.demands.reduce(0, +)
        var room = 0.0
        var free: [Double] = []
        for facility in fixed.indices where fixed[facility] != false {
            let capacity = problem.capacities?[facility] ?? .infinity
            if fixed[facility] == true { room += capacity } else { free.append(capacity) }
        }
        free.sort(by: >)
        for (count, capacity) in free.enumerated() {
            if room >= demand - slack(demand) { return count }
            room += capacity
        }
        return room >= demand - slack(demand) ? free.count : nil
    }

    /// What no solution costs more than: every facility opened, every customer at its dearest facility. Where even the
    /// bound exceeds it there is no solution.
    func worstCost(of problem: FacilityProblem) -> Double {
        var total = problem.openingCosts.reduce(0) { $0 + abs($1) }
        var magnitude = total
        for customer in 0..<problem.customerCount {
            let finite = (0..<problem.facilityCount).lazy.map { problem.cost(customer: customer, facility: $0) }
                .filter { $0 < .infinity }
            guard let dearest = finite.max() else { continue }
            total += dearest
            magnitude += abs(dearest)
        }
        return total + tolerance * max(1, magnitude)
    }

    private func holdsNoSolution(fixed: [Bool?], problem: FacilityProblem) -> Bool {
        let usable = fixed.indices.filter { fixed[$0] != false }
        if fixed.count(where: { $0 == true }) > problem.maximumOpen || usable.count < problem.minimumOpen {
            return true
        }
        let demand = problem.demands.reduce(0, +)
        let room = usable.map { problem.capacities?[$0] ?? .infinity }.sorted(by: >).prefix(problem.maximumOpen)
            .reduce(0, +)
        if demand > room + tolerance * max(1, demand) { return true }
        return (0..<problem.customerCount).contains { customer in
            usable.allSatisfy { problem.cost(customer: customer, facility: $0) == .infinity }
        }
    }
}
