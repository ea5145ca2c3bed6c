public import DenseMatrices

extension AccessFactors {
    /// Takes in new measurements of some participants.
    ///
    /// Weights and weighted errors of all rows go through two matrix products with tables of the basis, which give every
    /// row's gain in precision and information; then each row's factors are solved for.
    ///
    /// - Parameters:
    ///   - rows: which participants, each once.
    ///   - latencies: milliseconds, a row a participant of `rows`, a column a site; what is not over 0 was not measured.
    ///   - weights: how much each counts, 0 to 1, same shape; `nil` for all 1.
    /// - Complexity: O(rows * sites * rank^2) in matrix products, O(rows * rank^3) after them.
    public mutating func update(rows: [Int], latencies: Matrix<Float>, weights: Matrix<Float>? = nil) {
        precondition(latencies.rowCount == rows.count && latencies.columnCount == siteCount, "the shapes differ")
        let sites = siteCount
        let means = Array(basis.elements[rank * sites..<(rank + 1) * sites])
        var (logs, gains) = latencies.weightedLogarithms(means: means, weight: noisePrecision)
        if let weights {
            gains.combine(weights) { $0 * max(0, min(1, $1)) }
            logs.combine(weights) { $0 * max(0, min(1, $1)) }
        }
        let precisionGain = gains.multiplied(by: pairs)
        let informationGain = logs.multiplied(by: basis, rightTransposed: true)
        var triangle = [Float](repeating: 0, count: pairs.columnCount)
        var solution = [Float](repeating: 0, count: rank)
        for (number, row) in rows.enumerated() {
            for index in triangle.indices {
                triangle[index] = precisions[row, index] + precisionGain[number, index]
                precisions[row, index] = triangle[index]
            }
            for index in 0..<rank {
                solution[index] = information[row, index] + informationGain[number, index]
                information[row, index] = solution[index]
            }
            guard SmallCholesky.factorize(&triangle, order: rank) else { continue }
            SmallCholesky.solve(triangle, order: rank, &solution)
            for index in 0..<rank { factors[row, index] = solution[index] }
        }
    }

    /// Lets all rows forget: what was learned counts `part` of what it did, 0 to 1.
    ///
    /// - Complexity: O(rows * rank^2). Factors stay until a row's next update.
    public mutating func age(keeping part: Float) {
        let part = max(0, min(1, part))
        for row in 0..<rowCount {
            var index = 0
            for high in 0..<rank {
                for low in 0...high {
                    let prior = low == high ? priorPrecision[high] : 0
                    precisions[row, index] = prior + part * (precisions[row, index] - prior)
                    index += 1
                }
                information[row, high] *= part
            }
        }
    }
}

/// Cholesky's factorization of one small packed lower triangle, in place and without allocation.
enum SmallCholesky {
    /// Factorizes; `false` when the matrix is not positive definite.
    @inline(__always)
    static func factorize(_ triangle: inout [Float], order: Int) -> Bool {
        var rowStart = 0
        for row in 0..<order {
            var columnStart = 0
            for column in 0...row {
                var sum = triangle[rowStart + column]
                for index in 0..<column { sum -= triangle[rowStart + index] * triangle[columnStart + index] }
                if column == row {
                    guard sum > 0, sum.isFinite else { return false }
                    triangle[rowStart + column] = sum.squareRoot()
                } else {
                    triangle[rowStart + column] = sum / triangle[columnStart + column]
                }
                columnStart += column + 1
            }
            rowStart += row + 1
        }
        return true
    }

    /// Solves with the factor.
    @inline(__always)
    static func solve(_ triangle: [Float], order: Int, _ right: inout [Float]) {
        var start = 0
        for row in 0..<order {
            var sum = right[row]
            for index in 0..<row { sum -= triangle[start + index] * right[index] }
            right[row] = sum / triangle[start + row]
            start += row + 1
        }
        for row in (0..<order).reversed() {
            var sum = right[row]
            var below = AccessFactors.triangle(row + 1) + row
            for index in row + 1..<max(order, row + 1) {
                sum -= triangle[below] * right[index]
                below += index + 1
            }
            right[row] = sum / triangle[AccessFactors.triangle(row + 1) - 1]
        }
    }
}
