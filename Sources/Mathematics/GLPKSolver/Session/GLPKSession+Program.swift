internal import CGLPKShims
internal import Optimization

/// Building and changing the problem. Callers have validated what they pass: GLPK's own refusal costs the session.
extension GLPKSession {
    /// Rows or columns in compressed form: entry `starts[k] ..< starts[k + 1]` of the arrays belong to vector `k`.
    struct Vectors {
        var starts: [Int32] = [0]
        var indices: [Int32] = []
        var values: [Double] = []

        init(_ vectors: some Sequence<[LinearProgram.Row.Term]>) throws(SolverError) {
            for terms in vectors {
                for term in terms {
                    guard let index = Int32(exactly: term.column) else { throw GLPKSession.tooLarge }
                    indices.append(index)
                    values.append(term.value)
                }
                guard let start = Int32(exactly: indices.count) else { throw GLPKSession.tooLarge }
                starts.append(start)
            }
        }
    }

    static var tooLarge: SolverError {
        SolverError(.unsupported, "the program is too large for GLPK: it counts with 32-bit integers")
    }

    /// Loads a whole program.
    func load(_ program: LinearProgram) throws(SolverError) {
        try call("objective") {
            unsafe glpk_session_set_objective(handle, program.sense == .maximize ? 1 : 0, program.constant)
        }
        try addColumns(program.columns, terms: Array(repeating: [], count: program.columns.count))
        try addRows(program.rows)
    }

    func addColumns(_ columns: [LinearProgram.Column], terms: [[LinearProgram.Row.Term]]) throws(SolverError) {
        guard let count = Int32(exactly: columns.count) else { throw Self.tooLarge }
        let vectors = try Vectors(terms)
        let integer = columns.map { UInt8($0.kind == .integer ? 1 : 0) }
        try call("adding columns") {
            unsafe glpk_session_add_columns(
                handle, count, columns.map(\.cost), columns.map(\.lower), columns.map(\.upper), integer,
                vectors.starts, vectors.indices, vectors.values)
        }
    }

    func addRows(_ rows: [LinearProgram.Row]) throws(SolverError) {
        guard let count = Int32(exactly: rows.count) else { throw Self.tooLarge }
        let vectors = try Vectors(rows.lazy.map(\.terms))
        try call("adding rows") {
            unsafe glpk_session_add_rows(
                handle, count, rows.map(\.lower), rows.map(\.upper), vectors.starts, vectors.indices, vectors.values)
        }
    }

    func deleteRows(_ rows: [Int]) throws(SolverError) {
        let numbers = rows.map { Int32(clamping: $0) }
        try call("deleting rows") {
            unsafe glpk_session_delete_rows(handle, Int32(clamping: numbers.count), numbers)
        }
    }

    func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError) {
        try call("row bounds") {
            unsafe glpk_session_set_row_bounds(handle, Int32(clamping: row), lower, upper)
        }
    }

    func setColumnBounds(_ column: Int, lower: Double, upper: Double) throws(SolverError) {
        try call("column bounds") {
            unsafe glpk_session_set_column_bounds(handle, Int32(clamping: column), lower, upper)
        }
    }

    func setCost(_ column: Int, _ cost: Double) throws(SolverError) {
        try call("column cost") { unsafe glpk_session_set_cost(handle, Int32(clamping: column), cost) }
    }

    /// How many rows there are.
    var rowCount: Int { counted { unsafe glpk_session_row_count(handle) } }
    /// How many columns there are.
    var columnCount: Int { counted { unsafe glpk_session_column_count(handle) } }
    /// How many columns are integer.
    var integerCount: Int { counted { unsafe glpk_session_integer_count(handle) } }
    /// Whether the objective is to be made large.
    var isMaximization: Bool { counted { unsafe glpk_session_is_maximization(handle) } != 0 }

    /// A closed session has neither rows nor columns.
    func counted(_ read: () -> Int32) -> Int {
        isOpen ? Int(read()) : 0
    }

    /// The program that the session holds, without names.
    func readProgram() throws(SolverError) -> LinearProgram {
        let (rows, columns) = (rowCount, columnCount)
        let entries = counted { unsafe glpk_session_entry_count(handle) }
        var program = LinearProgram(sense: isMaximization ? .maximize : .minimize)
        var costs = [Double](repeating: 0, count: columns)
        var (lowers, uppers) = (costs, costs)
        var integer = [UInt8](repeating: 0, count: columns)
        try call("reading columns") {
            unsafe glpk_session_read_columns(handle, &costs, &lowers, &uppers, &integer, &program.constant)
        }
        program.columns = costs.indices.map {
            .init(
                cost: costs[$0], lower: lowers[$0], upper: uppers[$0],
                kind: integer[$0] != 0 ? .integer : .continuous)
        }
        lowers = Array(repeating: 0, count: rows)
        uppers = lowers
        var starts = [Int32](repeating: 0, count: rows + 1)
        var numbers = [Int32](repeating: 0, count: entries)
        var values = [Double](repeating: 0, count: entries)
        try call("reading rows") {
            unsafe glpk_session_read_rows(handle, &lowers, &uppers, &starts, &numbers, &values)
        }
        program.rows = lowers.indices.map { row in
            .init(
                lower: lowers[row], upper: uppers[row],
                terms: (Int(starts[row])..<Int(starts[row + 1])).map { .init(Int(numbers[$0]), values[$0]) })
        }
        return program
    }

    /// Scales rows and columns where their coefficients are far apart.
    func scale() throws(SolverError) {
        try call("scaling") { unsafe glpk_session_scale(handle) }
    }

    /// Sets the basis if it has the program's shape; says whether it did.
    func setBasis(_ basis: Basis) throws(SolverError) -> Bool {
        guard basis.rows.count == rowCount, basis.columns.count == columnCount,
            basis.rows.count(where: { $0 == .basic }) + basis.columns.count(where: { $0 == .basic }) == rowCount
        else { return false }
        try call("setting the basis") {
            unsafe glpk_session_set_basis(handle, basis.rows.map(\.rawValue), basis.columns.map(\.rawValue))
        }
        return true
    }

    /// The statuses of rows and columns.
    func readBasis() throws(SolverError) -> Basis {
        var rows = [UInt8](repeating: 0, count: rowCount)
        var columns = [UInt8](repeating: 0, count: columnCount)
        try call("reading the basis") { unsafe glpk_session_get_basis(handle, &rows, &columns) }
        return Basis(
            rows: rows.map { BasisStatus(rawValue: $0) ?? .fixed },
            columns: columns.map { BasisStatus(rawValue: $0) ?? .fixed })
    }

    /// A fresh basis: all slacks, or a triangular one with as many columns as it can hold.
    func resetBasis(advanced: Bool) throws(SolverError) {
        try call("resetting the basis") { unsafe glpk_session_reset_basis(handle, advanced ? 1 : 0) }
    }
}
