/// Where a row or column stands in a basis.
public enum BasisStatus: UInt8, Sendable, Hashable, Codable {
    /// Basic.
    case basic
    /// Nonbasic at its lower bound.
    case atLower
    /// Nonbasic at its upper bound.
    case atUpper
    /// Nonbasic and free, at zero.
    case free
    /// Nonbasic and fixed.
    case fixed
}

/// A simplex basis as a plain value, to be carried from one solve to the next (and from one thread to another).
public struct Basis: Sendable, Hashable, Codable {
    /// One status a row.
    public var rows: [BasisStatus]
    /// One status a column.
    public var columns: [BasisStatus]

    /// Creates a basis.
    public init(rows: [BasisStatus], columns: [BasisStatus]) {
        self.rows = rows
        self.columns = columns
    }
}

/// The answer to a ``LinearProgram``.
public struct LinearResult: Sendable {
    /// Why the solve ended.
    public var termination: Termination
    /// The value of each column, where a feasible point is in hand.
    public var values: [Double]?
    /// The objective at `values`, recomputed from the program's data.
    public var objective: Double?
    /// The best proved bound on the objective: from below when minimising, from above when maximising.
    public var bound: Double?
    /// The dual value of each row, for a linear program solved to optimality.
    public var rowDuals: [Double]?
    /// The reduced cost of each column, likewise.
    public var reducedCosts: [Double]?
    /// A multiplier of each row that proves a linear program infeasible: with no costs at all, their bound is above 0.
    public var farkasDuals: [Double]?
    /// A direction that proves an unbounded program: from every feasible point it leads on without end, ever cheaper.
    public var ray: [Double]?
    /// The last basis of a linear program, from which a changed program may start.
    public var basis: Basis?
    /// Deterministic counters.
    public var statistics: SolverStatistics
    /// What the solver itself had to say.
    public var solverMessage: String

    /// Creates a result.
    public init(
        termination: Termination, values: [Double]? = nil, objective: Double? = nil, bound: Double? = nil,
        rowDuals: [Double]? = nil, reducedCosts: [Double]? = nil, basis: Basis? = nil,
        statistics: SolverStatistics = .init(), solverMessage: String = ""
    ) {
        self.termination = termination
        self.values = values
        self.objective = objective
        self.bound = bound
        self.rowDuals = rowDuals
        self.reducedCosts = reducedCosts
        self.basis = basis
        self.statistics = statistics
        self.solverMessage = solverMessage
    }
}
