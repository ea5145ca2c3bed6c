/// What solves a ``FlowProblem``. A solver is a value without state between calls; a call is synchronous.
public protocol FlowSolver: Sendable {
    /// The name of the command line's `--solver`.
    var name: String { get }
    /// What the solver can be asked for; the conformance suite tests just that.
    var capabilities: SolverCapabilities { get }

    /// Solves the problem, or stops where the criteria or the interrupter say so.
    ///
    /// Infeasible, unbounded, a limit and a cancel are results.
    /// - Throws: ``SolverError`` when the call fails.
    func solve(
        _ problem: FlowProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FlowResult
}

extension FlowSolver {
    /// Solves the problem to its end.
    public func solve(_ problem: FlowProblem) throws(SolverError) -> FlowResult {
        try solve(problem, criteria: .none, interrupter: nil)
    }
}
