/// How an embedding is fitted.
struct EmbeddingFit {
    var dimension = 4
    var iterations = 500
    /// The first step of the descent, in units of the space; it falls to zero along a cosine.
    var step: Float = 0.1
    /// Errors of the logarithm beyond this pull no harder than this does (Huber, 1964): outliers and liars.
    var robustness: Float = 0.1
    /// How strongly points are held at the origin.
    var regularization: Float = 1e-3
    /// Nodes that adapt to others but do not move them.
    var distrusted: [Bool] = []
}

extension NetworkEmbedding {
    /// A start: where geography says, or else anywhere about the origin.
    ///
    /// A unit of the space is the median latency. Light in fibre needs about a millisecond for 100 km there and back, and
    /// paths are twice as long as the great circle (see `GeographicLatency`).
    static func initial(
        _ samples: PairSamples, directions: [SIMD3<Float>?], dimension: Int, seed: UInt64
    ) -> NetworkEmbedding {
        var random = DeterministicRandom(seed: seed)
        let scale = samples.count > 0 ? exponential(samples.medianLog) : 100
        let radius = 6371 * Float(0.02) / scale
        let positions = (0..<samples.nodeCount).map { node in
            var position = SIMD8<Float>.zero
            for lane in 0..<dimension { position[lane] = random.normal() * 0.5 }
            if node < directions.count, let direction = directions[node] {
                position *= 0.1
                for lane in 0..<min(3, dimension) { position[lane] += direction[lane] * radius }
            }
            return position
        }
        return NetworkEmbedding(
            dimension: dimension, positions: positions,
            logHeights: Array(repeating: logarithm(0.04), count: samples.nodeCount), scale: scale)
    }

    /// Moves the points to where they explain the samples best.
    ///
    /// Minimises the sum of Huber's loss of `log(model) - log(sample)`, so that relative errors count and outliers
    /// hardly do, by Adam (Kingma, Ba, ICLR 2015) on all samples at once, each node's gradient divided by its number of
    /// samples.
    ///
    /// - Complexity: O(iterations * (samples + nodes)).
    mutating func fit(_ samples: PairSamples, _ options: EmbeddingFit) {
        let descent = EmbeddingDescent(samples, options, scale: scale)
        var state = EmbeddingDescent.State(positions: positions, logHeights: logHeights)
        for iteration in 0..<options.iterations { descent.step(&state, iteration) }
        positions = state.positions
        logHeights = state.logHeights
    }
}

/// The descent that fits an embedding: what stays the same from step to step.
private struct EmbeddingDescent {
    /// What changes: the parameters, their gradients and Adam's averages of them.
    struct State {
        var positions: [SIMD8<Float>]
        var logHeights: [Float]
        var heights: [Float]
        var positionGradient: [SIMD8<Float>]
        var heightGradient: [Float]
        var positionMean: [SIMD8<Float>]
        var positionSquare: [SIMD8<Float>]
        var heightMean: [Float]
        var heightSquare: [Float]

        init(positions: [SIMD8<Float>], logHeights: [Float]) {
            self.positions = positions
            self.logHeights = logHeights
            let count = positions.count
            heights = Array(repeating: 0, count: count)
            positionGradient = Array(repeating: .zero, count: count)
            heightGradient = Array(repeating: 0, count: count)
            (positionMean, positionSquare) = (positionGradient, positionGradient)
            (heightMean, heightSquare) = (heightGradient, heightGradient)
        }
    }

    let first: [Int32]
    let second: [Int32]
    let logs: [Float]
    /// The weight with which a sample moves its lesser and its greater node.
    let pulls: [SIMD2<Float>]
    let inverseTotals: [Float]
    let options: EmbeddingFit

    init(_ samples: PairSamples, _ options: EmbeddingFit, scale: Float) {
        self.options = options
        first = samples.first
        second = samples.second
        let unit = logarithm(scale)
        logs = samples.logs.map { $0 - unit }
        let trust = { (node: Int32) -> Float in
            !options.distrusted.isEmpty && options.distrusted[Int(node)] ? 0 : 1
        }
        var totals = [Float](repeating: 0, count: samples.nodeCount)
        var pulls: [SIMD2<Float>] = []
        pulls.reserveCapacity(samples.count)
        for index in 0..<samples.count {
            let (low, high) = (samples.first[index], samples.second[index])
            let pull = samples.weights[index] * SIMD2(trust(high), trust(low))
            totals[Int(low)] += pull.x
            totals[Int(high)] += pull.y
            pulls.append(pull)
        }
        self.pulls = pulls
        inverseTotals = totals.map { $0 > 0 ? 1 / $0 : 0 }
    }

    func step(_ state: inout State, _ iteration: Int) {
        gradient(&state)
        let progress = Double(iteration) / Double(options.iterations)
        let rate = options.step * Float(0.5 * (1 + cosine(.pi * progress)))
        let (meanDecay, squareDecay): (Float, Float) = (0.9, 0.99)
        let meanScale = 1 / (1 - power(meanDecay, iteration + 1))
        let squareScale = 1 / (1 - power(squareDecay, iteration + 1))
        let centre = state.logHeights.reduce(0, +) / Float(max(1, state.logHeights.count))
        for node in state.positions.indices {
            let inverse = inverseTotals[node]
            let pull = state.positionGradient[node] * inverse + options.regularization * state.positions[node]
            let mean = meanDecay * state.positionMean[node] + (1 - meanDecay) * pull
            let square = squareDecay * state.positionSquare[node] + (1 - squareDecay) * (pull * pull)
            state.positionMean[node] = mean
            state.positionSquare[node] = square
            state.positions[node] -= rate * (mean * meanScale) / ((square * squareScale).squareRoot() + 1e-8)

            let lift =
                state.heightGradient[node] * inverse
                + options.regularization * (state.logHeights[node] - centre)
            let heightMean = meanDecay * state.heightMean[node] + (1 - meanDecay) * lift
            let heightSquare = squareDecay * state.heightSquare[node] + (1 - squareDecay) * lift * lift
            state.heightMean[node] = heightMean
            state.heightSquare[node] = heightSquare
            state.logHeights[node] -=
                rate * (heightMean * meanScale) / ((heightSquare * squareScale).squareRoot() + 1e-8)
        }
    }

    private func gradient(_ state: inout State) {
        for node in state.positions.indices {
            state.heights[node] = exponential(state.logHeights[node])
            state.positionGradient[node] = .zero
            state.heightGradient[node] = 0
        }
        let inverseRobustness = 1 / options.robustness
        for index in logs.indices {
            let (low, high) = (Int(first[index]), Int(second[index]))
            let offset = state.positions[low] - state.positions[high]
            let distance = ((offset * offset).sum() + NetworkEmbedding.softening).squareRoot()
            let model = distance + state.heights[low] + state.heights[high]
            let error = logarithm(model) - logs[index]
            let slope = max(-1, min(1, error * inverseRobustness)) / model
            let direction = offset * (slope / distance)
            let pull = pulls[index]
            state.positionGradient[low] += pull.x * direction
            state.positionGradient[high] -= pull.y * direction
            state.heightGradient[low] += pull.x * slope * state.heights[low]
            state.heightGradient[high] += pull.y * slope * state.heights[high]
        }
    }

    private func power(_ base: Float, _ exponent: Int) -> Float {
        exponential(Float(exponent) * logarithm(base))
    }
}
