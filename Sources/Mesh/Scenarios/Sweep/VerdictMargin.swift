/// How near a limit a warm plan's figure may be before a cold plan decides.
///
/// Warm and cold plans are both local optima, and may differ a little. A verdict must not hang on which of the two was
/// made: so a sweep first plans a sample of its scenarios both ways and takes what they differed by, doubled, as its
/// margin. A scenario whose figure is within it, and any that leaves people out, is planned cold, exactly as `rmc plan`
/// would. Beyond the margin the verdict is the warm plan's.
public struct VerdictMargin: Sendable, Hashable, Codable {
    /// By figure, the relative margin.
    public var relative: [String: Double]
    /// The same for scenarios in which the base's mesh stands as it is: there both ways nearly always agree.
    public var standing: [String: Double]
    /// How many scenarios were planned both ways.
    public var sampled: Int
    /// How much more the warm plans of the sample cost than the cold ones: the mean, relative.
    public var meanExcess: Double
    /// The most of it.
    public var largestExcess: Double

    enum CodingKeys: String, CodingKey {
        case relative, standing, sampled
        case meanExcess = "mean-excess"
        case largestExcess = "largest-excess"
    }

    /// The least margin.
    static let least = 0.02
    /// What observed differences are multiplied by.
    static let factor = 2.0

    /// The margin before anything is sampled.
    public init() {
        (relative, standing, sampled, meanExcess, largestExcess) = ([:], [:], 0, 0, 0)
    }

    /// The margin after scenarios were planned both ways.
    public init(_ pairs: [SweepRunner.Comparison], assertions: [Assertion]) {
        self.init()
        sampled = pairs.count
        let excess = pairs.map { ($0.warm.cost - $0.cold.cost) / max(1e-9, abs($0.cold.cost)) }
        meanExcess = excess.isEmpty ? 0 : excess.reduce(0, +) / Double(excess.count)
        largestExcess = excess.max() ?? 0
        for metric in Set(assertions.map(\.metric)) {
            relative[metric.rawValue] = Self.margin(of: metric, over: pairs.filter { !$0.stands })
            standing[metric.rawValue] = Self.margin(of: metric, over: pairs.filter(\.stands))
        }
    }

    private static func margin(of metric: Assertion.Metric, over pairs: [SweepRunner.Comparison]) -> Double {
        let largest = pairs.map { abs($0.warm[metric] - $0.cold[metric]) / max(1e-9, abs($0.cold[metric])) }.max()
        return max(least, factor * min(1e6, largest ?? 0))
    }

    /// Whether the figure is so near the limit that a cold plan must decide.
    ///
    /// - Parameter stands: whether the base's mesh stands in the scenario.
    func isNear(_ assertion: Assertion, _ figures: ScenarioFigures, stands: Bool) -> Bool {
        guard assertion.metric.isContinuous else { return figures.unserved > 0 }
        let margin = (stands ? standing : relative)[assertion.metric.rawValue] ?? Self.least
        let value = figures[assertion.metric]
        return abs(value - assertion.limit) <= margin * max(abs(value), abs(assertion.limit))
    }
}
