/// What solves a ``MulticommodityProblem``. A call is synchronous.
public protocol MulticommoditySolver: Sendable {
    /// What a solver keeps from one solve for the next: a plain value.
    associatedtype Memory: Sendable

    /// The solver's name.
    var name: String { get }

    /// Solves the problem, or stops where the criteria or the interrupter say so.
    ///
    /// `memory` is what the last solve left, or `nil`; it is replaced by what this one leaves. The next problem may
    /// differ in volumes, capacities, costs and commodities; what does not fit any more is left aside.
    /// - Throws: ``SolverError`` when the call fails.
    func solve(
        _ problem: MulticommodityProblem, memory: inout Memory?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> MulticommodityResult
}

extension MulticommoditySolver {
    /// Solves the problem from scratch.
    public func solve(
        _ problem: MulticommodityProblem, criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil
    ) throws(SolverError) -> MulticommodityResult {
        var memory: Memory?
        return try solve(problem, memory: &memory, criteria: criteria, interrupter: interrupter)
    }
}
