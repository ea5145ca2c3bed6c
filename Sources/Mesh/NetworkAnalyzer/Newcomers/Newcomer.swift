internal import DenseMatrices

/// What is believed of the latencies of a node that has just arrived.
public struct NewcomerEstimate: Sendable, Hashable {
    /// Natural logarithms of its latencies to all nodes, probed ones as they were probed.
    public var logarithms: [Float]
    /// Half the width of the 90 % interval of each logarithm.
    public var halfWidths: [Float]

    /// The estimate to one node.
    public subscript(node: Int) -> LatencyEstimate {
        let (log, width) = (Double(logarithms[node]), Double(halfWidths[node]))
        return LatencyEstimate(
            milliseconds: exponential(log), lower: exponential(log - width), upper: exponential(log + width),
            isMeasured: width <= Double(NewcomerEstimator.measuredHalfWidth))
    }
}

/// Estimates all latencies of a newcomer from a few probes, against a completed matrix that it does not change.
///
/// Two ways, averaged in the logarithm. One places the newcomer in each embedding: from every node's place and several
/// heights, the dozen that explain the probes best are refined by Gauss and Newton's method and averaged by how well
/// they do. The other looks for nodes that saw what the newcomer saw, allows each a constant on top (another access
/// link), and averages their rows. How wrong the result is likely to be is learned by treating known nodes as
/// newcomers.
public struct NewcomerEstimator: Sendable {
    /// The matrix that newcomers are compared with.
    public let network: CompletedLatencies
    /// Rows of logarithms; a node's entry for itself is that of its nearest neighbour.
    let profiles: Matrix<Float>
    /// The median logarithm.
    let typical: Float
    private var errors: ErrorModel
    /// Nodes that are not compared with; empty when all are.
    var isIgnored: [Bool] = []

    /// The half-width of what was measured.
    static let measuredHalfWidth: Float = 0.02

    /// Prepares estimates against a network, calibrated for newcomers with that many probes.
    ///
    /// - Parameters:
    ///   - network: what `completion` made of `samples`.
    ///   - completion: how it was made.
    ///   - samples: of what.
    /// - Complexity: one more fit of the network, without folds, and up to 64 estimates.
    public init(
        _ network: CompletedLatencies, completion: LatencyCompletion, samples: [LatencySample], probes: Int = 8
    ) {
        self.init(network)
        errors = Self.learnErrors(network, completion, samples, probes: probes)
    }

    /// Estimates against a network, with errors unlearned.
    private init(_ network: CompletedLatencies) {
        self.network = network
        var profiles = network.logarithms
        let count = network.nodeCount
        for node in 0..<count {
            var nearest = Float.infinity
            for other in 0..<count where other != node { nearest = min(nearest, profiles[node, other]) }
            profiles[node, node] = nearest.isFinite ? nearest : 0
        }
        self.profiles = profiles
        let stride = max(1, count * count / 20_000) | 1
        typical = OrderStatistics.median(
            Swift.stride(from: 0, to: count * count, by: stride).map { profiles.elements[$0] })
        errors = ErrorModel(features: [], errors: [])
    }

    /// Takes a tenth of the nodes out, fits the rest without them, and lets each play newcomer with its own samples:
    /// some are its probes, the others what is asked.
    private static func learnErrors(
        _ network: CompletedLatencies, _ completion: LatencyCompletion, _ samples: [LatencySample], probes: Int
    ) -> ErrorModel {
        let count = network.nodeCount
        var random = DeterministicRandom(seed: completion.seed ^ 0x2E37)
        var isOut = [Bool](repeating: false, count: count)
        for node in random.permutation(count).prefix(max(1, min(64, count / 10))) { isOut[node] = true }
        let isKnown = { (node: Int) in (0..<count).contains(node) }
        let usable = samples.filter { isKnown($0.from) && isKnown($0.to) }
        let rest = usable.filter { !isOut[$0.from] && !isOut[$0.to] }
        guard rest.count >= 20 else { return ErrorModel(features: [], errors: []) }
        var estimator = NewcomerEstimator(completion.completeUncalibrated(rest, weights: network.weights))
        estimator.isIgnored = isOut
        var own = [[(node: Int, log: Float)]](repeating: [], count: count)
        for sample in usable where isOut[sample.from] && !isOut[sample.to] && sample.milliseconds > 0 {
            own[sample.from].append((sample.to, Float(logarithm(sample.milliseconds))))
        }
        var features: [[Double]] = []
        var wrong: [Double] = []
        for node in 0..<count where own[node].count > probes {
            let order = random.permutation(own[node].count).map { own[node][$0] }
            let opinions = estimator.opinions(Array(order[..<probes]))
            for (other, truth) in order[probes...].prefix(80) where truth.isFinite {
                features.append(opinions.features(other))
                wrong.append(Double(abs(opinions.blend(other) - truth)))
            }
        }
        return ErrorModel(features: features, errors: wrong)
    }

    /// What both ways say.
    struct Opinions {
        var placed: [Float]
        var placedSpread: [Float]
        var similar: [Float]
        var similarSpread: [Float]

        func blend(_ node: Int) -> Float { 0.5 * (placed[node] + similar[node]) }

        func features(_ node: Int) -> [Double] {
            [
                1, logarithm(Double(abs(placed[node] - similar[node])) + 0.02),
                logarithm(Double(placedSpread[node]) + 0.02), logarithm(Double(similarSpread[node]) + 0.02),
                Double(blend(node)),
            ]
        }
    }

    /// Both ways' opinions from probes as (node, logarithm).
    func opinions(_ probes: [(node: Int, log: Float)]) -> Opinions {
        let similar = similarRows(probes)
        let placed = placements(probes)
        return Opinions(
            placed: placed.mean, placedSpread: placed.spread, similar: similar.mean, similarSpread: similar.spread)
    }

    /// Estimates a newcomer's latencies.
    ///
    /// - Parameter probes: what it measured; unusable ones (unknown nodes, latencies that are not positive and finite)
    ///   are passed over. Without any, the estimate is each node's median, with the width that such an estimate has.
    /// - Complexity: O(embeddings * nodes * probes) for the search, O(nodes * (nodes + probes)) for the rows.
    public func estimate(_ probes: [LatencySample]) -> NewcomerEstimate {
        let count = network.nodeCount
        let usable = probes.filter {
            (0..<count).contains($0.to) && $0.milliseconds > 0 && $0.milliseconds.isFinite
        }
        let known = usable.map { (node: $0.to, log: Float(logarithm($0.milliseconds))) }
        guard !known.isEmpty else { return withoutProbes() }
        let opinions = opinions(known)
        var result = NewcomerEstimate(
            logarithms: (0..<count).map { opinions.blend($0) },
            halfWidths: (0..<count).map { errors.halfWidth(opinions.features($0)) })
        for (node, log) in known {
            result.logarithms[node] = log
            result.halfWidths[node] = Self.measuredHalfWidth
        }
        return result
    }

    private func withoutProbes() -> NewcomerEstimate {
        var result = NewcomerEstimate(logarithms: [], halfWidths: [])
        for node in 0..<network.nodeCount {
            let row = Array(profiles.row(node))
            let median = OrderStatistics.median(row)
            result.logarithms.append(median)
            result.halfWidths.append(max(0.1, OrderStatistics.quantile(row.map { abs($0 - median) }, 0.9)))
        }
        return result
    }
}
