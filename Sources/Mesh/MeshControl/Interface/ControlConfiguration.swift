public import MeshTypes

/// How a controller runs. A value: two controllers with the same configuration and events do the same.
public struct ControlConfiguration: Sendable, Hashable, Codable {
    /// Time between ticks, milliseconds.
    public var tickInterval: Int64
    /// Time that a tick may take, milliseconds; `nil` lets it run to its end.
    public var deadline: Int64?
    /// Participants that may be moved in one tick, all sessions together; forced moves do not count.
    public var moveBudget: Int?
    /// Threads that sessions are planned on.
    public var threads: Int
    /// Milliseconds between the demand figures that forecasts are made from.
    public var demandStep: Int64
    /// The profiles beside ``MeshTypes/Profile/standard``.
    public var profiles: [Profile]
    /// Policies of session types that differ from the built-in ones.
    public var policies: [String: SessionPolicy]

    /// Creates a configuration.
    public init(
        tickInterval: Int64 = 1_000, deadline: Int64? = 250, moveBudget: Int? = nil, threads: Int = 1,
        demandStep: Int64 = 3_600_000, profiles: [Profile] = [], policies: [String: SessionPolicy] = [:]
    ) {
        self.tickInterval = tickInterval
        self.deadline = deadline
        self.moveBudget = moveBudget
        self.threads = threads
        self.demandStep = max(1, demandStep)
        self.profiles = profiles
        self.policies = policies
    }
}
