internal import DenseMatrices

/// Forecasts many series at once, by several models whose weights were earned on held-out ends of the series.
///
/// The models of a series: regressions on windows, shared by the series of its kind (``ClusteredRegression``), alone and
/// pulled towards the series itself; one that looks further back; exponential smoothing with all seasons at several
/// gains (``SeasonalSmoother``); the values of a season ago, for each season. They are first made without the last three
/// horizons and forecast these from five origins. A model's weight falls with the fourth power of its error there, half
/// its own error on the series and half that on series of the same kind. Then the models are made again with everything.
/// Errors of the mixture, scaled by what the mixture missed from other origins, are the distribution of what may come.
///
/// Nothing is drawn at random; the number of workers does not change a bit of the result.
public struct EnsembleForecaster: Sendable {
    /// The lengths of the seasons in steps, shortest first, each 2 or more.
    public let seasons: [Int]
    /// How many steps are forecast.
    public let horizon: Int
    /// How many threads may work.
    public var workers: Int

    /// Creates a forecaster.
    ///
    /// - Parameters:
    ///   - seasons: in steps; in any order; those below 2 are left out; none is allowed.
    ///   - horizon: taken to be at least 1.
    ///   - workers: threads. `BLAS.threadCount` should be 1 when more than one.
    public init(seasons: [Int], horizon: Int, workers: Int = 1) {
        self.seasons = Set(seasons.filter { $0 > 1 }).sorted()
        self.horizon = max(1, horizon)
        self.workers = max(1, workers)
    }

    /// Forecasts the values after the end of each series.
    ///
    /// - Parameter series: equally spaced values, oldest first; what is not finite is missing. A series without a value
    ///   is forecast as 0.
    /// - Complexity: O(n * T * w^2 + n * w^3) for n series of T values and windows of w, at most 400.
    public func forecast(_ series: [[Double]]) -> [SeriesForecast] {
        guard !series.isEmpty else { return [] }
        let prepared = Parallel.map(series.count, workers: workers) {
            PreparedSeries(series[$0], season: seasons.first ?? 1)
        }
        let held = HoldOut(seasons: seasons, horizon: horizon, series: prepared)
        let models = ModelPool(held: held, workers: workers)
        let trials = Parallel.map(series.count, workers: workers) { models.trial($0) }
        let weights = TrialWeights(trials: trials, groups: models.groups)
        let mixed = Parallel.map(series.count, workers: workers) { weights.mixture($0, of: trials[$0]) }
        let distribution = ErrorDistribution(mixtures: mixed, groups: models.groups)
        let final = models.refitted()
        return Parallel.map(series.count, workers: workers) { index in
            let scale = prepared[index].scale
            let forecasts = final.forecasts(index, end: prepared[index].count, horizon: horizon)
            let points = weights.combine(forecasts, of: index, horizon: horizon)
            return SeriesForecast(
                points: points.map { $0 * scale }, errors: distribution.errors(of: index), reach: held.reach,
                spread: distribution.spread(of: index) * scale)
        }
    }
}
