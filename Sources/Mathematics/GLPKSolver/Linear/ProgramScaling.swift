internal import Optimization

/// A program with rows and continuous columns multiplied by powers of two that bring the coefficients near 1.
///
/// Rows and columns take turns at the geometric mean of their least and largest coefficient; integers stay integers.
/// Source: Curtis, Reid, "On the automatic scaling of matrices for Gaussian elimination" (1972).
struct ProgramScaling {
    /// The program in other units.
    private(set) var scaled: LinearProgram
    /// What each column's value is multiplied by to be in the program's own unit.
    private var factors: [Double]

    /// Nothing where the coefficients are within a factor of 1,000 of each other.
    init?(_ program: LinearProgram) {
        let sizes = program.rows.lazy.flatMap(\.terms).map { abs($0.value) }.filter { $0 > 0 }
        guard let least = sizes.min(), let most = sizes.max(), most > 1000 * least else { return nil }
        var rows = Array(repeating: 1.0, count: program.rows.count)
        factors = Array(repeating: 1.0, count: program.columns.count)
        for _ in 0..<4 {
            var columnSizes = Array(repeating: (least: Double.infinity, most: 0.0), count: factors.count)
            for (index, row) in program.rows.enumerated() {
                var size = (least: Double.infinity, most: 0.0)
                for term in row.terms where term.value != 0 {
                    let value = abs(term.value) * factors[term.column]
                    size = (min(size.least, value), max(size.most, value))
                }
                guard size.most > 0 else { continue }
                rows[index] = Self.powerOfTwo(1 / (size.least * size.most).squareRoot())
                for term in row.terms where term.value != 0 {
                    let value = abs(term.value) * rows[index]
                    let size = columnSizes[term.column]
                    columnSizes[term.column] = (min(size.least, value), max(size.most, value))
                }
            }
            for (index, size) in columnSizes.enumerated()
            where size.most > 0 && program.columns[index].kind == .continuous {
                factors[index] = Self.powerOfTwo(1 / (size.least * size.most).squareRoot())
            }
        }
        scaled = program
        for (index, factor) in factors.enumerated() {
            scaled.columns[index].cost *= factor
            scaled.columns[index].lower /= factor
            scaled.columns[index].upper /= factor
        }
        for index in rows.indices {
            scaled.rows[index].lower *= rows[index]
            scaled.rows[index].upper *= rows[index]
            for term in scaled.rows[index].terms.indices {
                scaled.rows[index].terms[term].value *=
                    rows[index] * factors[scaled.rows[index].terms[term].column]
            }
        }
        guard (try? scaled.validate()) != nil else { return nil }
    }

    /// Values of the scaled program in the program's own units.
    func restore(_ values: [Double]) -> [Double] { zip(values, factors).map { $0 * $1 } }

    private static func powerOfTwo(_ value: Double) -> Double {
        value.isNormal ? Double(sign: .plus, exponent: min(max(value.exponent, -500), 500), significand: 1) : 1
    }
}
