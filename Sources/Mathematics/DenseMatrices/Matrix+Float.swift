import COpenBLAS

extension Matrix where Element == Float {
    /// `factor * self * right`, either side transposed on request: shape `(m, k) x (k, n)`.
    ///
    /// - Complexity: O(m * k * n).
    public func multiplied(
        by right: Matrix<Float>, factor: Float = 1, transposed: Bool = false, rightTransposed: Bool = false
    ) -> Matrix<Float> {
        let (rows, inner) = transposed ? (columnCount, rowCount) : (rowCount, columnCount)
        let (rightInner, columns) =
            rightTransposed ? (right.columnCount, right.rowCount) : (right.rowCount, right.columnCount)
        precondition(inner == rightInner, "inner dimensions differ")
        var result = Matrix<Float>(repeating: 0, rowCount: rows, columnCount: columns)
        unsafe result.withUnsafe { output in
            unsafe self.withUnsafe { left in
                unsafe right.withUnsafe { right in
                    unsafe cblas_sgemm(
                        CblasRowMajor, BLAS.order(transposed), BLAS.order(rightTransposed), Int32(rows), Int32(columns),
                        Int32(inner), factor, left.base, Int32(left.columnCount), right.base, Int32(right.columnCount),
                        0, output.base, Int32(columns))
                }
            }
        }
        return result
    }

    /// The matrix, or its transpose, times a vector.
    ///
    /// - Complexity: O(rows * columns).
    public func multiplied(by vector: [Float], transposed: Bool = false) -> [Float] {
        precondition(vector.count == (transposed ? rowCount : columnCount), "the vector does not fit the matrix")
        var result = [Float](repeating: 0, count: transposed ? columnCount : rowCount)
        unsafe withUnsafe { matrix in
            unsafe vector.withUnsafeBufferPointer { vector in
                unsafe result.withUnsafeMutableBufferPointer { output in
                    unsafe cblas_sgemv(
                        CblasRowMajor, BLAS.order(transposed), Int32(rowCount), Int32(columnCount), 1, matrix.base,
                        Int32(columnCount), vector.baseAddress, 1, 0, output.baseAddress, 1)
                }
            }
        }
        return result
    }

    /// Adds `factor * column * row'`, a matrix of rank one.
    ///
    /// - Complexity: O(rows * columns).
    public mutating func addOuterProduct(_ factor: Float, _ column: [Float], _ row: [Float]) {
        precondition(column.count == rowCount && row.count == columnCount, "the vectors do not fit the matrix")
        unsafe withUnsafe { matrix in
            unsafe column.withUnsafeBufferPointer { column in
                unsafe row.withUnsafeBufferPointer { row in
                    unsafe cblas_sger(
                        CblasRowMajor, Int32(matrix.rowCount), Int32(matrix.columnCount), factor, column.baseAddress,
                        1, row.baseAddress, 1, matrix.base, Int32(matrix.columnCount))
                }
            }
        }
    }

    /// `self' * self`, full and symmetric: the normal matrix of least squares.
    ///
    /// - Complexity: O(rows * columns^2), half of a general product.
    public var gramMatrix: Matrix<Float> {
        var result = Matrix<Float>(repeating: 0, rowCount: columnCount, columnCount: columnCount)
        unsafe result.withUnsafe { output in
            unsafe self.withUnsafe { matrix in
                unsafe cblas_ssyrk(
                    CblasRowMajor, CblasUpper, CblasTrans, Int32(matrix.columnCount), Int32(matrix.rowCount), 1,
                    matrix.base, Int32(matrix.columnCount), 0, output.base, Int32(output.columnCount))
            }
        }
        for row in 0..<columnCount {
            for column in 0..<row { result[row, column] = result[column, row] }
        }
        return result
    }
}
