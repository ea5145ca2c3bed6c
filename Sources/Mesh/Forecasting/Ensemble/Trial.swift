/// How the models of one series did on its held-out end.
struct Trial: Sendable {
    /// By origin, model and step; `nil` from a model that could not.
    var forecasts: [[[Double]?]]
    /// By origin and step; `nil` where missing.
    var truths: [[Double?]]

    /// The mean absolute error of each model over all origins; `nil` for one that could not from every origin.
    var errors: [Double?] {
        guard let models = forecasts.first?.count else { return [] }
        return (0..<models).map { model in
            var sum = 0.0
            var count = 0
            for origin in truths.indices {
                guard let forecast = forecasts[origin][model] else { return nil }
                for (value, truth) in zip(forecast, truths[origin]) {
                    guard let truth else { continue }
                    sum += abs(value - truth)
                    count += 1
                }
            }
            return count > 0 && sum.isFinite ? sum / Double(count) : nil
        }
    }
}
