internal import DenseMatrices

/// Carries what a model gets wrong from measured pairs to their neighbours.
///
/// Pairs whose ends are close in the embedding share most of their route, so they share most of the model's error: two
/// nodes of one site see the same detours. The error of a pair is estimated as the mean of known errors, weighted by
/// the kernel `exp(-distance / length)` at both ends (Nadaraya, 1964; Watson, 1964), and shrunk by a constant weight in
/// favour of no error. With the kernel matrix `K` and sparse matrices `R` of errors and `W` of weights, all pairs at
/// once are `K R K / (K W K + shrinkage)`: two sparse and two dense products.
struct ResidualSmoothing {
    /// The kernel's length as a part of the median distance.
    var length: Float
    /// The weight of the assumption that there is no error.
    var shrinkage: Float = 0.5
    /// Errors of the logarithm beyond this count as this.
    var clip: Float = 1

    /// Corrects a model in place; returns the support of each pair, the sum of weights around it.
    ///
    /// - Complexity: O(samples * nodes + nodes^3).
    func apply(
        to model: inout Matrix<Float>, _ samples: PairSamples, distances: Matrix<Float>, typicalDistance: Float,
        distrusted: [Bool]
    ) -> Matrix<Float> {
        let count = samples.nodeCount
        let factor = -1 / max(1e-6, length * typicalDistance)
        let kernel = Matrix<Float>(
            elements: distances.elements.map { exponential($0 * factor) }, rowCount: count, columnCount: count)
        var errors = Matrix<Float>(repeating: 0, rowCount: count, columnCount: count)
        var weights = errors
        for index in 0..<samples.count {
            let (low, high) = (Int(samples.first[index]), Int(samples.second[index]))
            if !distrusted.isEmpty, distrusted[low] || distrusted[high] { continue }
            let weight = samples.weights[index]
            let error = weight * max(-clip, min(clip, samples.logs[index] - model[low, high]))
            errors.addRow(high, of: kernel, times: error, to: low)
            errors.addRow(low, of: kernel, times: error, to: high)
            weights.addRow(high, of: kernel, times: weight, to: low)
            weights.addRow(low, of: kernel, times: weight, to: high)
        }
        let correction = kernel.multiplied(by: errors)
        let support = kernel.multiplied(by: weights)
        model.withMutableSpan { entries in
            let (correction, support) = (correction.elements.span, support.elements.span)
            for index in 0..<count * count { entries[index] += correction[index] / (support[index] + shrinkage) }
        }
        return support
    }
}
