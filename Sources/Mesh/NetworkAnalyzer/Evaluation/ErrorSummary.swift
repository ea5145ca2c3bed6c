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

    /// Summarises errors; all are 0 when there are none.
    public init(_ errors: [Double]) {
        pairs = errors.count
        let percentiles = Percentiles.nearestRank(errors, [50, 90]) ?? [0, 0]
        (median, p90) = (percentiles[0], percentiles[1])
        mean = errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
    }
}
