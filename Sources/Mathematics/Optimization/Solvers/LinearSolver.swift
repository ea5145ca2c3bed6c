/// What solves a ``LinearProgram``, continuous or with integers.
public protocol LinearSolver: Sendable {
    /// The solver's name.
    var name: String { get }

    /// Solves the program, from `warmStart` if one is given and it fits.
    ///
    /// - Throws: ``SolverError`` when the call fails.
    func solve(
        _ program: LinearProgram, warmStart: Basis?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> LinearResult

    /// Hands `body` a program that stays in the solver's memory while rows come and go.
    ///
    /// The resident program lives and dies inside this call, on the calling thread: `body` must not let it escape.
    func withResidentProgram<Value>(
        _ program: LinearProgram, _ body: (any ResidentLinearProgram) throws(SolverError) -> Value
    ) throws(SolverError) -> Value
}

extension LinearSolver {
    /// Solves the program to its end, from scratch.
    public func solve(_ program: LinearProgram) throws(SolverError) -> LinearResult {
        try solve(program, warmStart: nil, criteria: .none, interrupter: nil)
    }
}

/// A linear program that stays in the solver's memory and is re-solved after changes, from the basis it had:
/// what a cutting-plane or column-generation method needs of its master. Integrality is ignored.
///
/// Rows and columns are numbered from 0. Not `Sendable`: it belongs to the thread that made it.
public protocol ResidentLinearProgram: AnyObject {
    /// How many rows there are now.
    var rowCount: Int { get }
    /// How many columns there are now.
    var columnCount: Int { get }
    /// The basis: read after a solve, set before one.
    var basis: Basis { get set }
    /// The objective after a solve that ended optimal.
    var objective: Double { get }

    /// Appends rows; returns the number of the first.
    @discardableResult
    func addRows(_ rows: [LinearProgram.Row]) throws(SolverError) -> Int
    /// Deletes rows by number; the others close up.
    func deleteRows(_ rows: [Int]) throws(SolverError)
    /// Appends columns, with their coefficients in rows that are there (`terms` holds row numbers); returns the first.
    @discardableResult
    func addColumns(_ columns: [(column: LinearProgram.Column, terms: [LinearProgram.Row.Term])]) throws(SolverError)
        -> Int
    /// Sets a column's bounds.
    func setColumnBounds(_ column: Int, lower: Double, upper: Double) throws(SolverError)
    /// Sets a row's bounds.
    func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError)
    /// Sets a column's cost.
    func setCost(_ column: Int, _ cost: Double) throws(SolverError)
    /// Re-solves from the current basis. `cutoff` lets the dual simplex stop once the objective passes it.
    func solve(
        cutoff: Double?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> ResidentOutcome
    /// Fills `values` with the value of every column after a solve.
    func columnValues(into values: inout [Double])
    /// Fills `duals` with the dual value of every row after a solve.
    func rowDuals(into duals: inout [Double])
    /// Fills `costs` with the reduced cost of every column after a solve.
    func reducedCosts(into costs: inout [Double])
}

/// How a re-solve of a ``ResidentLinearProgram`` ended.
public enum ResidentOutcome: Sendable, Hashable {
    /// Solved; values and duals may be read.
    case optimal
    /// No point satisfies the rows.
    case infeasible
    /// The objective has no limit.
    case unbounded
    /// The dual simplex met the cutoff: the optimum is no better than it.
    case cutoffReached
    /// A limit or the interrupter stopped it.
    case stopped(Termination)
}
