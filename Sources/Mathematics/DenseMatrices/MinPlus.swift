/// The algebra of shortest paths: a matrix product in which `+` becomes `min` and `*` becomes `+`.
///
/// Lengths are not negative; infinity means that there is no way. In `Double`, whole microseconds below 2^53 stay
/// exact, in `Float` those below 2^24. Source: Aho, Hopcroft, Ullman, "The Design and Analysis of Computer Algorithms"
/// (1974), sections 5.6-5.9.
public enum MinPlus {
    /// The least entry of `left[i, k] + right[k, j]` over `k`, for every `i` and `j`.
    ///
    /// Rows of `right` stream through four at a time against one row of the result, which stays in cache; the inner
    /// loop has no reduction, so that the compiler vectorises it.
    ///
    /// - Complexity: O(rows * inner * columns).
    public static func product(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
        multiply(left, right)
    }

    /// The least entry of `left[i, k] + right[k, j]` over `k`, for every `i` and `j`, in single precision.
    public static func product(_ left: Matrix<Float>, _ right: Matrix<Float>) -> Matrix<Float> {
        multiply(left, right)
    }

    @inline(__always)
    private static func multiply<Element: DenseScalar>(
        _ left: Matrix<Element>, _ right: Matrix<Element>
    ) -> Matrix<Element> {
        precondition(left.columnCount == right.rowCount, "inner dimensions differ")
        var result = Matrix<Element>(repeating: .infinity, rowCount: left.rowCount, columnCount: right.columnCount)
        let rows = left.rowCount
        let (inner, columns) = (left.columnCount, right.columnCount)
        guard inner > 0, columns > 0 else { return result }
        unsafe result.withUnsafe { output in
            unsafe left.withUnsafe { left in
                unsafe right.withUnsafe { right in
                    for row in 0..<rows {
                        unsafe accumulate(
                            left.row(row), right.base, into: output.row(row), inner: inner, columns: columns)
                    }
                }
            }
        }
        return result
    }

    /// Lowers `output[j]` to the least `left[k] + right[k, j]`.
    @inline(__always)
    private static func accumulate<Element: DenseScalar>(
        _ left: UnsafePointer<Element>, _ right: UnsafePointer<Element>, into output: UnsafeMutablePointer<Element>,
        inner: Int, columns: Int
    ) {
        var index = 0
        while index + 4 <= inner {
            let (first, second) = unsafe (left[index], left[index + 1])
            let (third, fourth) = unsafe (left[index + 2], left[index + 3])
            let rows = unsafe right + index * columns
            index += 4
            // A row of which nothing can come (no way to any of the four) costs nothing.
            if first == .infinity, second == .infinity, third == .infinity, fourth == .infinity { continue }
            for column in 0..<columns {
                let near = unsafe least(first + rows[column], second + rows[columns + column])
                let far = unsafe least(third + rows[2 * columns + column], fourth + rows[3 * columns + column])
                unsafe output[column] = least(output[column], least(near, far))
            }
        }
        while index < inner {
            let value = unsafe left[index]
            let row = unsafe right + index * columns
            for column in 0..<columns { unsafe output[column] = least(output[column], value + row[column]) }
            index += 1
        }
    }

    /// The lesser, in the form that compiles to one instruction; entries are never NaN.
    @inline(__always)
    static func least<Element: DenseScalar>(_ left: Element, _ right: Element) -> Element {
        left < right ? left : right
    }
}
