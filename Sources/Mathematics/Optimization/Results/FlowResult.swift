/// The answer to a ``FlowProblem``.
public struct FlowResult: Sendable {
    /// Why the solve ended.
    public var termination: Termination
    /// The flow of each arc, where a feasible flow is in hand.
    public var flows: [Int64]?
    /// The cost of `flows`.
    public var objective: Int64?
    /// A lower bound on the cost of every flow; equal to `objective` when optimal.
    public var bound: Int64?
    /// What proves the answer.
    public var certificate: FlowCertificate
    /// Deterministic counters.
    public var statistics: SolverStatistics
    /// What the solver itself had to say.
    public var solverMessage: String

    /// Whether a feasible flow is in hand or proved not to exist.
    public var primalStatus: SolutionStatus {
        if flows != nil { return .feasible }
        return termination == .infeasible ? .infeasible : .none
    }

    /// Whether dual values are in hand, or an unbounded ray proves that there are none.
    public var dualStatus: SolutionStatus {
        switch certificate {
        case .potentials: .feasible
        case .negativeCycle: .infeasible
        case .cut, .none: .none
        }
    }

    /// Creates a result.
    public init(
        termination: Termination, flows: [Int64]? = nil, objective: Int64? = nil, bound: Int64? = nil,
        certificate: FlowCertificate = .none, statistics: SolverStatistics = .init(), solverMessage: String = ""
    ) {
        self.termination = termination
        self.flows = flows
        self.objective = objective
        self.bound = bound
        self.certificate = certificate
        self.statistics = statistics
        self.solverMessage = solverMessage
    }
}
