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
            .interruption,
        ]
    }

    /// Creates a solver over the linear and flow solvers that it is to use.
    public init(linearSolver: any LinearSolver, flowSolver: any FlowSolver) {
        self.linearSolver = linearSolver
        self.flowSolver = flowSolver
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so, with the best solution and bound.
    ///
    /// - Throws: ``SolverError`` when the linear or the flow solver fails, and with `unsupported` for single-source
    ///   problems whose demands are not whole.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        try problem.refuseVariants()
        let limits = SearchLimits(criteria: criteria, interrupter: interrupter)
        guard problem.isCapacitated else { return try solveUncapacitated(problem, limits: limits) }
        if problem.assignmentRule == .singleSource { return try solveSingleSource(problem, limits: limits) }
        return try solveCapacitated(problem, limits: limits)
    }
}

extension FacilityProblem {
    /// Refuses the terms that the kernels of this module do not know.
    func refuseVariants() throws(SolverError) {
        guard !isModular, !isCongested, !hasSiteRules, constant == 0, serverCosts.allSatisfy({ $0 == 0 }) else {
            throw SolverError(
                .unsupported, "site rules, servers, congestion and constant costs are not handled by this solver")
        }
    }
}
