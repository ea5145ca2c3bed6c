import Optimization

extension FacilityResult {
    /// The answer of a search: optimal (or infeasible, when there is no solution) unless something ended it before.
    ///
    /// A search that came to its end while a leaf's bound proves less than `cutoff`, but for rounding, has a solution
    /// that is not called optimal; without one it is unverified.
    init(
        ending: Termination?, incumbent: some IncumbentSource, tree: SearchTree, cutoff: Double,
        statistics: SolverStatistics
    ) {
        let cost = incumbent.cost
        let isProved = tree.leastBound >= cutoff - (cost < .infinity ? 1e-7 * max(1, abs(cost)) : 0)
        let ending = ending ?? (isProved ? nil : cost < .infinity ? .feasible : .unverified)
        let certificate = tree.certificate()
        guard let solution = incumbent.solution else {
            let proof: FacilityCertificate = certificate == .none ? .infeasible(.openCount) : certificate
            self.init(
                termination: ending ?? .infeasible, bound: ending == nil ? nil : tree.leastBound,
                certificate: ending == nil ? proof : certificate, statistics: statistics)
            return
        }
        self.init(
            termination: ending ?? .optimal, solution: solution, objective: cost, bound: min(cost, tree.leastBound),
            certificate: certificate, statistics: statistics,
            solverMessage: tree.isTruncated ? "the search tree grew too large to keep as a certificate" : "")
    }

    /// The answer when nobody may serve a customer.
    static func unreachable(_ customer: Int) -> FacilityResult {
        FacilityResult(
            termination: .infeasible, certificate: .infeasible(.unreachable(customer: customer)),
            solverMessage: "no facility may serve customer \(customer)")
    }

    /// The answer when some customers demand more than what may serve them can hold.
    static func short(_ customers: [Int]) -> FacilityResult {
        FacilityResult(
            termination: .infeasible, certificate: .infeasible(.capacityShort(customers: customers)),
            solverMessage: "\(customers.count) customers demand more than the facilities that may serve them hold")
    }
}
