/// How much of the past one regression looks at, and how far ahead.
struct WindowShape: Sendable, Hashable {
    /// How many values it looks at.
    var lags: Int
    /// How many values ahead it says.
    var horizon: Int
    /// How many of the last values make the level that is subtracted.
    var levelSpan: Int

    /// The mean of the last `levelSpan` values before a place.
    func level(_ values: [Double], before end: Int) -> Double {
        var sum = 0.0
        for index in end - levelSpan..<end { sum += values[index] }
        return sum / Double(levelSpan)
    }

    /// The longest horizon that is said directly; farther ones from forecasts.
    static let longestHorizon = 96
    /// The most values that are looked at.
    static let mostLags = 400

    /// Looks a longest and a shortest season back, at least three shortest, as far as the series' usual length allows.
    ///
    /// `extra` counts further longest seasons. `nil` when the series are too short for any.
    init?(seasons: [Int], horizon: Int, length: Int, extra: Int = 0) {
        let shortest = max(1, seasons.first ?? 1)
        let direct = min(horizon, Self.longestHorizon)
        let fitting = seasons.filter { $0 + shortest <= Self.mostLags && ($0 + shortest) * 2 + direct <= length }
        guard let longest = fitting.last else { return nil }
        let wanted = max(longest * (1 + extra) + (extra > 0 ? 0 : shortest), 3 * shortest, 12)
        lags = min(wanted, Self.mostLags, (length - direct) / 2)
        guard lags >= shortest, lags >= 2 else { return nil }
        self.horizon = direct
        levelSpan = min(longest, lags)
    }
}
