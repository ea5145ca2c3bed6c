public import DenseMatrices

/// What is believed of one latency.
public struct LatencyEstimate: Sendable, Hashable {
    /// The estimate, in the samples' unit (milliseconds); positive.
    public var milliseconds: Double
    /// The lower end of the interval that is to hold nine of ten latencies.
    public var lower: Double
    /// The upper end of that interval.
    public var upper: Double
    /// Whether the pair itself was measured, in either direction.
    public var isMeasured: Bool
}

/// A dense matrix of latencies, completed from few samples, with an error for every entry.
///
/// Latencies are kept as logarithms: errors of models and of people's judgement are relative, and nothing becomes
/// negative. Differences between the two directions of a pair are kept as one effect a node and direction.
public struct CompletedLatencies: Sendable {
    /// How many nodes there are.
    public let nodeCount: Int
    /// Natural logarithms of the estimates, node by node, symmetric.
    public internal(set) var logarithms: Matrix<Float>
    /// Half the width of the 90 % interval of each logarithm.
    public internal(set) var halfWidths: Matrix<Float>
    /// By how much the logarithm is more from a node than to it, half of it on each way; one a node.
    public internal(set) var directionEffects: [Float]
    /// Whether each pair was measured, symmetric, row-major.
    public internal(set) var isMeasured: [Bool]
    /// Nodes whose samples contradict everybody else's: they adapt, but do not move others.
    public internal(set) var distrusted: [Int]
    /// The weight of each voice: embeddings, factorization, levels of nodes, geography, history.
    public internal(set) var weights: [Float]
    /// The embeddings behind the estimates: the prior of the next completion, and of newcomers.
    public internal(set) var embeddings: [NetworkEmbedding]

    /// The estimate of one ordered pair; a node is 0 from itself.
    public subscript(from: Int, to: Int) -> LatencyEstimate {
        guard from != to else { return LatencyEstimate(milliseconds: 0, lower: 0, upper: 0, isMeasured: true) }
        let log = Double(logarithms[from, to] + directionEffects[from] - directionEffects[to])
        let width = Double(halfWidths[from, to])
        return LatencyEstimate(
            milliseconds: exponential(log), lower: exponential(log - width), upper: exponential(log + width),
            isMeasured: isMeasured[from * nodeCount + to])
    }

    /// The estimates as a matrix of milliseconds.
    ///
    /// - Complexity: O(nodes^2).
    public func milliseconds() -> Matrix<Float> {
        var result = logarithms
        result.withMutableSpan { entries in
            for from in 0..<nodeCount {
                for to in 0..<nodeCount {
                    let index = from * nodeCount + to
                    let log = entries[index] + directionEffects[from] - directionEffects[to]
                    entries[index] = from == to ? 0 : exponential(log)
                }
            }
        }
        return result
    }
}
