import DenseMatrices
import Forecasting
import Foundation
import MeshInstances
import TestSupport
import Testing

@Suite("M4 Hourly", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
struct PublishedBarTests {
    /// The competition's winner had a MASE of 0.893, AutoARIMA 0.948, the seasonal naive forecast 1.193 on all series.
    @Test("a part of the series, against the published bar", .timeLimit(.minutes(2)))
    func bar() throws {
        let folder = "forecast/"
        guard let train = SharedData.url(folder + "M4-Hourly-train.csv.xz"),
            let test = SharedData.url(folder + "M4-Hourly-test-H1-H207.csv.xz")
        else { return }
        let training = try SeriesTableReader.read(try InputFile.read(train.path)).series
        let truths = try SeriesTableReader.read(try InputFile.read(test.path)).series
        let places = Dictionary(uniqueKeysWithValues: training.enumerated().map { ($1.name, $0) })
        // Every third keeps the test short; all of them are for `rmc evaluate forecast`.
        let chosen = truths.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
        let known = try chosen.map { training[try #require(places[$0.name])].values }
        BLAS.threadCount = 1
        let forecasts = EnsembleForecaster(seasons: [24, 168], horizon: 48, workers: 2).forecast(known)
        var score = ForecastScore()
        for (index, truth) in chosen.enumerated() {
            score.add(training: known[index], truth: truth.values, forecast: forecasts[index], season: 24)
        }
        #expect(score.series == 69)
        #expect(score.mase < 0.89, "\(score.mase)")
        #expect(score.mase < 0.85 * score.seasonalNaiveMASE)
        #expect((0.85...0.95).contains(score.coverage90), "\(score.coverage90)")
    }
}
