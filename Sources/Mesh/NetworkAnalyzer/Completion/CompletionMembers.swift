internal import DenseMatrices

/// The opinions that completion blends, all fitted to the same samples.
struct CompletionMembers {
    /// Logarithms of the latencies: embeddings with smoothed residuals, the factorization, the nodes' levels.
    var voices: [Matrix<Float>]
    /// How far the embeddings disagree: the standard deviation of their logarithms.
    var spread: Matrix<Float>
    /// How much is known around each pair, the mean of the embeddings' supports.
    var support: Matrix<Float>
    /// The embeddings, for the next fit and for newcomers.
    var embeddings: [NetworkEmbedding]
}

extension CompletionMembers {
    /// What all fits of one completion share.
    struct Plan {
        var dimensions: [Int]
        var iterations: Int
        var directions: [SIMD3<Float>?]
        var distrusted: [Bool]
        var seed: UInt64
        /// Earlier embeddings to go on from; empty for a fit from scratch.
        var start: [NetworkEmbedding]
    }

    /// Fits all members.
    ///
    /// - Complexity: O(members * (iterations * samples + nodes^3)).
    init(_ samples: PairSamples, _ plan: Plan) {
        let count = samples.nodeCount
        var mean = Matrix<Float>(repeating: 0, rowCount: count, columnCount: count)
        var (squares, support) = (mean, mean)
        embeddings = []
        for (member, dimension) in plan.dimensions.enumerated() {
            let fitted = Self.embedding(samples, plan, member: member, dimension: dimension)
            var logs = fitted.logLatencies()
            let distances = fitted.distances()
            let typical = Self.typicalDistance(distances)
            // First the broad errors of regions, then the narrow ones of single sites.
            _ = ResidualSmoothing(length: 12.0 / 90).apply(
                to: &logs, samples, distances: distances, typicalDistance: typical, distrusted: plan.distrusted)
            let around = ResidualSmoothing(length: 4.0 / 90).apply(
                to: &logs, samples, distances: distances, typicalDistance: typical, distrusted: plan.distrusted)
            let part = 1 / Float(plan.dimensions.count)
            mean.combine(logs) { $0 + part * $1 }
            squares.combine(logs) { $0 + part * $1 * $1 }
            support.combine(around) { $0 + part * $1 }
            embeddings.append(fitted)
        }
        squares.combine(mean) { max(0, $0 - $1 * $1).squareRoot() }
        spread = squares
        self.support = support
        voices = [mean, Self.factorization(samples, plan), NodeLevels.logLatencies(samples)]
    }

    static func embedding(
        _ samples: PairSamples, _ plan: Plan, member: Int, dimension: Int
    ) -> NetworkEmbedding {
        // A step through very many samples sees as much as several through few.
        let affordable = plan.iterations * 40_000 / max(1, samples.count)
        let iterations = min(plan.iterations, max(120, affordable))
        var options = EmbeddingFit(dimension: dimension, iterations: iterations, distrusted: plan.distrusted)
        var fitted: NetworkEmbedding
        if member < plan.start.count, plan.start[member].nodeCount == samples.nodeCount {
            fitted = plan.start[member]
            // What was learned before is refined, not thrown about.
            options.iterations = iterations / 3
            options.step = 0.02
        } else {
            fitted = .initial(
                samples, directions: plan.directions, dimension: dimension,
                seed: plan.seed &+ UInt64(member) &* 0x9E37_79B9)
        }
        fitted.fit(samples, options)
        return fitted
    }

    private static func factorization(_ samples: PairSamples, _ plan: Plan) -> Matrix<Float> {
        let shapes: [(rank: Int, regularization: Double)] = [(3, 0.3), (5, 0.3), (5, 1)]
        let count = samples.nodeCount
        var mean = Matrix<Float>(repeating: 0, rowCount: count, columnCount: count)
        for (number, shape) in shapes.enumerated() {
            let logs = LogFactorization(rank: shape.rank, regularization: shape.regularization)
                .logLatencies(samples, distrusted: plan.distrusted, seed: plan.seed &+ UInt64(number) &+ 77)
            mean.combine(logs) { $0 + $1 / Float(shapes.count) }
        }
        return mean
    }

    /// The median distance of up to 20,000 pairs spread over the matrix; positive.
    static func typicalDistance(_ distances: Matrix<Float>) -> Float {
        let count = distances.rowCount
        let stride = max(1, count * count / 20_000) | 1
        let picked = Swift.stride(from: 1, to: count * count, by: stride).map { distances.elements[$0] }
        return max(1e-3, OrderStatistics.median(picked.filter { $0 > 0 }, fallback: 1))
    }
}

extension Matrix {
    /// Replaces each entry by what a rule makes of it and of another matrix's.
    mutating func combine(_ other: Matrix, _ rule: (Element, Element) -> Element) {
        precondition(other.rowCount == rowCount && other.columnCount == columnCount, "the shapes differ")
        withMutableSpan { entries in
            let others = other.elements.span
            for index in 0..<others.count { entries[index] = rule(entries[index], others[index]) }
        }
    }
}
