/// What is expected of one demand, and how far off it may be.
public struct DemandForecast: Sendable, Hashable {
    /// The expected values, a step each, the next one first; not below 0 when demand never was.
    public private(set) var points: [Double]
    /// What events multiply each step's demand with, and so its errors.
    private var factors: [Double]
    private let distances: [Int]
    private let errors: [[Double]]
    private let isNonnegative: Bool

    init(points: [Double], distances: [Int], errors: [[Double]], isNonnegative: Bool) {
        self.points = isNonnegative ? points.map { max(0, $0) } : points
        factors = Array(repeating: 1, count: points.count)
        self.distances = distances
        self.errors = errors
        self.isNonnegative = isNonnegative
    }

    /// The value that demand stays below with a probability, by the errors made so far at that distance.
    ///
    /// Between checked distances errors are interpolated. While few errors are known, high probabilities give the
    /// largest seen; before any is known, the expected value.
    ///
    /// - Parameters:
    ///   - probability: 0 to 1; taken into the range.
    ///   - step: 0 for the next value; taken into the forecast's steps.
    /// - Complexity: O(log horizon).
    public func quantile(_ probability: Double, at step: Int) -> Double {
        let step = min(max(0, step), points.count - 1)
        let upper = distances.firstIndex { $0 >= step + 1 } ?? distances.count - 1
        let lower = max(0, upper - 1)
        let far = EmpiricalQuantile.of(errors[upper], probability)
        let near = EmpiricalQuantile.of(errors[lower], probability)
        let gap = Double(distances[upper] - distances[lower])
        let part = gap > 0 ? min(1, Double(step + 1 - distances[lower]) / gap) : 1
        let error: Double? =
            if let far, let near { near + (far - near) * part } else { far ?? near }
        let value = points[step] + (error ?? 0) * factors[step]
        return isNonnegative ? max(0, value) : value
    }

    /// The interval that holds a value with a probability, with equal chances on either side.
    public func interval(_ probability: Double, at step: Int) -> ClosedRange<Double> {
        let low = quantile((1 - probability) / 2, at: step)
        return low...max(low, quantile((1 + probability) / 2, at: step))
    }

    /// The largest quantile of the first `steps` steps: what a capacity that is kept for all of them must carry. The
    /// probability is each step's, not that of all together.
    public func peak(_ probability: Double, over steps: Int) -> Double {
        let first = quantile(probability, at: 0)
        return (0..<min(max(1, steps), points.count)).reduce(first) { max($0, quantile(probability, at: $1)) }
    }

    /// Multiplies and adds what events bring; the forecast's first step is `step` of the forecaster.
    mutating func apply(_ events: [DemandEvent], from step: Int) {
        guard !events.isEmpty else { return }
        for index in points.indices {
            let effect = events.effect(at: step + index)
            factors[index] = effect.factor
            points[index] = points[index] * effect.factor + effect.addition
            if isNonnegative { points[index] = max(0, points[index]) }
        }
    }
}
