public import DenseMatrices
public import MeshTypes

/// Hides pairs of a measured frame, estimates them from the others, and scores the estimates.
///
/// Pairs are hidden with both directions, so that nothing is estimated from its own mirror image. Missing entries (0,
/// negative, not finite, the diagonal) are neither shown nor scored.
public struct LatencyEvaluation: Sendable {
    /// The frame, square, any unit.
    public let frame: Matrix<Float>
    /// The part of the pairs that is shown, 0 to 1.
    public var observed: Double
    /// Decides which pairs are shown, and seeds the estimator.
    public var seed: UInt64
    /// An earlier frame of the same nodes, known as a whole.
    public var previous: Matrix<Float>?
    /// Where nodes are; empty when nothing is known.
    public var coordinates: [GeoCoordinate?] = []

    /// What came out.
    public struct Outcome: Sendable {
        /// The estimator's errors on the hidden pairs.
        public var errors: ErrorSummary
        /// The part of the hidden latencies that lie in their 90 % interval.
        public var coverage: Double
        /// The median quotient of an interval's ends: how sharp the intervals are.
        public var medianIntervalRatio: Double
        /// Vivaldi's errors on the same pairs; of the earlier frame alone when there is one.
        public var peers: [(name: String, errors: ErrorSummary)]
        /// Pairs that were shown.
        public var shown: Int
        /// The weight of each voice.
        public var weights: [Float]
    }

    /// An evaluation on a frame.
    public init(frame: Matrix<Float>, observed: Double, seed: UInt64, previous: Matrix<Float>? = nil) {
        precondition(frame.rowCount == frame.columnCount, "the frame is not square")
        self.frame = frame
        self.observed = observed
        self.seed = seed
        self.previous = previous
    }

    /// The known latencies, apart: what is shown and what is hidden.
    public func split() -> (shown: [LatencySample], hidden: [LatencySample]) {
        var random = DeterministicRandom(seed: seed)
        var parts: (shown: [LatencySample], hidden: [LatencySample]) = ([], [])
        for low in 0..<frame.rowCount {
            for high in low + 1..<max(low + 1, frame.rowCount) {
                let isShown = random.fraction() < observed
                for (from, to) in [(low, high), (high, low)] {
                    let value = frame[from, to]
                    guard value > 0, value.isFinite else { continue }
                    let sample = LatencySample(from: from, to: to, milliseconds: Double(value))
                    if isShown { parts.shown.append(sample) } else { parts.hidden.append(sample) }
                }
            }
        }
        return parts
    }

    /// Estimates and scores.
    ///
    /// - Complexity: that of ``LatencyCompletion/complete(_:previous:start:)``.
    public func run() -> Outcome {
        let (shown, hidden) = split()
        let completed = LatencyCompletion(nodeCount: frame.rowCount, coordinates: coordinates, seed: seed)
            .complete(shown, previous: previous)
        return score(completed, shown: shown, hidden: hidden)
    }

    /// Scores a completion, and the peers on the same pairs.
    public func score(
        _ completed: CompletedLatencies, shown: [LatencySample], hidden: [LatencySample]
    ) -> Outcome {
        var errors: [Double] = []
        var ratios: [Double] = []
        var covered = 0
        for sample in hidden {
            let estimate = completed[sample.from, sample.to]
            errors.append(abs(estimate.milliseconds - sample.milliseconds) / sample.milliseconds)
            if (estimate.lower...estimate.upper).contains(sample.milliseconds) { covered += 1 }
            ratios.append(estimate.upper / estimate.lower)
        }
        return Outcome(
            errors: ErrorSummary(errors), coverage: hidden.isEmpty ? .nan : Double(covered) / Double(hidden.count),
            medianIntervalRatio: Percentiles.nearestRank(ratios, [50])?.first ?? 1, peers: peers(shown, hidden),
            shown: shown.count, weights: completed.weights)
    }

    /// What simpler methods do: Vivaldi, the mean of everything, the earlier frame as it stands.
    func peers(_ shown: [LatencySample], _ hidden: [LatencySample]) -> [(name: String, errors: ErrorSummary)] {
        let summary = { (estimate: (LatencySample) -> Double) in
            ErrorSummary(hidden.map { abs(estimate($0) - $0.milliseconds) / $0.milliseconds })
        }
        let mean = shown.isEmpty ? 100 : shown.reduce(0) { $0 + $1.milliseconds } / Double(shown.count)
        var vivaldi = VivaldiCoordinates(nodeCount: frame.rowCount)
        vivaldi.learn(shown, rounds: 40, seed: seed)
        var peers = [("vivaldi", summary { vivaldi.estimate($0.from, $0.to) }), ("mean", summary { _ in mean })]
        if let previous {
            peers.append(
                (
                    "previous",
                    summary { sample in
                        let value = Double(previous[sample.from, sample.to])
                        return value > 0 && value.isFinite ? value : mean
                    }
                ))
        }
        return peers
    }
}
