import Optimization

/// The data of a ``FlowProblem`` as the kernels read it: already checked, and open to change between warm solves.
struct FlowNetwork {
    var supplies: [Int64]
    var arcs: [FlowProblem.Arc]
    let supplyRule: FlowProblem.SupplyRule

    init(_ problem: FlowProblem) {
        supplies = problem.supplies
        arcs = problem.arcs
        supplyRule = problem.supplyRule
    }

    /// The answer to a problem whose supplies cannot balance as a whole, which the cut of all nodes states.
    var unbalancedResult: FlowResult? {
        let total = supplies.reduce(0, +)
        guard total < 0 || (total > 0 && supplyRule == .equal) else { return nil }
        return FlowResult(
            termination: .infeasible, certificate: .cut(Array(0..<supplies.count)),
            solverMessage: "the supplies sum to \(total)")
    }
}
