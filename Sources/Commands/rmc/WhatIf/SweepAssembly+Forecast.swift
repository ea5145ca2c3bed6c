internal import DenseMatrices
internal import Forecasting
internal import MeshTypes
internal import Reporting

extension SweepAssembly {
    /// Hours ahead.
    private static let horizon = 48.0
    /// Values below which a series says nothing of seasons nor of errors.
    private static let fewestValues = 24

    /// Forecasts of the first demand series of the base, those with enough values.
    static func forecasts(of history: [DemandSeries]) -> [StudyReport.Forecast?] {
        let threads = BLAS.threadCount
        BLAS.threadCount = 1
        defer { BLAS.threadCount = threads }
        return history.prefix(StudyReport.seriesLimit).map { series in
            guard series.values.count >= fewestValues, series.step > 0 else { return nil }
            let steps = { (hours: Double) in Int((hours * 3600 / series.step).rounded()) }
            let ahead = min(max(1, steps(horizon)), series.values.count / 4)
            let seasons = [24.0, 168].map(steps).filter { $0 > 1 && series.values.count >= 2 * $0 }
            let forecaster = EnsembleForecaster(seasons: seasons, horizon: ahead)
            guard let found = forecaster.forecast([series.values]).first else { return nil }
            func quantiles(_ probability: Double) -> [Double] {
                found.points.indices.map { max(0, found.quantile(probability, at: $0)) }
            }
            return StudyReport.Forecast(
                points: found.points.map { max(0, $0) }, low: quantiles(0.05), high: quantiles(0.95))
        }
    }
}
