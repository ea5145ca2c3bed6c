public import MeshAPI

/// What an agent gets for its registration.
public struct ServerLease: Sendable, Hashable {
    /// The number of the server's site in forwarding tables.
    public var site: UInt16
    /// Seconds from one heartbeat to the next.
    public var heartbeatEvery: Double

    /// Creates a lease. What a controller says of the pace is brought into 10 ms to an hour.
    public init(site: UInt16, heartbeatEvery: Double) {
        self.site = site
        self.heartbeatEvery = heartbeatEvery.isFinite ? min(3_600, max(0.01, heartbeatEvery)) : 1
    }
}

/// What an agent gets for a heartbeat.
public struct HeartbeatReply: Sendable, Hashable {
    /// The table to use from now on; `nil` if the server has it.
    public var table: RelayTable?
    /// Whether the server is to be emptied.
    public var drain: Bool
    /// Whether the controller does not know the server (any more): it registers again.
    public var mustRegister: Bool
    /// The token that is shown from now on, if it is another.
    public var token: String?

    /// Creates a reply.
    public init(
        table: RelayTable? = nil, drain: Bool = false, mustRegister: Bool = false, token: String? = nil
    ) {
        self.token = token
        self.table = table
        self.drain = drain
        self.mustRegister = mustRegister
    }
}
