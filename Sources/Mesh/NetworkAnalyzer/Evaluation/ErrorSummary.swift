internal import DenseMatrices

/// How wrong estimates were: relative errors, `|estimate - truth| / truth`.
public struct ErrorSummary: Sendable, Hashable {
    /// How many latencies were compared.
    public var pairs: Int
    /// The median relative error.
    public var median: Double
    /// The 90th percentile of the relative error.
    public var p90: Double
    /// The mean relative error.
    public var mean: Double

    /// Summarises errors; none is a number when there are none, since what was not scored is not perfect.
    public init(_ errors: [Double]) {
        pairs = errors.count
        let percentiles = Percentiles.nearestRank(errors, [50, 90]) ?? [.nan, .nan]
        (median, p90) = (percentiles[0], percentiles[1])
        mean = errors.isEmpty ? .nan : errors.reduce(0, +) / Double(errors.count)
    }
}
