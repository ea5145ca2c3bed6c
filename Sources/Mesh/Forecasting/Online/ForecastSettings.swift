/// What an online forecaster is told about time.
public struct ForecastSettings: Sendable, Hashable, Codable {
    /// Lengths of seasons in steps, shortest first, each 2 or more; hours of days and weeks when nothing else is said.
    public let seasons: [Int]
    /// The farthest step that is forecast.
    public let horizon: Int
    /// How many errors are remembered for each checked step ahead.
    public let memory: Int

    /// The longest season and horizon that are taken.
    public static let longest = 100_000

    /// Steps are counted up to here: far beyond any clock, far below overflow.
    static let lastStep = 1 << 40

    /// Creates settings; lengths are taken into 2...``longest``, the horizon into 1...``longest``, memory into 20...2000.
    public init(seasons: [Int] = [24, 168], horizon: Int = 48, memory: Int = 200) {
        self.seasons = Set(seasons.filter { $0 > 1 }.map { min($0, Self.longest) }).sorted()
        self.horizon = min(max(1, horizon), Self.longest)
        self.memory = min(max(20, memory), 2_000)
    }

    /// The steps ahead whose errors are remembered: 1, 2, 4, ... and the horizon; between them errors are interpolated.
    public var checkedSteps: [Int] {
        var steps: [Int] = []
        var step = 1
        while step < horizon {
            steps.append(step)
            step *= 2
        }
        return steps + [horizon]
    }

    private enum CodingKeys: String, CodingKey {
        case seasons, horizon, memory
    }

    /// Decodes settings, taken into their ranges.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            seasons: try container.decode([Int].self, forKey: .seasons),
            horizon: try container.decode(Int.self, forKey: .horizon),
            memory: try container.decode(Int.self, forKey: .memory))
    }
}
