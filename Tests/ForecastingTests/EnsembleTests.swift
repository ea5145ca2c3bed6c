import Forecasting
import TestSupport
import Testing

@Suite("many series at once")
struct EnsembleTests {
    private static func series(_ count: Int, length: Int = 504) -> [[Double]] {
        (0..<count).map { SyntheticDemand().values(length, seed: UInt64($0) + 1) }
    }

    private static func score(
        _ series: [[Double]], seasons: [Int] = [24, 168], horizon: Int = 24
    ) -> ForecastScore {
        let training = series.map { Array($0.dropLast(horizon)) }
        let forecasts = EnsembleForecaster(seasons: seasons, horizon: horizon, workers: 2).forecast(training)
        var score = ForecastScore()
        for (index, forecast) in forecasts.enumerated() {
            score.add(
                training: training[index], truth: Array(series[index].suffix(horizon)), forecast: forecast,
                season: seasons.first ?? 1)
        }
        return score
    }

    @Test("better than the seasonal naive forecast, and intervals hold what they promise")
    func accuracyAndCoverage() {
        let score = Self.score(Self.series(24))
        #expect(score.series == 24)
        #expect(score.mase < 0.75 * score.seasonalNaiveMASE, "\(score.mase) against \(score.seasonalNaiveMASE)")
        #expect((0.84...0.96).contains(score.coverage90), "\(score.coverage90)")
    }

    @Test("follows scale and shift of the values")
    func equivariance() {
        let series = Self.series(8, length: 400)
        let forecaster = EnsembleForecaster(seasons: [24, 168], horizon: 24)
        let plain = forecaster.forecast(series)
        let moved = forecaster.forecast(series.map { $0.map { $0 * 1_024 - 4_096 } })
        for (plain, moved) in zip(plain, moved) {
            for step in 0..<24 {
                let expected = plain.points[step] * 1_024 - 4_096
                #expect(abs(moved.points[step] - expected) < 1e-3 * 1_024)
                let quantile = plain.quantile(0.9, at: step) * 1_024 - 4_096
                #expect(abs(moved.quantile(0.9, at: step) - quantile) < 1e-2 * 1_024)
            }
        }
    }

    @Test("the number of workers does not change a bit")
    func workers() {
        let series = Self.series(12, length: 300)
        let one = EnsembleForecaster(seasons: [24], horizon: 24, workers: 1).forecast(series)
        #expect(one == EnsembleForecaster(seasons: [24], horizon: 24, workers: 3).forecast(series))
    }

    @Test("quantiles rise with their probability")
    func monotony() {
        for forecast in EnsembleForecaster(seasons: [24], horizon: 30).forecast(Self.series(5, length: 240)) {
            for step in 0..<30 {
                let quantiles = stride(from: 0.0, through: 1, by: 0.05).map { forecast.quantile($0, at: step) }
                #expect(quantiles == quantiles.sorted())
            }
        }
    }

    @Test("intervals keep growing where no errors were seen")
    func farAhead() {
        var random = SplitMix64(seed: 31)
        var level = 100.0
        let walk = (0..<300).map { _ -> Double in
            level += random.fraction() - 0.5
            return level
        }
        let forecast = EnsembleForecaster(seasons: [7], horizon: 400).forecast([walk])[0]
        let widths = [60, 150, 399].map { step in
            let interval = forecast.interval(0.9, at: step)
            return interval.upperBound - interval.lowerBound
        }
        #expect(widths[0] > 0 && widths[1] > widths[0] && widths[2] > 1.3 * widths[1], "\(widths)")
    }

    @Test("missing values are borne")
    func missing() {
        var random = SplitMix64(seed: 5)
        let series = Self.series(12).map { values in
            values.enumerated().map { $0 < values.count - 24 && random.chance(0.1) ? Double.nan : $1 }
        }
        let score = Self.score(series)
        #expect(score.mase < score.seasonalNaiveMASE)
    }

    @Test("a constant series is forecast exactly")
    func constant() {
        let forecasts = EnsembleForecaster(seasons: [24, 168], horizon: 48).forecast([
            Array(repeating: 7, count: 400), Array(repeating: 0, count: 400),
        ])
        #expect(forecasts[0].points.allSatisfy { abs($0 - 7) < 1e-9 })
        #expect(forecasts[1].points.allSatisfy { $0 == 0 })
        #expect(abs(forecasts[0].quantile(0.95, at: 47) - 7) < 1e-9)
    }

