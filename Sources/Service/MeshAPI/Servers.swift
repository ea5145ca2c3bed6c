public import MeshTypes

/// The body of `PUT /v1/servers/{id}`.
public struct ServerRequest: Sendable, Hashable, Codable {
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// Load units that the server carries.
    public var capacity: Int
    /// Price of the whole server for one tick; a slot costs its part.
    public var price: Double
    /// Where it counts as being.
    public var region: String?
    /// Who runs it.
    public var provider: String?
    /// Where participants and other servers reach it, such as `203.0.113.7:4471`.
    public var address: String?
    /// Its name for people; its identifier when absent.
    public var name: String?
    /// Which process this is, by a name that it made up when it began. Heartbeats of another process are refused from then on.
    public var instance: String?

    /// Creates a request.
    public init(
        latitude: Double, longitude: Double, capacity: Int, price: Double, region: String? = nil,
        provider: String? = nil, address: String? = nil, name: String? = nil, instance: String? = nil
    ) {
        self.instance = instance
        self.latitude = latitude
        self.longitude = longitude
        self.capacity = capacity
        self.price = price
        self.region = region
        self.provider = provider
        self.address = address
        self.name = name
    }
}

/// How a server is.
public enum ServerStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its lease holds.
    case up
    /// Its lease ran out a moment ago; nobody is moved yet.
    case suspect
    /// It is being emptied.
    case draining
    /// Its lease ran out: nobody is served there.
    case failed
}

/// A server of the pool.
public struct ServerResponse: Sendable, Hashable, Codable {
    /// Its identifier, and that of the site it makes up.
    public var id: SiteID
    /// How it is.
    public var status: ServerStatus
    /// What was registered.
    public var registration: ServerRequest
    /// The equal parts that sessions rent.
    public var slots: Int
    /// Parts that are rented.
    public var rented: Int
    /// Participants that are served.
    public var served: Int
    /// Seconds that a heartbeat holds.
    public var leaseSeconds: Double
    /// The number of its site in forwarding tables; absent beyond 4,095 sites.
    public var number: UInt16?
    /// Seconds from one heartbeat to the next, for relays.
    public var heartbeatSeconds: Double?
    /// How its relay stands, if it runs one.
    public var relay: RelayStatus?
    /// The process whose place this registration took while it was heard of still; absent where there was none.
    public var replaced: String?

    /// Creates a response.
    public init(
        id: SiteID, status: ServerStatus, registration: ServerRequest, slots: Int, rented: Int, served: Int,
        leaseSeconds: Double, number: UInt16? = nil, heartbeatSeconds: Double? = nil, relay: RelayStatus? = nil
    ) {
        self.number = number
        self.heartbeatSeconds = heartbeatSeconds
        self.relay = relay
        self.id = id
        self.status = status
        self.registration = registration
        self.slots = slots
        self.rented = rented
        self.served = served
        self.leaseSeconds = leaseSeconds
    }
}

/// The body of a heartbeat; all may be absent.
public struct HeartbeatRequest: Sendable, Hashable, Codable {
    /// The part of its capacity that the server can give now, 0 to 1.
    public var available: Double?
    /// Participants attached.
    public var participants: Int?
    /// What the server's relay tells of itself.
    public var relay: RelayReport?
    /// The process that was registered, if the registration named one.
    public var instance: String?

    /// Creates a heartbeat.
    public init(
        available: Double? = nil, participants: Int? = nil, relay: RelayReport? = nil, instance: String? = nil
    ) {
        self.instance = instance
        self.relay = relay
        self.available = available
        self.participants = participants
    }
}

/// The answer to a heartbeat: the lease, and the sessions that the server is leased to.
public struct HeartbeatResponse: Sendable, Hashable, Codable {
    /// How the server is.
    public var status: ServerStatus
    /// Seconds until the lease runs out.
    public var leaseSeconds: Double
    /// The sessions that rent slots here.
    public var sessions: [LeasedSession]
    /// The table to forward by from now on; absent for a relay that has it, and for a server without one.
    public var table: RelayTable?
    /// The token to show from now on, when the one that was shown has lived half its life.
    public var token: String?

    /// Creates a response.
    public init(
        status: ServerStatus, leaseSeconds: Double, sessions: [LeasedSession], table: RelayTable? = nil,
        token: String? = nil
    ) {
        self.table = table
        self.token = token
        self.status = status
        self.leaseSeconds = leaseSeconds
        self.sessions = sessions
    }
}

/// A session that rents slots of a server.
public struct LeasedSession: Sendable, Hashable, Codable {
    /// The session.
    public var session: SessionID
    /// The version of its mesh.
    public var version: Int
    /// Slots that it rents.
    public var slots: Int

    /// Creates an entry.
    public init(session: SessionID, version: Int, slots: Int) {
        self.session = session
        self.version = version
        self.slots = slots
    }
}
