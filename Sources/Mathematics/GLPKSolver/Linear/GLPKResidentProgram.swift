internal import CGLPKShims
internal import Optimization

/// A program that stays in GLPK's memory between solves.
///
/// Re-solves go on from the basis that is there, without presolve: by the primal simplex when only columns or costs are
/// new since an optimum, else by the dual. It is usable on the thread and
/// within the call that made it; elsewhere every method throws.
final class GLPKResidentProgram: ResidentLinearProgram {
    private let session: GLPKSession
    private let options: GLPKOptions
    private var state: GLPKSession.LinearState?
    private var hasBasis = false
    /// Whether the basis is still primal feasible: since it was optimal only columns came, or costs changed.
    private var staysPrimalFeasible = false

    init(session: GLPKSession, options: GLPKOptions) {
        self.session = session
        self.options = options
    }

    var rowCount: Int { session.rowCount }
    var columnCount: Int { session.columnCount }

    var basis: Basis {
        get { (try? session.readBasis()) ?? Basis(rows: [], columns: []) }
        set {
            hasBasis = (try? session.setBasis(newValue)) ?? false
            staysPrimalFeasible = false
        }
    }

    var objective: Double { state?.objective ?? .nan }

    @discardableResult
    func addRows(_ rows: [LinearProgram.Row]) throws(SolverError) -> Int {
        let first = rowCount
        for row in rows { try RowChecker.check(row, columns: columnCount) }
        try session.addRows(rows)
        staysPrimalFeasible = false
        return first
    }

    func deleteRows(_ rows: [Int]) throws(SolverError) {
        let distinct = Set(rows)
        guard distinct.count == rows.count, distinct.allSatisfy((0..<rowCount).contains) else {
            throw SolverError(.invalidProblem, "rows to delete must differ and exist; there are \(rowCount)")
        }
        // A nonbasic row that goes takes a part of the basis with it.
        let before = try session.readBasis()
        try session.deleteRows(rows)
        staysPrimalFeasible = false
        if rows.contains(where: { before.rows[$0] != .basic }) { hasBasis = false }
    }

    @discardableResult
    func addColumns(
        _ columns: [(column: LinearProgram.Column, terms: [LinearProgram.Row.Term])]
    ) throws(SolverError) -> Int {
        let first = columnCount
        for (column, terms) in columns {
            try RowChecker.checkBounds(lower: column.lower, upper: column.upper, of: "column")
            guard column.cost.isFinite else { throw SolverError(.invalidProblem, "column cost is \(column.cost)") }
            try RowChecker.check(terms, limit: rowCount, of: "row")
        }
        // A new column starts at a bound; only at zero does it leave the values of the rows as they are.
        if columns.contains(where: { $0.column.lower != 0 }) { staysPrimalFeasible = false }
        try session.addColumns(columns.map(\.column), terms: columns.map(\.terms))
        return first
    }

    func setColumnBounds(_ column: Int, lower: Double, upper: Double) throws(SolverError) {
        try expect(column, below: columnCount, "column")
        try RowChecker.checkBounds(lower: lower, upper: upper, of: "column")
        staysPrimalFeasible = false
        try session.setColumnBounds(column, lower: lower, upper: upper)
    }

    func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError) {
        try expect(row, below: rowCount, "row")
        try RowChecker.checkBounds(lower: lower, upper: upper, of: "row")
        staysPrimalFeasible = false
        try session.setRowBounds(row, lower: lower, upper: upper)
    }

    func setCost(_ column: Int, _ cost: Double) throws(SolverError) {
        try expect(column, below: columnCount, "column")
        guard cost.isFinite else { throw SolverError(.invalidProblem, "cost is \(cost); expected a finite number") }
        try session.setCost(column, cost)
    }

    private func expect(_ index: Int, below limit: Int, _ what: String) throws(SolverError) {
        guard (0..<limit).contains(index) else {
            throw SolverError(.invalidProblem, "no \(what) \(index); there are \(limit)")
        }
    }

    func solve(
        cutoff: Double?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> ResidentOutcome {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        if !hasBasis { try session.resetBasis(advanced: true) }
        let method: GLPKSession.Method = hasBasis && !staysPrimalFeasible ? .dual : .primal
        let state = try session.solveLinear(
            method: method, options: options, cutoff: cutoff, criteria: criteria, monitor: monitor)
        self.state = state
        hasBasis = true
        staysPrimalFeasible = state.outcome == .optimal
        return switch state.outcome {
        case .optimal: .optimal
        case .infeasible: .infeasible
        case .unbounded: .unbounded
        case .cutoffReached: .cutoffReached
        case .stopped(let reason): .stopped(reason)
        }
    }

    func columnValues(into values: inout [Double]) {
        values = (try? session.readPoint()) ?? []
    }

    func rowDuals(into duals: inout [Double]) {
        duals = (try? session.readDuals().rows) ?? []
    }

    func reducedCosts(into costs: inout [Double]) {
        costs = (try? session.readDuals().reducedCosts) ?? []
    }
}
