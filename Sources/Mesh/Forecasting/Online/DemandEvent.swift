/// A known future event that raises demand: a launch, a final, a campaign.
public struct DemandEvent: Sendable, Hashable, Codable {
    /// The step, counted like the forecaster's, at which demand begins to rise.
    public var start: Int
    /// How many steps it takes to rise, 0 or more.
    public var rise: Int
    /// How many steps it stays.
    public var length: Int
    /// How many steps it takes to fall back.
    public var fall: Int
    /// Demand is multiplied by one more than this at the height.
    public var lift: Double
    /// This much is added at the height.
    public var addition: Double
    /// The session type it is for; `nil` for all.
    public var sessionType: String?
    /// The region it is for; `nil` for all.
    public var region: String?

    /// Creates an event. Negative lengths count as 0; what is not finite counts as 0; a lift below -1 as -1.
    public init(
        start: Int, rise: Int = 0, length: Int, fall: Int = 0, lift: Double = 0, addition: Double = 0,
        sessionType: String? = nil, region: String? = nil
    ) {
        self.start = start
        self.rise = max(0, rise)
        self.length = max(0, length)
        self.fall = max(0, fall)
        self.lift = lift.isFinite ? max(-1, lift) : 0
        self.addition = addition.isFinite ? addition : 0
        self.sessionType = sessionType
        self.region = region
    }

    /// Whether it is for a series.
    public func concerns(_ key: DemandKey) -> Bool {
        (sessionType ?? key.sessionType) == key.sessionType && (region == nil || region == key.region)
    }

    /// How much of its height it has at a step, 0 to 1: a ramp up, a plateau, a ramp down.
    public func height(at step: Int) -> Double {
        let since = Double(step) - Double(start)
        guard since >= 0 else { return 0 }
        if since < Double(rise) { return (since + 1) / Double(rise + 1) }
        let after = since - Double(rise) - Double(length)
        if after < 0 { return 1 }
        return after < Double(fall) ? 1 - (after + 1) / Double(fall + 1) : 0
    }

    /// Whether it is over at a step.
    public func isOver(at step: Int) -> Bool {
        Double(step) >= Double(start) + Double(rise) + Double(length) + Double(fall)
    }
}

extension [DemandEvent] {
    /// What all of them together multiply demand with, and then add, at a step.
    func effect(at step: Int) -> (factor: Double, addition: Double) {
        reduce((1, 0)) { effect, event in
            let height = event.height(at: step)
            return (effect.factor * (1 + event.lift * height), effect.addition + event.addition * height)
        }
    }
}
