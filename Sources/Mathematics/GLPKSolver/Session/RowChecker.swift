internal import Optimization

/// Refuses rows that GLPK would refuse, before they cost a session.
enum RowChecker {
    static func check(_ row: LinearProgram.Row, columns: Int) throws(SolverError) {
        try checkBounds(lower: row.lower, upper: row.upper, of: "row")
        try check(row.terms, limit: columns, of: "column")
    }

    static func checkBounds(lower: Double, upper: Double, of what: String) throws(SolverError) {
        guard !lower.isNaN, !upper.isNaN, lower <= upper, lower < .infinity, upper > -.infinity else {
            throw SolverError(.invalidProblem, "\(what) bounds are \(lower) and \(upper); expected lower <= upper")
        }
    }

    static func check(_ terms: [LinearProgram.Row.Term], limit: Int, of what: String) throws(SolverError) {
        var seen = Set<Int>(minimumCapacity: terms.count)
        for term in terms {
            guard (0..<limit).contains(term.column) else {
                throw SolverError(.invalidProblem, "no \(what) \(term.column); there are \(limit)")
            }
            guard term.value.isFinite else {
                throw SolverError(.invalidProblem, "coefficient of \(what) \(term.column) is \(term.value)")
            }
            guard seen.insert(term.column).inserted else {
                throw SolverError(.invalidProblem, "\(what) \(term.column) occurs twice; expected one coefficient each")
            }
        }
    }
}
