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
    /// - Complexity: O(horizon * (seasons + log horizon)).
    public func forecast(horizon: Int) -> [Double] { (0..<max(0, horizon)).map { value(ahead: $0 + 1) } }

    /// The expected value `distance` steps ahead, 1 for the next.
    ///
    /// - Complexity: O(seasons + log distance).
    public func value(ahead distance: Int) -> Double {
        let distance = max(1, distance)
        let grown = trend == 0 ? 0 : trend * (1 - Self.power(Self.damping, distance)) / (1 - Self.damping)
        let echo = error == 0 ? 0 : error * Self.power(gains.memory, distance)
        return level + grown + seasonal(at: steps + distance - 1) + echo
    }

    /// By repeated squaring, so that every machine gives the same bits.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, left) = (1.0, base, exponent)
        while left > 0 {
            if left & 1 == 1 { result *= square }
            square *= square
            left >>= 1
        }
        return result
    }

    /// How many values before the trend is learned: two shortest seasons.
    private var warmth: Int { 2 * (seasons.first?.offsets.count ?? 2) }

    private func seasonal(at step: Int) -> Double {
        var sum = 0.0
        for season in seasons { sum += season.offsets[step % season.offsets.count] }
        return sum
    }

    private enum CodingKeys: String, CodingKey {
        case gains, steps, level, trend, error, known, seasons
    }

    /// Decodes a state; refuses one that no sequence of observations leads to.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let gains = try container.decode(Gains.self, forKey: .gains)
        self.gains = Gains(
            level: gains.level, trend: gains.trend, shortSeason: gains.shortSeason, longSeason: gains.longSeason,
            memory: gains.memory)
        steps = try container.decode(Int.self, forKey: .steps)
        level = try container.decode(Double.self, forKey: .level)
        trend = try container.decode(Double.self, forKey: .trend)
        error = try container.decode(Double.self, forKey: .error)
        known = try container.decode(Int.self, forKey: .known)
        seasons = try container.decode([Season].self, forKey: .seasons)
        let isSound = seasons.allSatisfy { $0.offsets.count > 1 && $0.offsets.count == $0.visits.count }
        guard isSound, (0...ForecastSettings.lastStep).contains(steps), (0...steps).contains(known) else {
            throw DecodingError.dataCorruptedError(
                forKey: .seasons, in: container, debugDescription: "the smoother's parts do not fit each other")
        }
    }
}
