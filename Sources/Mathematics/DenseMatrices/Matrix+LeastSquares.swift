internal import COpenBLAS

extension Matrix where Element == Double {
    /// Adds `factor * other`, entry by entry; the shapes must agree.
    ///
    /// - Complexity: O(rows * columns).
    public mutating func add(_ other: Matrix, times factor: Double = 1) {
        precondition(rowCount == other.rowCount && columnCount == other.columnCount, "the shapes differ")
        BLAS.axpy(factor, other.storage, to: &storage)
    }

    /// The sum of the diagonal of a square matrix.
    public var trace: Double {
        precondition(rowCount == columnCount, "the matrix is not square")
        var sum = 0.0
        for index in 0..<rowCount { sum += storage[index * columnCount + index] }
        return sum
    }

    /// The sum of the products of entries in the same place.
    public func innerProduct(_ other: Matrix) -> Double {
        precondition(rowCount == other.rowCount && columnCount == other.columnCount, "the shapes differ")
        var product = 0.0
        unsafe withUnsafe { left in
            unsafe other.withUnsafe { right in
                product = unsafe cblas_ddot(Int32(rowCount * columnCount), left.base, 1, right.base, 1)
            }
        }
        return product
    }

    /// Solves `self * X = right` for a symmetric positive definite matrix and many right sides, by Cholesky's
    /// factorization in blocks.
    ///
    /// Only the lower triangle is read. For systems of a hundred unknowns and more; see also the other
    /// `choleskySolution` for small ones.
    ///
    /// - Returns: the solutions, a column each; `nil` when the matrix is not positive definite within rounding.
    /// - Complexity: O(n^3 + n^2 k) for k right sides.
    public func choleskySolution(_ right: Matrix<Double>) -> Matrix<Double>? {
        precondition(rowCount == columnCount && right.rowCount == rowCount, "the system is not square")
        var factor = self
        var solution = right
        let (order, sides) = (rowCount, right.columnCount)
        var isPositive = true
        unsafe factor.withUnsafe { factor in
            isPositive = unsafe Self.factorize(factor.base, order: order)
            guard isPositive else { return }
            unsafe solution.withUnsafe { solution in
                for transposed in [CblasNoTrans, CblasTrans] {
                    unsafe cblas_dtrsm(
                        CblasRowMajor, CblasLeft, CblasLower, transposed, CblasNonUnit, Int32(order), Int32(sides), 1,
                        factor.base, Int32(order), solution.base, Int32(sides))
                }
            }
        }
        return isPositive ? solution : nil
    }

    /// Turns the lower triangle into Cholesky's factor, 48 columns at a time; false when a pivot is not positive.
    private static func factorize(_ entries: UnsafeMutablePointer<Double>, order: Int) -> Bool {
        let width = 48
        for start in stride(from: 0, to: order, by: width) {
            let end = min(start + width, order)
            for column in start..<end {
                let own = unsafe entries + column * order
                let scale = unsafe own[column]
                for row in column..<end {
                    let other = unsafe entries + row * order
                    var entry = unsafe other[column]
                    for inner in start..<column { unsafe entry -= other[inner] * own[inner] }
                    if row == column {
                        guard entry > abs(scale) * 1e-15, entry.isFinite else { return false }
                        unsafe other[column] = entry.squareRoot()
                    } else {
                        unsafe other[column] = entry / own[column]
                    }
                }
            }
            guard end < order else { continue }
            let (below, block) = (Int32(order - end), Int32(end - start))
            let panel = unsafe entries + end * order + start
            unsafe cblas_dtrsm(
                CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, below, block, 1,
                entries + start * order + start, Int32(order), panel, Int32(order))
            unsafe cblas_dsyrk(
                CblasRowMajor, CblasLower, CblasNoTrans, below, block, -1, panel, Int32(order), 1,
                entries + end * order + end, Int32(order))
        }
        return true
    }
}
