public import MeshTypes

extension DemandForecaster {
    /// A forecaster that has seen the demand series of a snapshot, all of which end now.
    ///
    /// Of two series with the same session type and region the later one counts. Starts and lengths of steps are the
    /// caller's business: the seasons of the settings are in the series' steps.
    ///
    /// - Complexity: constant for each value.
    public init(settings: ForecastSettings = .init(), history: [DemandSeries]) {
        self.init(settings: settings)
        let length = history.map(\.values.count).max() ?? 0
        for step in 0..<length {
            var values: [DemandKey: Double] = [:]
            for series in history {
                let place = step - (length - series.values.count)
                guard place >= 0 else { continue }
                values[DemandKey(sessionType: series.sessionType, region: series.region)] = series.values[place]
            }
            observe(values)
        }
    }
}
