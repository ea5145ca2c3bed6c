public import DenseMatrices
public import MeshTypes

/// Estimates every latency among a set of nodes from a few of them, with honest errors.
///
/// Three kinds of models are fitted and blended in the logarithm: an ensemble of embeddings whose residuals are smoothed
/// between neighbours, low-rank factorizations, and plain levels of nodes; where coordinates are known geography starts
/// the embeddings and is a voice of its own, and where an earlier matrix is known each pair's own history is one. How
/// much each voice counts, and how wide the intervals are, is learned by hiding a part of the samples. The guide
/// `NetworkAnalyzer.md` derives the parts and gives figures.
///
/// Unordered pairs are modelled; measured differences between directions go into one effect a node. The same input and
/// seed give the same result.
public struct LatencyCompletion: Sendable {
    /// How many nodes there are, up to ``largestNodeCount``.
    public let nodeCount: Int
    /// Where the nodes are; empty when nothing is known, `nil` for a node of which nothing is known.
    public var coordinates: [GeoCoordinate?]
    /// The number of dimensions of each embedding of the ensemble, 1 to 7.
    public var dimensions = [3, 4, 5, 4]
    /// Steps of each embedding's descent, up to 40,000 pairs; with more, fewer in proportion, down to 120.
    public var iterations = 400
    /// The seed of everything random.
    public var seed: UInt64

    /// The most nodes that are completed densely: the products grow with the cube.
    public static let largestNodeCount = 4_096

    /// A completion for that many nodes.
    public init(nodeCount: Int, coordinates: [GeoCoordinate?] = [], seed: UInt64 = 1) {
        precondition((0...Self.largestNodeCount).contains(nodeCount), "too many nodes for dense completion")
        self.nodeCount = nodeCount
        self.coordinates = coordinates
        self.seed = seed
    }

    /// Completes the matrix.
    ///
    /// - Parameters:
    ///   - samples: what was measured; unusable ones (unknown nodes, a node with itself, latencies that are not positive
    ///     and finite) are passed over.
    ///   - previous: an earlier matrix, `nodeCount` squared, row-major, in the same unit; 0 or NaN where it knows
    ///     nothing.
    ///   - start: an earlier completion of the same nodes; its embeddings are refined instead of found anew,
    ///     and estimates of pairs that nobody measured move by 2.4 % at most, unless most of a node's measurements moved.
    /// - Complexity: O(members * (iterations * samples + nodes^3)), and as much again for each of up to four folds.
    public func complete(
        _ samples: [LatencySample], previous: Matrix<Float>? = nil, start: CompletedLatencies? = nil
    ) -> CompletedLatencies {
        let fresh = PairSamples(samples, nodeCount: nodeCount)
        let history = previous.map { PairHistory($0) }
        var fit = CompletionFit(self, start: start?.embeddings ?? [])
        fit.findDistrusted(fresh, history)
        let calibration = fit.calibrate(fresh, history, seed: seed)
        var result = fit.finish(fresh, history, calibration, prior: start)
        DirectionEffects.learn(from: samples, into: &result)
        return result
    }

    /// Completes with weights that were learned before, and errors of the widest.
    func completeUncalibrated(_ samples: [LatencySample], weights: [Float]) -> CompletedLatencies {
        let fresh = PairSamples(samples, nodeCount: nodeCount)
        let unlearned = ErrorModel(features: [], errors: [])
        let calibration = Calibration(
            weightsWithHistory: weights, weights: weights, errors: unlearned, errorsWithHistory: unlearned,
            strangerHalfWidth: ErrorModel.ignorance)
        return CompletionFit(self, start: []).finish(fresh, nil, calibration)
    }

    /// Unit vectors from the Earth's centre.
    var directions: [SIMD3<Float>?] {
        coordinates.map { coordinate in
            guard let coordinate else { return nil }
            let latitude = coordinate.latitude * .pi / 180
            let longitude = coordinate.longitude * .pi / 180
            return SIMD3(
                Float(cosine(latitude) * cosine(longitude)), Float(cosine(latitude) * sine(longitude)),
                Float(sine(latitude)))
        }
    }

    /// The logarithm of what geography says of each pair; NaN where a place is not known. `nil` without coordinates.
    func geographicLogs() -> Matrix<Float>? {
        guard coordinates.count == nodeCount, coordinates.contains(where: { $0 != nil }) else { return nil }
        var logs = Matrix<Float>(repeating: .nan, rowCount: nodeCount, columnCount: nodeCount)
        for from in 0..<nodeCount {
            for to in 0..<from {
                guard let first = coordinates[from], let second = coordinates[to] else { continue }
                let estimate = Float(logarithm(GeographicLatency.estimate(from: first, to: second).milliseconds))
                logs[from, to] = estimate
                logs[to, from] = estimate
            }
        }
        return logs
    }
}
