internal import DenseMatrices

/// Nodes as points with heights: the latency of two nodes is the distance of their points and both heights.
///
/// Distances model the core of the network, where the triangle inequality nearly holds; a height is the access link
/// that every path of a node shares. It is Vivaldi's model (Dabek, Cox, Kaashoek, Morris, SIGCOMM 2004, section 5.4) in
/// up to seven dimensions, fitted to all samples at once instead of spring by spring.
public struct NetworkEmbedding: Sendable, Hashable {
    /// Dimensions in use, at most 7; the other lanes are zero.
    public let dimension: Int
    /// Where the nodes are, in units of `scale`.
    public internal(set) var positions: [SIMD8<Float>]
    /// Natural logarithms of the heights, in units of `scale`.
    public internal(set) var logHeights: [Float]
    /// How many milliseconds one unit of the space is.
    public internal(set) var scale: Float

    /// How many nodes there are.
    public var nodeCount: Int { positions.count }

    /// Nodes in the given places.
    init(dimension: Int, positions: [SIMD8<Float>], logHeights: [Float], scale: Float) {
        self.dimension = dimension
        self.positions = positions
        self.logHeights = logHeights
        self.scale = scale
    }

    /// Keeps a distance from vanishing, so that its gradient exists; squared units.
    static let softening: Float = 1e-6

    /// The natural logarithm of the latency between two nodes, milliseconds.
    public func logLatency(_ first: Int, _ second: Int) -> Float {
        let offset = positions[first] - positions[second]
        let distance = ((offset * offset).sum() + Self.softening).squareRoot()
        return logarithm(scale * (distance + exponential(logHeights[first]) + exponential(logHeights[second])))
    }

    /// Logarithms of all latencies, node by node; the diagonal holds twice the height.
    ///
    /// - Complexity: O(nodes^2).
    func logLatencies() -> Matrix<Float> {
        var matrix = Matrix<Float>(repeating: 0, rowCount: nodeCount, columnCount: nodeCount)
        let heights = logHeights.map { exponential($0) }
        matrix.withMutableSpan { entries in
            for row in 0..<nodeCount {
                let position = positions[row]
                for column in row..<nodeCount {
                    let offset = position - positions[column]
                    let distance = ((offset * offset).sum() + Self.softening).squareRoot()
                    let value = logarithm(scale * (distance + heights[row] + heights[column]))
                    entries[row * nodeCount + column] = value
                    entries[column * nodeCount + row] = value
                }
            }
        }
        return matrix
    }

    /// Distances of all points, without heights, in units of `scale`.
    ///
    /// - Complexity: O(nodes^2).
    func distances() -> Matrix<Float> {
        var matrix = Matrix<Float>(repeating: 0, rowCount: nodeCount, columnCount: nodeCount)
        matrix.withMutableSpan { entries in
            for row in 0..<nodeCount {
                let position = positions[row]
                for column in row + 1..<max(row + 1, nodeCount) {
                    let offset = position - positions[column]
                    let distance = (offset * offset).sum().squareRoot()
                    entries[row * nodeCount + column] = distance
                    entries[column * nodeCount + row] = distance
                }
            }
        }
        return matrix
    }
}
