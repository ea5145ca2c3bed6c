import TestSupport

/// Demand with a daily and a weekly season, a trend and noise, from a seed.
struct SyntheticDemand {
    var level = 100.0
    var daily = 30.0
    var weekly = 10.0
    var trend = 0.0
    var noise = 5.0

    /// The values of the first `count` hours.
    func values(_ count: Int, seed: UInt64) -> [Double] {
        var random = SplitMix64(seed: seed)
        let day = (0..<24).map { _ in random.fraction() * 2 - 1 }
        let week = (0..<7).map { _ in random.fraction() * 2 - 1 }
        return (0..<count).map { hour in
            level + trend * Double(hour) + daily * day[hour % 24] + weekly * week[hour / 24 % 7]
                + noise * Self.normal(&random)
        }
    }

    /// Twelve uniform numbers: near enough to a normal one.
    private static func normal(_ random: inout SplitMix64) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + random.fraction() }
    }
}
