extension FacilityProblem {
    /// What a solution costs, the constant included.
    ///
    /// - Complexity: O(shares + facilities).
    public func cost(of solution: FacilitySolution) -> Double {
        var total = constant
        for (facility, servers) in zip(solution.open, solution.servers) {
            total += openingCosts[facility] + serverCosts[facility] * Double(servers)
        }
        var loads = isCongested ? Array(repeating: 0.0, count: facilityCount) : []
        for (customer, shares) in solution.shares.enumerated() {
            for share in shares {
                total += share.fraction * cost(customer: customer, facility: share.facility)
                if isCongested { loads[share.facility] += share.fraction * demands[customer] }
            }
        }
        for (facility, load) in loads.enumerated() { total += congestionCost(of: facility, load: load) }
        return total
    }

    /// What a load costs a facility by congestion: the sum over the steps of what lies above each.
    public func congestionCost(of facility: Int, load: Double) -> Double {
        var total = 0.0
        var before = 0.0
        for step in congestion[facility] where load > step.load {
            total += (step.unitCost - before) * (load - step.load)
            before = step.unitCost
        }
        return total
    }

    /// What a facility holds with all its servers; infinity without capacities.
    public func largestCapacity(of facility: Int) -> Double {
        siteRules[facility] == .forbidden ? 0 : (capacities?[facility] ?? .infinity) * Double(serverLimits[facility])
    }
}
