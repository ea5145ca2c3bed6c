import DenseMatrices
import NetworkAnalyzer
import TestSupport

/// Networks made for tests: points in a plane with access links, and noise.
struct SyntheticNetwork {
    let nodeCount: Int
    /// Milliseconds, row-major.
    var matrix: Matrix<Float>
    var positions: [SIMD2<Double>] = []

    /// Distances in a square of 150 ms, heights of 2 to 20 ms, symmetric noise of a few percent.
    init(nodes: Int, noise: Double = 0.03, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        nodeCount = nodes
        matrix = Matrix(repeating: 0, rowCount: nodes, columnCount: nodes)
        positions = (0..<nodes).map { _ in SIMD2(random.fraction() * 150, random.fraction() * 150) }
        let heights = (0..<nodes).map { _ in 2 + 18 * random.fraction() }
        for row in 0..<nodes {
            for column in 0..<row {
                let offset = positions[row] - positions[column]
                let length = (offset * offset).sum().squareRoot() + heights[row] + heights[column]
                let value = Float(length * (1 + noise * (2 * random.fraction() - 1)))
                matrix[row, column] = value
                matrix[column, row] = value
            }
        }
    }

    /// A part of the pairs, at random, with both directions.
    func samples(observed: Double, seed: UInt64) -> [LatencySample] {
        LatencyEvaluation(frame: matrix, observed: observed, seed: seed).split().shown
    }
}
