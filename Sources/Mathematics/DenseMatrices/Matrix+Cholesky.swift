extension Matrix {
    /// Solves `self * x = right` for a symmetric positive definite matrix, by Cholesky's factorization.
    ///
    /// Meant for the small systems of least squares (up to a few dozen unknowns), where calling LAPACK costs more than
    /// it saves. Only the lower triangle is read.
    ///
    /// - Returns: the solution, or `nil` when the matrix is not positive definite within rounding.
    /// - Complexity: O(n^3).
    public func choleskySolution(_ right: [Element]) -> [Element]? {
        precondition(rowCount == columnCount && right.count == rowCount, "the system is not square")
        let order = rowCount
        var factor = storage
        for column in 0..<order {
            var pivot = factor[column * order + column]
            for inner in 0..<column { pivot -= factor[column * order + inner] * factor[column * order + inner] }
            guard pivot > self[column, column] * Element.ulpOfOne, pivot.isFinite else { return nil }
            let root = pivot.squareRoot()
            factor[column * order + column] = root
            for row in column + 1..<max(order, column + 1) {
                var entry = factor[row * order + column]
                for inner in 0..<column { entry -= factor[row * order + inner] * factor[column * order + inner] }
                factor[row * order + column] = entry / root
            }
        }
        var solution = right
        for row in 0..<order {
            for column in 0..<row { solution[row] -= factor[row * order + column] * solution[column] }
            solution[row] /= factor[row * order + row]
        }
        for row in (0..<order).reversed() {
            for below in row + 1..<max(order, row + 1) {
                solution[row] -= factor[below * order + row] * solution[below]
            }
            solution[row] /= factor[row * order + row]
        }
        return solution
    }
}
