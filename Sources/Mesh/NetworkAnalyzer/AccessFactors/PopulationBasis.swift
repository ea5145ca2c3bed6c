internal import DenseMatrices

/// The principal components of the rows of a completed matrix.
struct PopulationBasis {
    /// `rank + 1` rows: the components, and below them the mean.
    let basis: Matrix<Float>
    /// One by the variance along each component.
    let precisions: [Float]
    /// One by the variance that the components leave.
    let noisePrecision: Float

    init(_ network: CompletedLatencies, sites: [Int], rank: Int) {
        let (nodes, width) = (network.nodeCount, sites.count)
        var rows = Matrix<Float>(repeating: 0, rowCount: max(1, nodes), columnCount: width)
        var mean = [Float](repeating: 0, count: width)
        for (column, site) in sites.enumerated() {
            var sum: Float = 0
            for node in 0..<nodes where node != site { sum += network.logarithms[node, site] }
            mean[column] = nodes > 1 ? sum / Float(nodes - 1) : 4.6
            // A node says nothing of its own latency to itself.
            for node in 0..<nodes {
                rows[node, column] = node == site ? 0 : network.logarithms[node, site] - mean[column]
            }
        }
        let factor = 1 / Float(max(1, nodes))
        let covariance = rows.multiplied(by: rows, factor: factor, transposed: true)
        var random = DeterministicRandom(seed: 0xBA515)
        var vectors = Matrix<Float>(
            elements: (0..<rank * width).map { _ in random.normal() }, rowCount: rank, columnCount: width)
        for _ in 0..<40 { vectors = Self.orthonormal(vectors.multiplied(by: covariance)) }
        let images = vectors.multiplied(by: covariance)
        var total: Float = 0
        for column in 0..<width { total += covariance[column, column] }
        var basis = Matrix<Float>(repeating: 0, rowCount: rank + 1, columnCount: width)
        var precisions: [Float] = []
        for index in 0..<rank {
            var variance: Float = 0
            for column in 0..<width {
                basis[index, column] = vectors[index, column]
                variance += vectors[index, column] * images[index, column]
            }
            total -= variance
            precisions.append(1 / max(variance, 1e-6))
        }
        for column in 0..<width { basis[rank, column] = mean[column] }
        self.basis = basis
        self.precisions = precisions
        // At least the jitter of good measurements, a few percent.
        noisePrecision = 1 / max(total / Float(max(1, width)), 0.0025)
    }

    /// The rows made orthogonal and of length 1, one after the other (modified Gram and Schmidt).
    private static func orthonormal(_ vectors: Matrix<Float>) -> Matrix<Float> {
        var result = vectors
        for row in 0..<result.rowCount {
            for earlier in 0..<row {
                var product: Float = 0
                for column in 0..<result.columnCount { product += result[row, column] * result[earlier, column] }
                for column in 0..<result.columnCount { result[row, column] -= product * result[earlier, column] }
            }
            var square: Float = 0
            for column in 0..<result.columnCount { square += result[row, column] * result[row, column] }
            let scale = square > 1e-20 ? 1 / square.squareRoot() : 0
            for column in 0..<result.columnCount { result[row, column] *= scale }
        }
        return result
    }
}
