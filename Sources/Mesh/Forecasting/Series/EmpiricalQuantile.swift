/// Quantiles of errors that were made, as split conformal prediction takes them: of `n` errors the one in place
/// `p (n + 1)`, so that a new error stays below it with probability `p` when errors come in no particular order.
enum EmpiricalQuantile {
    /// The quantile, interpolated between neighbours and cut at the ends; `nil` without errors.
    ///
    /// - Complexity: O(1).
    static func of(_ sorted: [Double], _ probability: Double) -> Double? {
        guard let last = sorted.indices.last else { return nil }
        let place = min(max(probability.isFinite ? probability : 0.5, 0), 1) * Double(sorted.count + 1) - 1
        let lower = min(max(Int(place.rounded(.down)), 0), last)
        let upper = min(lower + 1, last)
        return sorted[lower] + (sorted[upper] - sorted[lower]) * min(max(place - Double(lower), 0), 1)
    }
}
