/// What solves a ``FacilityProblem``. A solver is a value without state between calls; a call is synchronous.
public protocol FacilitySolver: Sendable {
    /// The name of the command line's `--solver`.
    var name: String { get }
    /// What the solver can be asked for; the conformance suite tests just that.
    var capabilities: SolverCapabilities { get }

    /// Solves the problem, or stops where the criteria or the interrupter say so, with the best solution and bound.
    ///
    /// - Throws: ``SolverError`` when the call fails.
    func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult
}

extension FacilitySolver {
    /// Solves the problem to its end.
    public func solve(_ problem: FacilityProblem) throws(SolverError) -> FacilityResult {
        try solve(problem, criteria: .none, interrupter: nil)
    }
}
