internal import DenseMatrices

/// The models of all series, made from all but the last values.
struct ModelPool: Sendable {
    let held: HoldOut
    let workers: Int
    /// How many last values of each series the models have not seen.
    private let unseen: Int
    private let near: ClusteredRegression?
    private let far: ClusteredRegression?

    /// How much the group's windows weigh against the series' own, in the pulled regressions.
    static let pulls = [3.0, 0.5]
    /// The smoothers' gains.
    static let gains: [SeasonalSmoother.Gains] = [
        .init(level: 0.02, trend: 0.0005, shortSeason: 0.2, longSeason: 0.2, memory: 0.9),
        .init(level: 0.1, shortSeason: 0.2, longSeason: 0.2, memory: 0.9),
        .init(level: 0.02, shortSeason: 0.1, longSeason: 0.3, memory: 0.9),
        .init(level: 0.01, shortSeason: 0.05, longSeason: 0.1, memory: 0.4),
        .init(level: 0.1, trend: 0.001, shortSeason: 0.5, longSeason: 0.1, memory: 0.8),
    ]
    /// No more windows of one series than this are learned from, the latest.
    private var mostWindows: Int { min(8_000, max(64, 400_000 / held.series.count)) }

    /// Models that have not seen the held-out values.
    init(held: HoldOut, workers: Int) {
        self.held = held
        self.workers = workers
        unseen = held.length
        let length = held.usualLength - held.length
        guard let shape = WindowShape(seasons: held.seasons, horizon: held.horizon, length: length) else {
            near = nil
            far = nil
            return
        }
        let limit = min(8_000, max(64, 400_000 / held.series.count))
        near = ClusteredRegression(shape: shape, count: held.series.count, workers: workers) {
            Self.moments(held.series[$0], shape: shape, unseen: held.length, limit: limit)
        }
        let farther = WindowShape(seasons: held.seasons, horizon: held.horizon, length: length, extra: 1)
        guard let near, let farther, farther.lags > shape.lags else {
            far = nil
            return
        }
        far = ClusteredRegression(shape: farther, groups: near.groups) {
            Self.moments(held.series[$0], shape: farther, unseen: held.length, limit: limit)
        }
    }

    private init(held: HoldOut, workers: Int, near: ClusteredRegression?, far: ClusteredRegression?) {
        self.held = held
        self.workers = workers
        unseen = 0
        self.near = near
        self.far = far
    }

    /// The same models made with everything, in the same groups.
    func refitted() -> ModelPool {
        let limit = mostWindows
        let again = { (old: ClusteredRegression?) -> ClusteredRegression? in
            guard let old else { return nil }
            return ClusteredRegression(shape: old.shape, groups: old.groups) {
                Self.moments(held.series[$0], shape: old.shape, unseen: 0, limit: limit)
            }
        }
        return ModelPool(held: held, workers: workers, near: again(near), far: again(far))
    }

    private static func moments(
        _ series: PreparedSeries, shape: WindowShape, unseen: Int, limit: Int
    ) -> WindowMoments {
        let end = max(0, series.count - unseen) + 1
        return WindowMoments(series, shape: shape, ends: max(0, end - limit)..<end)
    }

    /// The group of each series.
    var groups: [Int] { near?.groups ?? Array(repeating: 0, count: held.series.count) }

    /// Every model's forecasts of a series from its held-out origins, and the truth.
    func trial(_ index: Int) -> Trial {
        let values = held.series[index].values
        let origins = held.origins(of: index)
        let coefficients = coefficients(of: index)
        let smoothers = smoothers(index, ends: origins.map { values.count - $0 })
        let forecasts = origins.enumerated().map { number, origin in
            let reach = min(held.reach, origin)
            return self.forecasts(
                index, end: values.count - origin, horizon: reach, coefficients: coefficients,
                smoothers: smoothers[number])
        }
        let truths = origins.map { origin in
            let end = values.count - origin
            return (end..<end + min(held.reach, origin)).map { place -> Double? in
                held.series[index].filledBefore[place + 1] == held.series[index].filledBefore[place]
                    ? values[place] : nil
            }
        }
        return Trial(forecasts: forecasts, truths: truths)
    }

    /// Every model's forecast of the values after the first `end`; `nil` from a model that needs more of a past.
    func forecasts(_ index: Int, end: Int, horizon: Int) -> [[Double]?] {
        let smoothers = smoothers(index, ends: [end])[0]
        return self.forecasts(
            index, end: end, horizon: horizon, coefficients: coefficients(of: index), smoothers: smoothers)
    }

    private func forecasts(
        _ index: Int, end: Int, horizon: Int, coefficients: [(WindowShape, Matrix<Double>)?],
        smoothers: [SeasonalSmoother]
    ) -> [[Double]?] {
        let values = held.series[index].values
        var forecasts = coefficients.map { model -> [Double]? in
            guard let (shape, coefficients) = model else { return nil }
            return ClusteredRegression.forecast(
                values, end: end, horizon: horizon, shape: shape, coefficients: coefficients)
        }
        forecasts += smoothers.map { $0.forecast(horizon: horizon) }
        for season in [1] + held.seasons {
            forecasts.append(end < season ? nil : (0..<horizon).map { values[end - season + $0 % season] })
        }
        return forecasts
    }

    private func coefficients(of index: Int) -> [(WindowShape, Matrix<Double>)?] {
        guard let near else { return [] }
        let moments = Self.moments(held.series[index], shape: near.shape, unseen: unseen, limit: mostWindows)
        var models: [(WindowShape, Matrix<Double>)?] = [(near.shape, near.coefficients[near.groups[index]])]
        for pull in Self.pulls {
            models.append((near.shape, near.coefficients(of: index, moments: moments, weight: pull)))
        }
        if let far { models.append((far.shape, far.coefficients[far.groups[index]])) }
        return models
    }

    /// The smoothers after the first `ends` values, which must ascend.
    private func smoothers(_ index: Int, ends: [Int]) -> [[SeasonalSmoother]] {
        var current = Self.gains.map { SeasonalSmoother(seasons: held.seasons, gains: $0) }
        var done = 0
        return ends.map { end in
            for model in current.indices {
                for place in done..<max(done, end) { current[model].observe(held.series[index].values[place]) }
            }
            done = max(done, end)
            return current
        }
    }
}
