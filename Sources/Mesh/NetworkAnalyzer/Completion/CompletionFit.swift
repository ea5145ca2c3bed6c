internal import DenseMatrices

/// One completion on its way: fits, the search for liars, the learning of weights and widths, the result.
struct CompletionFit {
    let completion: LatencyCompletion
    let start: [NetworkEmbedding]
    let geography: Matrix<Float>?
    let directions: [SIMD3<Float>?]
    /// Nodes that move nobody; empty when there are none.
    var distrusted: [Bool] = []

    init(_ completion: LatencyCompletion, start: [NetworkEmbedding]) {
        self.completion = completion
        self.start = start
        geography = completion.geographicLogs()
        directions = completion.directions
    }

    /// What a fit gives: all voices, of which those of geography and history may know only some pairs.
    struct Voices {
        var members: CompletionMembers
        /// In the order of `CompletedLatencies.weights`; NaN where a voice knows nothing.
        var logs: [Matrix<Float>]
        /// How restless each node was since the earlier matrix; zeros without one.
        var restlessness: [Float]
        /// Samples of each node.
        var degrees: [Int]
    }

    /// Fits everything to the samples.
    func voices(_ samples: PairSamples, _ history: PairHistory?, from start: [NetworkEmbedding]) -> Voices {
        var restlessness = [Float](repeating: 0, count: samples.nodeCount)
        var fitted = samples
        var earlier: Matrix<Float>?
        if let history {
            let shifts = history.shifts(samples)
            let shifted = history.shifted(by: shifts)
            restlessness = Self.restlessness(samples, shifted)
            fitted = history.supplement(samples, with: shifted, perNode: 16, seed: completion.seed)
            earlier = shifted
        }
        let members = CompletionMembers(
            fitted,
            CompletionMembers.Plan(
                dimensions: completion.dimensions.map { max(1, min(7, $0)) }, iterations: completion.iterations,
                directions: directions, distrusted: distrusted, seed: completion.seed, start: start))
        let unknown = Matrix<Float>(
            repeating: .nan, rowCount: samples.nodeCount, columnCount: samples.nodeCount)
        let places = geography.map { Self.geographicVoice(fitted, $0) } ?? unknown
        var degrees = [Int](repeating: 0, count: samples.nodeCount)
        for index in 0..<fitted.count {
            degrees[Int(fitted.first[index])] += 1
            degrees[Int(fitted.second[index])] += 1
        }
        return Voices(
            members: members, logs: members.voices + [places, earlier ?? unknown], restlessness: restlessness,
            degrees: degrees)
    }

    /// The mean change of each node's pairs, shrunk to everybody's.
    private static func restlessness(_ samples: PairSamples, _ earlier: Matrix<Float>) -> [Float] {
        var sums = [Float](repeating: 0, count: samples.nodeCount)
        var counts = sums
        for index in 0..<samples.count {
            let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
            let change = min(1, abs(samples.logs[index] - earlier[low, high]))
            guard change.isFinite else { continue }
            for node in [low, high] {
                sums[node] += change
                counts[node] += 1
            }
        }
        let overall = sums.reduce(0, +) / max(1, counts.reduce(0, +))
        return zip(sums, counts).map { ($0 + 2 * overall) / ($1 + 2) }
    }

    /// Geography with each node's level on top.
    private static func geographicVoice(_ samples: PairSamples, _ geography: Matrix<Float>) -> Matrix<Float> {
        var inflation = PairSamples(nodeCount: samples.nodeCount)
        for index in 0..<samples.count {
            let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
            let expected = geography[low, high]
            guard expected.isFinite else { continue }
            inflation.append(low, high, log: samples.logs[index] - expected, weight: samples.weights[index])
        }
        var voice = geography
        voice.combine(NodeLevels.logLatencies(inflation)) { $0 + $1 }
        return voice
    }

    /// Finds nodes whose samples contradict everybody else's, by a fit that believes everyone.
    ///
    /// A node is distrusted when the median error of its samples is three times the usual and over 30 %, and it has at
    /// least four of them: honest nodes are wrong about few partners, liars about most.
    mutating func findDistrusted(_ samples: PairSamples, _ history: PairHistory?) {
        guard samples.count >= 20 else { return }
        let plan = CompletionMembers.Plan(
            dimensions: Array(completion.dimensions.prefix(1)), iterations: completion.iterations / 2,
            directions: directions, distrusted: [], seed: completion.seed, start: start)
        var errors = [[Float]](repeating: [], count: samples.nodeCount)
        if let history {
            let shifted = history.shifted(by: history.shifts(samples))
            collectErrors(samples, against: { shifted[$0, $1] }, into: &errors)
        } else {
            let embedding = CompletionMembers.embedding(samples, plan, member: 0, dimension: plan.dimensions[0])
            collectErrors(samples, against: { embedding.logLatency($0, $1) }, into: &errors)
        }
        let medians = errors.map { OrderStatistics.median($0) }
        let usual = OrderStatistics.median(zip(errors, medians).filter { $0.0.count >= 4 }.map(\.1))
        let flags = errors.indices.map { errors[$0].count >= 4 && medians[$0] > max(3 * usual, 0.3) }
        distrusted = flags.contains(true) ? flags : []
    }

    private func collectErrors(
        _ samples: PairSamples, against model: (Int, Int) -> Float, into errors: inout [[Float]]
    ) {
        for index in 0..<samples.count {
            let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
            let error = abs(samples.logs[index] - model(low, high))
            guard error.isFinite else { continue }
            errors[low].append(error)
            errors[high].append(error)
        }
    }
}
