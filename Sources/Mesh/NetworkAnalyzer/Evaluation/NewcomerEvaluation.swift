internal import DenseMatrices

extension LatencyEvaluation {
    /// What came out for newcomers.
    public struct NewcomerOutcome: Sendable {
        /// Errors on the latencies that the newcomers did not probe.
        public var errors: ErrorSummary
        /// The part of them that lie in their 90 % interval.
        public var coverage: Double
        /// How many nodes played newcomer.
        public var newcomers: Int
    }

    /// Takes a tenth of the nodes out (at least one), completes the rest from the observed part of its pairs, and lets
    /// each node taken out probe a few of the rest at random; scored on its other latencies to the rest. Three times,
    /// with other nodes each.
    ///
    /// - Complexity: three times that of a completion, and O(nodes^2) for each newcomer.
    public func runNewcomers(probes: Int) -> NewcomerOutcome {
        let count = frame.rowCount
        var random = DeterministicRandom(seed: seed ^ 0x4E65_7743)
        let order = random.permutation(count)
        let size = max(1, count / 10)
        var errors: [Double] = []
        var (covered, newcomers) = (0, 0)
        for round in 0..<3 where (round + 1) * size <= count {
            let out = order[round * size..<(round + 1) * size].sorted()
            let outcome = play(newcomers: out, probes: probes, &random)
            errors += outcome.errors
            covered += outcome.covered
            newcomers += out.count
        }
        return NewcomerOutcome(
            errors: ErrorSummary(errors), coverage: errors.isEmpty ? .nan : Double(covered) / Double(errors.count),
            newcomers: newcomers)
    }

    private func play(
        newcomers: [Int], probes: Int, _ random: inout DeterministicRandom
    ) -> (errors: [Double], covered: Int) {
        let count = frame.rowCount
        let isOut = Set(newcomers)
        let residents = (0..<count).filter { !isOut.contains($0) }
        var rest = Matrix<Float>(repeating: 0, rowCount: residents.count, columnCount: residents.count)
        for (row, from) in residents.enumerated() {
            for (column, to) in residents.enumerated() { rest[row, column] = frame[from, to] }
        }
        let shown = LatencyEvaluation(frame: rest, observed: observed, seed: seed).split().shown
        let places = coordinates.count == count ? residents.map { coordinates[$0] } : []
        let completion = LatencyCompletion(nodeCount: residents.count, coordinates: places, seed: seed)
        let estimator = NewcomerEstimator(
            completion.complete(shown), completion: completion, samples: shown, probes: probes)
        var errors: [Double] = []
        var covered = 0
        for newcomer in newcomers {
            let known = residents.indices.filter {
                let value = frame[newcomer, residents[$0]]
                return value > 0 && value.isFinite
            }
            let order = random.permutation(known.count).map { known[$0] }
            let estimate = estimator.estimate(
                order.prefix(probes).map {
                    LatencySample(from: 0, to: $0, milliseconds: Double(frame[newcomer, residents[$0]]))
                })
            for node in order.dropFirst(probes) {
                let truth = Double(frame[newcomer, residents[node]])
                errors.append(abs(estimate[node].milliseconds - truth) / truth)
                if (estimate[node].lower...estimate[node].upper).contains(truth) { covered += 1 }
            }
        }
        return (errors, covered)
    }
}