    @Test("odd shapes get finite answers of the right length")
    func oddShapes() {
        var random = SplitMix64(seed: 11)
        for round in 0..<60 {
            let count = random.integer(1...6)
            let series = (0..<count).map { _ -> [Double] in
                let kind = random.integer(0...5)
                return (0..<random.integer(0...random.element(of: [3, 30, 300]))).map { index in
                    switch kind {
                    case 0: 0
                    case 1: random.chance(0.05) ? 1e12 : 1
                    case 2: -random.fraction() * 1e-9
                    case 3: random.chance(0.5) ? .nan : random.fraction()
                    case 4: random.chance(0.1) ? .infinity : Double(index) * 1e90
                    default: Double(index % 7) + random.fraction()
                    }
                }
            }
            let seasons = random.element(of: [[], [1], [2], [7], [24, 168], [168, 24], [5, 5_000], [-3, 0, 12]])
            let horizon = random.element(of: [1, 2, 13, 48, 200])
            let forecasts = EnsembleForecaster(seasons: seasons, horizon: horizon).forecast(series)
            #expect(forecasts.count == count)
            for forecast in forecasts {
                #expect(forecast.points.count == horizon)
                #expect(forecast.points.allSatisfy { $0.isFinite }, "round \(round), seasons \(seasons): \(series)")
                #expect(forecast.quantile(0.9, at: horizon - 1).isFinite, "round \(round)")
            }
        }
    }

    @Test("nothing in, nothing out; no value in, zeros out")
    func nothing() {
        let forecaster = EnsembleForecaster(seasons: [24], horizon: 3)
        #expect(forecaster.forecast([]).isEmpty)
        #expect(forecaster.forecast([[]])[0].points == [0, 0, 0])
        #expect(forecaster.forecast([[.nan, .nan]])[0].points == [0, 0, 0])
        #expect(forecaster.forecast([[5]])[0].points == [5, 5, 5])
    }

    @Test("the score is the definition")
    func scores() {
        var score = ForecastScore()
        let forecast = EnsembleForecaster(seasons: [2], horizon: 2).forecast([[3, 3, 3, 3]])[0]
        score.add(training: [1, 2, 3, 6], truth: [5, .nan], forecast: forecast, season: 2)
        // Scale: mean of |3 - 1| and |6 - 2| = 3. Forecast 3 misses 5 by 2; the naive one says 3.
        #expect(abs(score.mase - 2.0 / 3) < 1e-9)
        #expect(abs(score.seasonalNaiveMASE - 2.0 / 3) < 1e-9)
        #expect(abs(score.smape - 50) < 1e-6)
        score.add(training: [1], truth: [1], forecast: forecast, season: 2)
        score.add(training: [1, 1, 1], truth: [.nan], forecast: forecast, season: 2)
        #expect(score.series == 1)
    }
}

@Suite("Scores of what can and cannot be scored")
struct ForecastScoreTests {
    @Test("the score is its definition, undefined where there is no scale, 1,000 of them")
    func definition() {
        let forecaster = EnsembleForecaster(seasons: [3], horizon: 4)
        for seed in 0..<1_000 {
            var random = SplitMix64(seed: UInt64(seed))
            var score = ForecastScore()
            var (scaled, percentages): ([Double], [Double]) = ([], [])
            for _ in 0..<random.integer(0...4) {
                let isConstant = random.chance(0.5)
                let training = (0..<random.integer(1...12)).map { isConstant ? 5 : Double(($0 * 7 + seed) % 5) }
                let truth = (0..<random.integer(1...4)).map { _ in
                    random.chance(0.1) ? Double.nan : Double(random.integer(1...9))
                }
                let forecast = forecaster.forecast([training])[0]
                score.add(training: training, truth: truth, forecast: forecast, season: 3)
                let known = truth.indices.filter { truth[$0].isFinite }
                guard training.count > 3, !known.isEmpty else { continue }
                let errors = known.map { abs(forecast.points[$0] - truth[$0]) }
                let count = Double(known.count)
                percentages.append(
                    known.map { 200 * abs(forecast.points[$0] - truth[$0]) / (abs(forecast.points[$0]) + truth[$0]) }
                        .reduce(0, +) / count)
                let scale =
                    zip(training, training.dropFirst(3)).map { abs($1 - $0) }.reduce(0, +) / Double(training.count - 3)
                if scale > 0 { scaled.append(errors.reduce(0, +) / count / scale) }
            }
            #expect(score.series == percentages.count && score.scaled == scaled.count, "seed \(seed)")
            Self.same(score.mase, scaled)
            Self.same(score.smape, percentages)
            #expect(score.coverage90.isNaN == percentages.isEmpty && score.seasonalNaiveMASE.isNaN == scaled.isEmpty)
        }
    }

    private static func same(_ value: Double, _ parts: [Double]) {
        guard !parts.isEmpty else { return #expect(value.isNaN) }
        #expect(abs(value - parts.reduce(0, +) / Double(parts.count)) < 1e-6)
    }
}
