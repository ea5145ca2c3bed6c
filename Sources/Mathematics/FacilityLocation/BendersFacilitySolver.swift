public import Optimization

/// Solves facility location exactly: a bracket of local search and Lagrangian bound first, then, for what the bracket
/// leaves open, branch and bound with Benders cuts over a resident linear program.
///
/// Every answer carries its proof (``FacilityCertificate``): prices when the root bound proves it, else the leaves of
/// the tree with the prices of each.
public struct BendersFacilitySolver: FacilitySolver {
    /// Solves the master problems.
    public let linearSolver: any LinearSolver
    /// Solves the transport problems of capacitated instances.
    public let flowSolver: any FlowSolver

    /// The name of the command line's `--solver`.
    public var name: String { "auto" }

    /// What the solver can be asked for.
    public var capabilities: SolverCapabilities {
        [
            .optimalityCertificate, .infeasibilityCertificate, .exact, .capacities, .singleSource, .openCount,
            .siteRules, .servers, .congestion, .interruption,
        ]
    }

    /// Creates a solver over the linear and flow solvers that it is to use.
    public init(linearSolver: any LinearSolver, flowSolver: any FlowSolver) {
        self.linearSolver = linearSolver
        self.flowSolver = flowSolver
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so, with the best solution and bound.
    ///
    /// - Throws: ``SolverError`` when the linear or the flow solver fails.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        let canonical = try CanonicalProblem(problem)
        let limits = SearchLimits(criteria: criteria, interrupter: interrupter, offset: problem.constant)
        return canonical.restore(try solve(canonical.problem, limits: limits))
    }

    private func solve(_ problem: FacilityProblem, limits: SearchLimits) throws(SolverError) -> FacilityResult {
        guard problem.dependsOnLoad else { return try solveUncapacitated(problem, limits: limits) }
        if problem.assignmentRule == .singleSource { return try solveSingleSource(problem, limits: limits) }
        return try solveCapacitated(problem, limits: limits)
    }
}
