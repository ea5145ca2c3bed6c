/// How good forecasts were.
public struct ForecastScore: Sendable, Hashable {
    /// How many series were scored.
    public private(set) var series = 0
    /// How many of them have a scale, so that their MASE is defined.
    public private(set) var scaled = 0
    private var scaledErrors = 0.0
    private var percentages = 0.0
    private var naiveErrors = 0.0
    private var covered = 0
    private var values = 0

    /// A score of nothing.
    public init() {}

    /// The mean over the series of the mean absolute error, in units of the mean absolute error that the seasonal naive
    /// forecast has in the training part (MASE; Hyndman and Koehler 2006; as in the M4 competition), over the series that
    /// have such a scale; not a number where none has.
    public var mase: Double { scaled > 0 ? scaledErrors / Double(scaled) : .nan }
    /// The mean over the series of `200 |y - f| / (|y| + |f|)` in percent (sMAPE as in the M4 competition); not a
    /// number where nothing was scored.
    public var smape: Double { series > 0 ? percentages / Double(series) : .nan }
    /// The MASE of repeating the last season.
    public var seasonalNaiveMASE: Double { scaled > 0 ? naiveErrors / Double(scaled) : .nan }
    /// Which part of all values lay in the 90 % interval; not a number where nothing was scored.
    public var coverage90: Double { values > 0 ? Double(covered) / Double(values) : .nan }

    /// Adds one series; one without a known truth, or too short for a scale, is passed over.
    ///
    /// A training part that the seasonal naive forecast explains exactly has no scale: such a series counts for sMAPE and
    /// coverage alone.
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
        let count = Double(steps.count)
        series += 1
        percentages += percentage / count
        if scale > 0 {
            scaled += 1
            scaledErrors += error / count / scale
            naiveErrors += naive / count / scale
        }
        for step in steps where forecast.interval(0.9, at: step).contains(truth[step]) { covered += 1 }
        values += steps.count
    }

    /// Adds the series that another score has; of a series that both have, both count.
    public mutating func add(_ other: ForecastScore) {
        series += other.series
        scaled += other.scaled
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
