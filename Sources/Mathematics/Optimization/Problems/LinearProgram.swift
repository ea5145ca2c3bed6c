/// A linear or mixed-integer linear program, rows and columns bounded on both sides.
///
///     minimise or maximise   constant + sum over j of cost[j] * x[j]
///     subject to             row.lower <= sum over j of row.coefficients[j] * x[j] <= row.upper
///                            column.lower <= x[j] <= column.upper,   x[j] integer where asked
///
/// Infinite bounds are written as infinities. The form is GLPK's and HiGHS's.
public struct LinearProgram: Sendable, Hashable {
    /// Which way the objective goes.
    public enum Sense: String, Sendable, Hashable, Codable {
        /// Smaller is better.
        case minimize
        /// Larger is better.
        case maximize
    }

    /// Whether a column takes any value or integers only.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// Any value between its bounds.
        case continuous
        /// Integer values only; a binary is an integer between 0 and 1.
        case integer
    }

    /// A variable.
    public struct Column: Sendable, Hashable {
        /// Its cost in the objective.
        public var cost: Double
        /// Its least value, or minus infinity.
        public var lower: Double
        /// Its largest value, or infinity.
        public var upper: Double
        /// Whether it is integer.
        public var kind: Kind
        /// Its name, if it has one.
        public var name: String?

        /// Creates a column.
        public init(
            cost: Double = 0, lower: Double = 0, upper: Double = .infinity, kind: Kind = .continuous,
            name: String? = nil
        ) {
            self.cost = cost
            self.lower = lower
            self.upper = upper
            self.kind = kind
            self.name = name
        }
    }

    /// A constraint, with its coefficients.
    public struct Row: Sendable, Hashable {
        /// A coefficient: the column's number and its value.
        public struct Term: Sendable, Hashable {
            /// The column, from 0.
            public var column: Int
            /// The coefficient.
            public var value: Double

            /// Creates a term.
            public init(_ column: Int, _ value: Double) {
                self.column = column
                self.value = value
            }
        }

        /// The least value of the row, or minus infinity.
        public var lower: Double
        /// The largest value of the row, or infinity.
        public var upper: Double
        /// The coefficients; a column occurs once at most.
        public var terms: [Term]
        /// Its name, if it has one.
        public var name: String?

        /// Creates a row.
        public init(lower: Double = -.infinity, upper: Double = .infinity, terms: [Term], name: String? = nil) {
            self.lower = lower
            self.upper = upper
            self.terms = terms
            self.name = name
        }
    }

    /// Which way the objective goes.
    public var sense: Sense
    /// The objective's constant term.
    public var constant: Double
    /// The variables.
    public var columns: [Column]
    /// The constraints.
    public var rows: [Row]

    /// Whether any column is integer.
    public var hasIntegers: Bool { columns.contains { $0.kind == .integer } }

    /// Creates a program. Nothing is checked here: a program is built up step by step; see ``validate()``.
    public init(sense: Sense = .minimize, constant: Double = 0, columns: [Column] = [], rows: [Row] = []) {
        self.sense = sense
        self.constant = constant
        self.columns = columns
        self.rows = rows
    }

    /// Refuses what no solver should be handed: NaN, crossed bounds, unknown or repeated columns in a row.
    ///
    /// - Complexity: O(columns + coefficients).
    /// - Throws: ``ProblemError`` naming the row or column.
    public func validate() throws(ProblemError) {
        guard constant.isFinite else { throw ProblemError(.problem, "objective constant is \(constant)") }
        for (index, column) in columns.enumerated() {
            guard column.cost.isFinite else {
                throw ProblemError(.column(index), "cost is \(column.cost); expected a finite number")
            }
            try Self.check(lower: column.lower, upper: column.upper, of: .column(index))
        }
        var lastRow = Array(repeating: -1, count: columns.count)
        for (index, row) in rows.enumerated() {
            try check(row: row, index: index, lastRow: &lastRow)
        }
    }

    /// Checks one row that is to be added to the program; `lastRow[column]` remembers where a column was last seen.
    private func check(row: Row, index: Int, lastRow: inout [Int]) throws(ProblemError) {
        try Self.check(lower: row.lower, upper: row.upper, of: .row(index))
        for term in row.terms {
            guard columns.indices.contains(term.column) else {
                throw ProblemError(.row(index), "refers to column \(term.column); there are \(columns.count)")
            }
            guard lastRow[term.column] != index else {
                throw ProblemError(.row(index), "column \(term.column) occurs twice; expected one coefficient a column")
            }
            lastRow[term.column] = index
            guard term.value.isFinite else {
                throw ProblemError(.row(index), "coefficient of column \(term.column) is \(term.value)")
            }
        }
    }

    private static func check(lower: Double, upper: Double, of element: ProblemError.Element) throws(ProblemError) {
        guard !lower.isNaN, !upper.isNaN, lower < .infinity, upper > -.infinity else {
            throw ProblemError(element, "bounds are \(lower) and \(upper); expected numbers or open ends")
        }
        guard lower <= upper else {
            throw ProblemError(element, "lower bound \(lower) exceeds upper bound \(upper)")
        }
    }
}
