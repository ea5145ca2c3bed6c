/// Why a solve ended. Separate from errors (a call that failed throws ``SolverError``) and from what was found
/// (``SolutionStatus``): a limit may be reached with or without a solution in hand.
///
/// After MathOpt's `TerminationReason` + `Limit` (OR-Tools, `math_opt/core/solve_result.h`).
public enum Termination: Sendable, Hashable, Codable {
    /// The solution is proved optimal within the gap that was asked for (zero unless stated).
    case optimal
    /// A feasible solution whose optimality is not proved, and no limit stopped the search: the method ends there.
    case feasible
    /// No solution satisfies the constraints; the certificate says why.
    case infeasible
    /// The objective has no lower limit; the certificate holds a ray.
    case unbounded
    /// A limit stopped the search.
    case limitReached(Limit)
    /// The ``Interrupter`` stopped the search.
    case cancelled
    /// The search came to an end, but what it found is not proved: whoever checked it says why. Never an answer.
    case unverified

    /// What stopped the search.
    public enum Limit: String, Sendable, Hashable, Codable, CaseIterable {
        /// Wall clock: a time limit or a deadline.
        case time
        /// Pivots or iterations.
        case iterations
        /// Branch-and-bound nodes.
        case nodes
        /// Memory.
        case memory
    }

    /// The word of the command line's JSON: `optimal`, `feasible`, `infeasible`, `unbounded`, `time-limit`,
    /// `iteration-limit`, `node-limit`, `memory-limit`, `cancelled` or `unverified`.
    public var word: String {
        switch self {
        case .optimal: "optimal"
        case .feasible: "feasible"
        case .infeasible: "infeasible"
        case .unbounded: "unbounded"
        case .limitReached(.time): "time-limit"
        case .limitReached(.iterations): "iteration-limit"
        case .limitReached(.nodes): "node-limit"
        case .limitReached(.memory): "memory-limit"
        case .cancelled: "cancelled"
        case .unverified: "unverified"
        }
    }
}

/// What is known of the primal or of the dual side, apart from why the solve ended.
public enum SolutionStatus: String, Sendable, Hashable, Codable {
    /// Nothing is known.
    case none
    /// A feasible point is in hand.
    case feasible
    /// The side is proved to have no feasible point.
    case infeasible
}
