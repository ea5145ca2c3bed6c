import Optimization

/// A problem with what is decided beforehand folded away, and the way back.
///
/// The constant leaves. A facility's servers fold into its opening cost and capacity where every solution may hold the
/// same number: all of them where a server costs nothing or less, one where one holds all demand. Where several numbers
/// may be best, no more servers are allowed than hold all demand. Prices prove the same bound on both sides, but for
/// the constant.
struct CanonicalProblem {
    /// The problem that the kernels solve.
    let problem: FacilityProblem
    private let original: FacilityProblem
    /// The servers of each facility where the number is folded away.
    private let folded: [Int?]
    private let units: ProblemUnits
    /// What every cost of the problem is short of: the constant, in its unit.
    let offset: Double

    init(_ original: FacilityProblem) throws(SolverError) {
        self.original = original
        let units = ProblemUnits(original)
        self.units = units
        offset = original.constant * units.cost
        let isPlain =
            !original.isModular && original.constant == 0 && !original.serverCosts.contains(where: { $0 != 0 })
        guard !isPlain || !units.keeps(original) else {
            problem = original
            folded = []
            return
        }
        let demands = units.demands(original)
        let total = demands.reduce(0, +)
        var opening = original.openingCosts.map { $0 * units.cost }
        var capacities = original.capacities?.map { $0 * units.demand }
        var limits = original.serverLimits
        var costs = original.serverCosts.map { $0 * units.cost }
        var folded: [Int?] = []
        for facility in 0..<original.facilityCount {
            let capacity = capacities?[facility] ?? .infinity
            let useful = capacity > 0 ? min(total / capacity, Double(limits[facility])).rounded(.up) : 1
            let most = costs[facility] <= 0 ? limits[facility] : max(1, min(limits[facility], Int(useful)))
            if costs[facility] <= 0 || most == 1 {
                opening[facility] += costs[facility] * Double(most)
                capacities?[facility] = capacity * Double(most)
                limits[facility] = 1
                costs[facility] = 0
                folded.append(most)
            } else {
                limits[facility] = most
                folded.append(nil)
            }
        }
        self.folded = folded
        do {
            problem = try FacilityProblem(
                openingCosts: opening,
                assignmentCosts: units.cost == 1
                    ? original.assignmentCosts : original.assignmentCosts.map { $0 * units.cost },
                demands: demands, customerCount: original.customerCount, capacities: capacities,
                assignmentRule: original.assignmentRule, openCount: original.minimumOpen...original.maximumOpen,
                required: original.facilities(.required), forbidden: original.facilities(.forbidden),
                servers: ServerMenu(limits: limits, costs: costs), congestion: units.congestion(original))
        } catch {
            throw SolverError(.internalInconsistency, "a folded problem was refused: \(error)", cause: error)
        }
    }

    /// The result in terms of the problem as it was asked.
    func restore(_ result: FacilityResult) -> FacilityResult {
        guard !folded.isEmpty else { return result }
        var result = result
        result.solution = result.solution.map(restore)
        result.objective = result.solution.map { original.cost(of: $0) }
        result.bound = result.bound.map { $0 / units.cost + original.constant }
        result.certificate = units.restore(result.certificate)
        if let objective = result.objective { result.bound = result.bound.map { min($0, objective) } }
        return result
    }

    /// An improvement in terms of the problem as it was asked.
    func restore(_ improvement: FacilityImprovement) -> FacilityImprovement {
        guard !folded.isEmpty else { return improvement }
        return FacilityImprovement(
            solution: improvement.solution.map(restore),
            objective: improvement.objective / units.cost + original.constant,
            bound: improvement.bound / units.cost + original.constant,
            prices: improvement.prices.map { $0 / units.cost })
    }

    private func restore(_ solution: FacilitySolution) -> FacilitySolution {
        var solution = solution
        for (index, facility) in solution.open.enumerated() {
            if let servers = folded[facility] { solution.servers[index] = servers }
        }
        return solution
    }
}
