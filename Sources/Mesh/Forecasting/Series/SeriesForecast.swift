/// What is expected of one series, and how far off it may be.
public struct SeriesForecast: Sendable, Hashable {
    /// The expected values, a step each, the next one first.
    public let points: [Double]
    /// Sorted errors, in units of `spread`, of held-out forecasts: a list for each quarter of the steps up to `reach`.
    let errors: [[Double]]
    /// How many steps ahead the models were judged; farther errors grow with the root of the distance.
    let reach: Int
    /// What errors are multiplied with; 0 when the past was forecast exactly.
    let spread: Double

    /// The value that the demand stays below with a probability, by the errors of held-out forecasts (split conformal:
    /// Vovk, Gammerman, Shafer, "Algorithmic learning in a random world", 2005).
    ///
    /// - Parameters:
    ///   - probability: 0 to 1; taken into the range.
    ///   - step: 0 for the next value; taken into the forecast's steps.
    /// - Complexity: O(1).
    public func quantile(_ probability: Double, at step: Int) -> Double {
        let step = min(max(0, step), points.count - 1)
        guard !errors.isEmpty else { return points[step] }
        let quarter = min(step * errors.count / max(1, reach), errors.count - 1)
        let growth = max(1, Double(step + 1) / Double(max(1, reach))).squareRoot()
        return points[step] + spread * growth * (EmpiricalQuantile.of(errors[quarter], probability) ?? 0)
    }

    /// The interval that holds a value with a probability, with equal chances on either side.
    public func interval(_ probability: Double, at step: Int) -> ClosedRange<Double> {
        let low = quantile((1 - probability) / 2, at: step)
        return low...max(low, quantile((1 + probability) / 2, at: step))
    }
}
