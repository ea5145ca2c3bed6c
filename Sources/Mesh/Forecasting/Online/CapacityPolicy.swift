/// How much capacity is kept for a demand that is only known in distribution.
public struct CapacityPolicy: Sendable, Hashable, Codable {
    /// The accepted chance of running short, at each step: 0 to 1.
    public var risk: Double
    /// How many steps it takes to get capacity: what is needed within them must be asked for now.
    public var leadTime: Int
    /// How many steps released capacity must not be needed again: the hysteresis on the way down.
    public var holdTime: Int
    /// Nothing is released until this part of what is needed would be too much.
    public var slack: Double

    /// Creates a policy; what is out of range is taken into it, not a number counts as the default.
    public init(risk: Double = 0.1, leadTime: Int = 1, holdTime: Int = 6, slack: Double = 0.1) {
        self.risk = risk.isFinite ? min(max(risk, 0), 1) : 0.1
        self.leadTime = max(1, leadTime)
        self.holdTime = max(self.leadTime, holdTime)
        self.slack = slack.isFinite ? max(0, slack) : 0.1
    }

    /// The capacity that carries demand over the lead time at the accepted risk.
    public func required(_ forecast: DemandForecast) -> Double {
        max(0, forecast.peak(1 - risk, over: max(1, leadTime)))
    }

    /// The capacity to go to from the current one.
    ///
    /// Up at once to what is required, ahead of the growth. Down only when there is more than the slack above what is
    /// needed over the whole hold time, and then to that. Never below what is required.
    public func target(current: Double, forecast: DemandForecast) -> Double {
        let needed = required(forecast)
        guard current.isFinite, current > needed else { return needed }
        let kept = max(needed, forecast.peak(1 - risk, over: max(leadTime, holdTime)))
        return current > kept * (1 + max(0, slack)) ? kept : current
    }
}
