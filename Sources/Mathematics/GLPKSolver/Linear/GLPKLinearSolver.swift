public import Optimization

/// Linear and mixed-integer programs by GLPK.
///
/// A solve is one synchronous call: GLPK's problem object is made, used and freed inside it, on the calling thread. What
/// is carried from one solve to the next is the basis, as a value. Programs are presolved and scaled, and answers are
/// checked in the program's own units; what does not stand is tried by the primal and the dual simplex, with stricter
/// tolerances and in rational arithmetic, and else ends ``Optimization/Termination/unverified``.
///
/// A deadline or an interrupt takes effect within a simplex iteration, also inside a node of branch and cut. Presolve and
/// cut generation are not interrupted.
public struct GLPKLinearSolver: LinearSolver {
    /// How GLPK is to solve.
    public var options: GLPKOptions

    /// `glpk`.
    public var name: String { "glpk" }

    /// Creates a solver.
    public init(options: GLPKOptions = GLPKOptions()) {
        self.options = options
    }

    /// Solves the program: by simplex, or by branch and cut when it has integer columns.
    ///
    /// A warm start that does not fit the program's shape is ignored. The result's objective is evaluated from the
    /// program's data at the returned values; integer columns hold exact integers and the continuous ones are then
    /// solved for again.
    ///
    /// - Throws: ``Optimization/SolverError``: `invalidProblem` naming the row or column, `numericalFailure`,
    ///   `memoryLimit`, `unsupported` for a program too large for GLPK, `libraryFailure`.
    public func solve(
        _ program: LinearProgram, warmStart: Basis?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> LinearResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        try Self.validate(program)
        if program.hasIntegers {
            return try solveInteger(program, separation: nil, criteria: criteria, monitor: monitor)
        }
        return try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(program)
            return try VerifiedProgram(program, options: options, criteria: criteria, monitor: monitor)
                .solveLinear(in: session, warmStart: warmStart)
        }
    }

    /// Solves a mixed-integer program some of whose rows are found only when they are needed.
    ///
    /// `lazyRows` is called with the values of all columns at relaxations of the search, fractional ones included, and
    /// returns valid rows that they violate; rows that hold already are dropped. A point is accepted once no row returned
    /// for it is violated by more than 1e-6 (plus 1e-9 of the bound). Every integer point must be separated exactly;
    /// returning nothing for a fractional one is allowed.
    ///
    /// - Throws: as ``solve(_:warmStart:criteria:interrupter:)``, and what `lazyRows` throws.
    public func solve(
        _ program: LinearProgram, criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil,
        lazyRows: ([Double]) throws(SolverError) -> [LinearProgram.Row]
    ) throws(SolverError) -> LinearResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        try Self.validate(program)
        return try withoutActuallyEscaping(lazyRows) { lazyRows throws(SolverError) in
            try solveInteger(program, separation: lazyRows, criteria: criteria, monitor: monitor)
        }
    }

    /// Hands `body` a program that stays in GLPK's memory; see ``Optimization/ResidentLinearProgram``.
    public func withResidentProgram<Value>(
        _ program: LinearProgram, _ body: (any ResidentLinearProgram) throws(SolverError) -> Value
    ) throws(SolverError) -> Value {
        try Self.validate(program)
        return try GLPKSession.run(memoryLimit: options.memoryLimit) { session throws(SolverError) in
            try session.load(program)
            return try body(GLPKResidentProgram(session: session, options: options))
        }
    }

    private static func validate(_ program: LinearProgram) throws(SolverError) {
        do {
            try program.validate()
        } catch {
            throw SolverError(.invalidProblem, error.description, cause: error)
        }
    }
}

extension GLPKSession.LinearOutcome {
    /// The termination of a solve that ended so.
    var termination: Termination {
        switch self {
        case .optimal: .optimal
        case .infeasible: .infeasible
        case .unbounded: .unbounded
        case .cutoffReached: .feasible
        case .stopped(let reason): reason
        }
    }
}

extension LinearProgram {
    /// The objective at these values.
    func objective(at values: [Double]) -> Double {
        zip(columns, values).reduce(constant) { $0 + $1.0.cost * $1.1 }
    }
}
