/// The demand of every session type in every region: one step of time is one call, constant work a series.
///
/// A value: a controller keeps it, encodes it, and goes on from where it was. The same observations give the same state,
/// the same bytes when encoded with sorted keys, and the same forecasts.
public struct DemandForecaster: Sendable, Hashable, Codable {
    /// What is known about time.
    public let settings: ForecastSettings
    /// How many steps have passed: the number of the next one.
    public private(set) var steps = 0
    /// Which demands are known, in order.
    public private(set) var keys: [DemandKey] = []
    private var demands: [ForecastedDemand] = []
    /// Events that are announced and not over, in the order of their announcement.
    public private(set) var events: [DemandEvent] = []

    /// A forecaster that has seen nothing.
    public init(settings: ForecastSettings = .init()) { self.settings = settings }

    /// Announces a future event; its step is counted like ``steps``.
    public mutating func announce(_ event: DemandEvent) {
        if !event.isOver(at: steps) { events.append(event) }
    }

    /// Takes the values of the next step. A known demand without a value (or with one that is not finite) is missing;
    /// one that was never seen begins.
    ///
    /// What announced events add is taken off again before anything is learned.
    ///
    /// - Complexity: constant for each known demand, and O(n) more for n known ones when a new one begins.
    public mutating func observe(_ values: [DemandKey: Double]) {
        for key in values.keys.sorted() where place(of: key).isNew && values[key]?.isFinite == true {
            let place = place(of: key).index
            keys.insert(key, at: place)
            demands.insert(ForecastedDemand(settings: settings), at: place)
        }
        for index in keys.indices {
            let effect = events(for: keys[index]).effect(at: steps)
            // Demand that an event was to bring to nothing says nothing of the usual.
            let usual = effect.factor < 0.01 ? nil : values[keys[index]].map { ($0 - effect.addition) / effect.factor }
            demands[index].observe(usual)
        }
        steps += 1
        events.removeAll { $0.isOver(at: steps) }
    }

    /// Forgets a demand: as if it had never been seen.
    ///
    /// - Complexity: O(n) for n known demands.
    public mutating func forget(_ key: DemandKey) {
        let place = place(of: key)
        guard !place.isNew else { return }
        keys.remove(at: place.index)
        demands.remove(at: place.index)
    }

    /// What is expected of a demand over the next steps, events included; `nil` for one that was never seen.
    ///
    /// - Parameter horizon: how many steps; those of the settings unless said, and no more.
    public func forecast(_ key: DemandKey, horizon: Int? = nil) -> DemandForecast? {
        let place = place(of: key)
        guard !place.isNew else { return nil }
        var forecast = demands[place.index].forecast(horizon: horizon)
        forecast.apply(events(for: key), from: steps)
        return forecast
    }

    /// The capacity that carries a demand over a lead time with a chance of `risk` to run short; 0 for one never seen.
    public func requiredCapacity(for key: DemandKey, risk: Double, leadTime: Int) -> Double {
        forecast(key).map { CapacityPolicy(risk: risk, leadTime: leadTime).required($0) } ?? 0
    }

    /// The capacity to go to from the current one: ahead of growth, with hysteresis on the way down
    /// (``CapacityPolicy``). A demand never seen leaves the current one.
    public func targetCapacity(for key: DemandKey, current: Double, policy: CapacityPolicy = .init()) -> Double {
        forecast(key).map { policy.target(current: current, forecast: $0) } ?? current
    }

    /// Whether a demand is far above what its seasons explain, now.
    public func isFlashCrowd(_ key: DemandKey) -> Bool {
        let place = place(of: key)
        return !place.isNew && demands[place.index].isFlashCrowd
    }

    private func events(for key: DemandKey) -> [DemandEvent] { events.filter { $0.concerns(key) } }

    /// Where a key is or would be, by bisection.
    private func place(of key: DemandKey) -> (index: Int, isNew: Bool) {
        var (low, high) = (0, keys.count)
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return (low, low == keys.count || keys[low] != key)
    }

    private enum CodingKeys: String, CodingKey {
        case settings, steps, keys, demands, events
    }

    /// Decodes a state; refuses one whose parts do not fit each other.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        settings = try container.decode(ForecastSettings.self, forKey: .settings)
        steps = try container.decode(Int.self, forKey: .steps)
        keys = try container.decode([DemandKey].self, forKey: .keys)
        demands = try container.decode([ForecastedDemand].self, forKey: .demands)
        events = try container.decode([DemandEvent].self, forKey: .events)
        let isSound =
            (0...ForecastSettings.lastStep).contains(steps) && keys.count == demands.count
            && zip(keys, keys.dropFirst()).allSatisfy { $0 < $1 }
            && demands.allSatisfy { $0.settings == settings && $0.steps <= steps }
        guard isSound else {
            throw DecodingError.dataCorruptedError(
                forKey: .demands, in: container, debugDescription: "the forecaster's parts do not fit each other")
        }
    }
}
