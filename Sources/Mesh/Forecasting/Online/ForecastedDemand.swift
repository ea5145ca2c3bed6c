/// The forecaster of one series: constant work an observation, whatever came before.
///
/// Several smoothers (``SeasonalSmoother``) run side by side. At a few distances ahead (1, 2, 4, ..., the horizon) their
/// forecasts are kept until the truth comes; weights fall with the fourth power of the discounted error at the distance. The
/// last errors of the mixture at each distance are the distribution of what may come (online split conformal).
///
/// A value far above what was expected, several times in a row, is a flash crowd: it is told by ``isFlashCrowd``, the level
/// follows at once, and the seasons do not learn from it, so that the next day is not expected to be like it.
public struct ForecastedDemand: Sendable, Hashable, Codable {
    /// What is known about time.
    public let settings: ForecastSettings
    /// How many steps have passed.
    public private(set) var steps = 0
    private var models: [SeasonalSmoother]
    private var memories: [ErrorMemory]
    private var crowd = FlashCrowd()
    private var isNonnegative = true

    /// A forecaster that has seen nothing.
    public init(settings: ForecastSettings = .init()) {
        self.settings = settings
        models = ModelPool.gains.map { SeasonalSmoother(seasons: settings.seasons, gains: $0) }
        memories = settings.checkedSteps.map {
            ErrorMemory(distance: $0, capacity: settings.memory, models: ModelPool.gains.count)
        }
    }

    /// Whether demand is far above what seasons explain, now.
    public var isFlashCrowd: Bool { crowd.isOn }

    /// Takes the value of the next step; `nil` (or what is not finite) when it is missing.
    ///
    /// - Complexity: O(m (s + d)) for m smoothers, s seasons and d checked distances: all constant.
    public mutating func observe(_ value: Double?) {
        let known = value.flatMap { $0.isFinite ? min(max($0, -1e100), 1e100) : nil }
        if let known, known < 0 { isNonnegative = false }
        for index in memories.indices { memories[index].settle(known, at: steps) }
        let expected = expected()
        crowd.observe(known, expected: expected) { memories[0].sorted }
        // While a crowd is here, or may be, models are shown what was expected without it.
        let usual = known.map { crowd.isSuspect ? expected : $0 }
        for index in models.indices { models[index].observe(usual) }
        steps += 1
        remember()
    }

    /// What is expected of the next `horizon` steps, and how far off it may be.
    ///
    /// - Complexity: O(horizon * m * s + d * r log r) for r remembered errors.
    public func forecast(horizon: Int? = nil) -> DemandForecast {
        let count = min(max(1, horizon ?? settings.horizon), settings.horizon)
        let forecasts = models.map { $0.forecast(horizon: count) }
        let weights = memories.map { self.weights($0) }
        let distances = memories.map(\.distance)
        let points = (0..<count).map { step in
            let number = distances.firstIndex { $0 >= step + 1 } ?? distances.count - 1
            return mix(forecasts.map { $0[step] }, weights[number]) + crowd.excess(after: step)
        }
        return DemandForecast(
            points: points, distances: distances, errors: memories.map(\.sorted), isNonnegative: isNonnegative)
    }

    private func expected() -> Double {
        mix(models.map { $0.value(ahead: 1) }, weights(memories[0]))
    }

    private func weights(_ memory: ErrorMemory) -> [Double] {
        let errors = memory.modelErrors
        guard errors.count == models.count else { return models.map { _ in 1 } }
        let least = max(errors.min() ?? 0, 1e-300)
        return errors.map { error in
            let ratio = error > 0 ? least / error : 1
            return max(ratio * ratio * ratio * ratio, 1e-12)
        }
    }

    private func mix(_ values: [Double], _ weights: [Double]) -> Double {
        var (sum, total) = (0.0, 0.0)
        for (value, weight) in zip(values, weights) {
            sum += value * weight
            total += weight
        }
        return sum / total
    }

    /// Keeps what is said now of each checked distance.
    private mutating func remember() {
        for index in memories.indices {
            let distance = memories[index].distance
            var values = models.map { $0.value(ahead: distance) }
            let mixture = mix(values, weights(memories[index]))
            let excess = crowd.excess(after: distance - 1)
            values = values.map { $0 + excess } + [mixture + excess]
            memories[index].expect(values, at: steps + distance - 1)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case settings, steps, models, memories, crowd, isNonnegative
    }

    /// Decodes a state; refuses one whose parts do not fit each other.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        settings = try container.decode(ForecastSettings.self, forKey: .settings)
        steps = try container.decode(Int.self, forKey: .steps)
        models = try container.decode([SeasonalSmoother].self, forKey: .models)
        memories = try container.decode([ErrorMemory].self, forKey: .memories)
        crowd = try container.decode(FlashCrowd.self, forKey: .crowd)
        isNonnegative = try container.decode(Bool.self, forKey: .isNonnegative)
        let distances = settings.checkedSteps
        let isSound =
            !models.isEmpty && memories.count == distances.count
            && models.allSatisfy { $0.steps == steps }
            && zip(memories, distances).allSatisfy {
                $0.isSound(distance: $1, capacity: settings.memory, models: models.count)
            }
        guard isSound else {
            throw DecodingError.dataCorruptedError(
                forKey: .memories, in: container, debugDescription: "the forecaster's parts do not fit each other")
        }
    }
}
