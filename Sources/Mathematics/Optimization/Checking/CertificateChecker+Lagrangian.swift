extension CertificateChecker {
    /// The Lagrangian bound of ``FacilityCertificate`` over what the leaf leaves free; infinity for a leaf that holds no
    /// solution; `nil`, with a failure noted, for one that is malformed.
    func bound(
        of leaf: FacilityCertificate.Leaf, problem: FacilityProblem, into verification: inout Verification
    ) -> Double? {
        guard let state = LeafState(leaf, problem: problem, into: &verification) else { return nil }
        if leaf.prices.isEmpty, problem.customerCount > 0 {
            let empty = state.isContradictory || holdsNoSolution(state, problem: problem)
            verification.expect(empty, "a leaf without prices may hold solutions")
            return empty ? .infinity : nil
        }
        guard
            verification.expect(
                leaf.prices.count == problem.customerCount && leaf.prices.allSatisfy(\.isFinite),
                "not one finite price a customer")
        else { return nil }

        guard !state.isContradictory, let need = leastFurtherOpen(state, problem: problem) else {
            return .infinity
        }
        let opened = state.opened
        var bound = leaf.prices.reduce(problem.constant, +)
        var free: [Double] = []
        for facility in 0..<problem.facilityCount where state.most[facility] > 0 {
            guard let worth = worth(of: facility, at: leaf.prices, state: state, problem: problem) else {
                return .infinity
            }
            if state.least[facility] > 0 { bound += worth } else { free.append(worth) }
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
    private func leastFurtherOpen(_ state: LeafState, problem: FacilityProblem) -> Int? {
        let demand = problem.demands.reduce(0, +)
        let enough = demand - loadSlack(demand, of: problem)
        var room = 0.0
        var free: [Double] = []
        for facility in 0..<problem.facilityCount where state.most[facility] > 0 {
            let capacity = state.room(of: facility, in: problem)
            if state.least[facility] > 0 { room += capacity } else { free.append(capacity) }
        }
        free.sort(by: >)
        for (count, capacity) in free.enumerated() {
            if room >= enough { return count }
            room += capacity
        }
        return room >= enough ? free.count : nil
    }

    /// What no solution costs more than: every facility opened with all its servers, every customer at its dearest
    /// facility, every unit of demand at the dearest congestion. Where even the bound exceeds it there is no solution.
    func worstCost(of problem: FacilityProblem) -> Double {
        var total = problem.openingCosts.reduce(0) { $0 + abs($1) }
        for facility in 0..<problem.facilityCount {
            total += abs(problem.serverCosts[facility]) * Double(problem.serverLimits[facility])
        }
        let dearest = problem.congestion.lazy.compactMap { $0.last?.unitCost }.max() ?? 0
        total += dearest * problem.demands.reduce(0, +)
        var magnitude = total + abs(problem.constant)
        total += problem.constant
        for customer in 0..<problem.customerCount {
            let finite = (0..<problem.facilityCount).lazy.map { problem.cost(customer: customer, facility: $0) }
                .filter { $0 < .infinity }
            guard let dearest = finite.max() else { continue }
            total += dearest
            magnitude += abs(dearest)
        }
        return total + costSlack(magnitude, of: problem)
    }

    private func holdsNoSolution(_ state: LeafState, problem: FacilityProblem) -> Bool {
        let usable = (0..<problem.facilityCount).filter { state.most[$0] > 0 }
        if state.opened > problem.maximumOpen || usable.count < problem.minimumOpen { return true }
        let demand = problem.demands.reduce(0, +)
        let room = usable.map { state.room(of: $0, in: problem) }.sorted(by: >).prefix(problem.maximumOpen)
            .reduce(0, +)
        if demand > room + loadSlack(demand, of: problem) { return true }
        return (0..<problem.customerCount).contains { customer in
            usable.allSatisfy { problem.cost(customer: customer, facility: $0) == .infinity }
        }
    }
}
