/// Exponential smoothing with any number of seasons, a damped trend and an autoregressive error: one observation costs
/// O(seasons), whatever came before.
///
/// After Taylor, "Short-term electricity demand forecasting using double seasonal exponential smoothing" (2003), in its
/// additive error-correction form. A value is level + trend + one offset for each season + `memory` times the last
/// error. Each part learns from what the parts before it left over, with the larger of its gain and one over how often
/// it has been seen. So a short series is a plain mean, a longer one grows seasons, and no start values are needed.
/// Missing values move the clock and nothing else.
public struct SeasonalSmoother: Sendable, Hashable, Codable {
    /// How quickly the parts follow.
    public struct Gains: Sendable, Hashable, Codable {
        /// Of the level, 0 to 1.
        public var level: Double
        /// Of the trend, 0 to 1; 0 for none.
        public var trend: Double
        /// Of the shortest season, 0 to 1.
        public var shortSeason: Double
        /// Of the other seasons, 0 to 1.
        public var longSeason: Double
        /// What part of an error is still there a step later, 0 to below 1.
        public var memory: Double

        /// Creates gains; each is taken into its range.
        public init(
            level: Double, trend: Double = 0, shortSeason: Double, longSeason: Double, memory: Double
        ) {
            self.level = Self.fraction(level)
            self.trend = Self.fraction(trend)
            self.shortSeason = Self.fraction(shortSeason)
            self.longSeason = Self.fraction(longSeason)
            self.memory = min(Self.fraction(memory), 0.999)
        }

        private static func fraction(_ value: Double) -> Double { value.isFinite ? min(max(value, 0), 1) : 0 }
    }

    /// One season's offsets.
    private struct Season: Hashable, Codable {
        var offsets: [Double]
        /// How often each was learned, as far as that matters.
        var visits: [UInt16]
    }

    /// How quickly the parts follow.
    public let gains: Gains
    /// How many steps have passed, missing ones too.
    public private(set) var steps = 0
    private var level = 0.0
    private var trend = 0.0
    private var error = 0.0
    private var known = 0
    private var seasons: [Season]

    /// What is left of the trend a step later.
    private static let damping = 0.98

    /// A smoother that has seen nothing.
    ///
    /// - Parameter seasons: lengths in steps; those below 2 are left out.
    public init(seasons: [Int], gains: Gains) {
        self.gains = gains
        self.seasons = seasons.filter { $0 > 1 }.sorted().map {
            Season(offsets: Array(repeating: 0, count: $0), visits: Array(repeating: 0, count: $0))
        }
    }

    /// Takes the next value; `nil` (or what is not finite) when it is missing.
    ///
    /// - Complexity: O(seasons).
    public mutating func observe(_ value: Double?) {
        defer { steps += 1 }
        guard let value, value.isFinite else {
            level += trend
            trend *= Self.damping
            error *= gains.memory
            return
        }
        let expected = known == 0 ? 0 : level + trend + seasonal(at: steps)
        let shock = value - expected
        var left = known == 0 ? value : shock - gains.memory * error
        let levelGain = max(gains.level, 1 / Double(known + 1))
        level = (known == 0 ? 0 : level + trend) + levelGain * left
        if known > 0 {
            trend = Self.damping * trend + (known >= warmth ? gains.trend * left : 0)
        }
        left -= levelGain * left
        for index in seasons.indices {
            let place = steps % seasons[index].offsets.count
            // A longer season waits until the shorter one has been round once.
            guard index == 0 || known >= seasons[index - 1].offsets.count else { continue }
            let visits = Double(seasons[index].visits[place]) + (index == 0 ? 1 : 2)
            let gain = max(index == 0 ? gains.shortSeason : gains.longSeason, 1 / visits)
            seasons[index].offsets[place] += gain * left
            left -= gain * left
            if seasons[index].visits[place] < 10_000 { seasons[index].visits[place] += 1 }
        }
        error = known == 0 ? 0 : shock
        known += 1
    }

    /// The expected values of the next `horizon` steps; zeros when nothing was observed.
    ///
    /// - Complexity: O(horizon * seasons).
    public func forecast(horizon: Int) -> [Double] {
        var ahead = 0.0
        var growth = trend
        var echo = error * gains.memory
        return (0..<max(0, horizon)).map { step in
            ahead += growth
            growth *= Self.damping
            defer { echo *= gains.memory }
            return level + ahead + seasonal(at: steps + step) + echo
        }
    }

    /// How many values before the trend is learned: two shortest seasons.
    private var warmth: Int { 2 * (seasons.first?.offsets.count ?? 2) }

    private func seasonal(at step: Int) -> Double {
        var sum = 0.0
        for season in seasons { sum += season.offsets[step % season.offsets.count] }
        return sum
    }
}
