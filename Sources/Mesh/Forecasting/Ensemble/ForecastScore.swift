/// How good forecasts were.
public struct ForecastScore: Sendable, Hashable {
    /// How many series were scored.
    public private(set) var series = 0
    private var scaledErrors = 0.0
    private var percentages = 0.0
    private var naiveErrors = 0.0
    private var covered = 0
    private var values = 0

    /// A score of nothing.
    public init() {}

    /// The mean over the series of the mean absolute error, in units of the mean absolute error that the seasonal naive
    /// forecast has in the training part (MASE; Hyndman and Koehler 2006; as in the M4 competition).
    public var mase: Double { scaledErrors / Double(max(1, series)) }
    /// The mean over the series of `200 |y - f| / (|y| + |f|)` in percent (sMAPE as in the M4 competition).
    public var smape: Double { percentages / Double(max(1, series)) }
    /// The MASE of repeating the last season.
    public var seasonalNaiveMASE: Double { naiveErrors / Double(max(1, series)) }
    /// Which part of all values lay in the 90 % interval.
    public var coverage90: Double { values > 0 ? Double(covered) / Double(values) : 0 }

    /// Adds one series; one without a known truth, or too short for a scale, is passed over.
    ///
    /// A training part that the seasonal naive forecast explains exactly has no scale; its error counts as 0 if it is 0,
    /// and the series is passed over if it is not.
    ///
    /// - Parameters:
    ///   - training: what was known; not finite where missing.
    ///   - truth: what came then.
    ///   - season: the lag of the scale, 1 or more.
    public mutating func add(training: [Double], truth: [Double], forecast: SeriesForecast, season: Int) {
        let season = max(1, season)
        var scale = 0.0
        var lagged = 0
        for index in training.indices.dropFirst(season) {
            let difference = abs(training[index] - training[index - season])
            guard difference.isFinite else { continue }
            scale += difference
            lagged += 1
        }
        let steps = truth.indices.filter { truth[$0].isFinite && $0 < forecast.points.count }
        guard lagged > 0, !steps.isEmpty else { return }
        scale /= Double(lagged)
        var (error, percentage, naive) = (0.0, 0.0, 0.0)
        for step in steps {
            let (point, value) = (forecast.points[step], truth[step])
            error += abs(point - value)
            let size = abs(point) + abs(value)
            if size > 0 { percentage += 200 * abs(point - value) / size }
            naive += abs(Self.naive(training, step: step, season: season) - value)
        }
        guard scale > 0 || error == 0 else { return }
        let count = Double(steps.count)
        series += 1
        percentages += percentage / count
        if scale > 0 {
            scaledErrors += error / count / scale
            naiveErrors += naive / count / scale
        }
        for step in steps where forecast.interval(0.9, at: step).contains(truth[step]) { covered += 1 }
        values += steps.count
    }

    /// Adds the series that another score has; of a series that both have, both count.
    public mutating func add(_ other: ForecastScore) {
        series += other.series
        scaledErrors += other.scaledErrors
        percentages += other.percentages
        naiveErrors += other.naiveErrors
        covered += other.covered
        values += other.values
    }

    /// The value of whole seasons ago that is known.
    private static func naive(_ training: [Double], step: Int, season: Int) -> Double {
        var index = training.count - season + step % season
        while index >= 0 {
            if index < training.count, training[index].isFinite { return training[index] }
            index -= season
        }
        return training.last { $0.isFinite } ?? 0
    }
}
