/// What each model counts in each series' mixture.
struct TrialWeights: Sendable {
    /// By series and model; sums to 1 in a series that has a model.
    private let weights: [[Double]]

    /// The power of a model's error that its weight falls with.
    static let power = 4.0
    /// How much the errors on other series of the group count.
    static let groupPart = 0.5

    init(trials: [Trial], groups: [Int]) {
        let relative = trials.map { trial -> [Double?] in
            let errors = trial.errors
            let known = errors.compactMap { $0 }
            let mean = known.reduce(0, +) / Double(max(1, known.count))
            return errors.map { $0.map { mean > 0 ? $0 / mean : 1 } }
        }
        var sums: [Int: [(sum: Double, count: Double)]] = [:]
        for (series, errors) in relative.enumerated() where !errors.isEmpty {
            var sum = sums[groups[series]] ?? Array(repeating: (0, 0), count: errors.count)
            for (model, error) in errors.enumerated() {
                guard let error else { continue }
                sum[model].sum += error
                sum[model].count += 1
            }
            sums[groups[series]] = sum
        }
        weights = relative.enumerated().map { series, errors in
            let group = sums[groups[series]] ?? []
            // A series too short to be judged gets what its group has.
            guard !errors.isEmpty else {
                return group.map { $0.count > 0 ? Self.weight($0.sum / $0.count) : 0 }
            }
            return errors.enumerated().map { model, error in
                guard let error else { return 0 }
                let others = group[model].count > 0 ? group[model].sum / group[model].count : error
                return Self.weight(error * (1 - Self.groupPart) + others * Self.groupPart)
            }
        }
    }

    private static func weight(_ error: Double) -> Double {
        let square = 1 / max(error, 1e-3) / max(error, 1e-3)
        return square * square
    }

    /// The weighted mean of the forecasts that there are; zeros when there is none.
    func combine(_ forecasts: [[Double]?], of series: Int, horizon: Int) -> [Double] {
        var sum = [Double](repeating: 0, count: horizon)
        let own = weights[series]
        for useWeights in [true, false] {
            var total = 0.0
            for (model, forecast) in forecasts.enumerated() {
                let weight = useWeights ? (model < own.count ? own[model] : 0) : 1
                guard let forecast, weight > 0, forecast.allSatisfy(\.isFinite) else { continue }
                total += weight
                for step in sum.indices { sum[step] += weight * forecast[step] }
            }
            if total > 0 { return sum.map { $0 / total } }
        }
        return sum
    }

    /// What the mixture missed in a trial, by origin and step: truth less forecast.
    func mixture(_ series: Int, of trial: Trial) -> [[Double?]] {
        zip(trial.forecasts, trial.truths).map { forecasts, truths in
            let points = combine(forecasts, of: series, horizon: truths.count)
            return zip(points, truths).map { point, truth in truth.map { $0 - point } }
        }
    }
}
