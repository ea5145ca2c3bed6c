/// What a simulated world is like.
public struct SimulationParameters: Sendable, Hashable {
    /// Participants at the start, and about as many throughout.
    public var participants: Int
    /// Sessions at the start.
    public var sessions: Int
    /// Sites.
    public var sites: Int
    /// The part of the participants with a change each tick: three in five are replaced by a newcomer, the others are elsewhere.
    public var churn: Double
    /// Participants with a change each tick, whatever their number; `nil` leaves that to ``churn``.
    public var churnCount: Int?
    /// Load that all servers carry, as a multiple of that of the participants.
    public var slack = 2.0
    /// Servers of all sites together, as a multiple of the least whole servers that carry every session: a server belongs to one session, so
    /// that is the sum over the sessions of their load over that of a server, rounded up. Sites keep their part of what ``slack`` gives
    /// them, and may have none. `nil` leaves the servers to ``slack``.
    public var pool: Double?
    /// The chance that a tick brings a fault: a site fails, drains, loses capacity or comes back; a link is cut, slow or mended.
    public var faults = 0.0
    /// The part of a session's participants who are near each other.
    public var locality = 0.8
    /// Types that sessions have, each as likely.
    public var types = ["match", "conference", "webinar", "world"]

    /// Creates parameters.
    public init(participants: Int, sessions: Int, sites: Int, churn: Double = 0.05) {
        self.participants = participants
        self.sessions = sessions
        self.sites = sites
        self.churn = churn
    }
}
