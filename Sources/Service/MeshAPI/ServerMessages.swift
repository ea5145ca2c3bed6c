/// `PUT /v1/servers/{id}`: an edge server makes itself known, or says again what it is.
public struct ServerRegistration: Sendable, Hashable, Codable {
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// Load units that it carries.
    public var capacity: Int
    /// Price of holding it for one tick.
    public var price: Double
    /// The region it belongs to.
    public var region: String?
    /// Who runs it.
    public var provider: String?
    /// Where it takes datagrams (media and probes): an IP address and a port.
    public var address: String?
    /// The site at which it stands; the server's own identifier if left out.
    public var site: String?

    /// Creates a registration.
    public init(
        latitude: Double, longitude: Double, capacity: Int, price: Double, region: String? = nil,
        provider: String? = nil, address: String? = nil, site: String? = nil
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.capacity = capacity
        self.price = price
        self.region = region
        self.provider = provider
        self.address = address
        self.site = site
    }
}

/// The answer to a registration.
public struct ServerLease: Sendable, Hashable, Codable {
    /// The number of the server's site in forwarding tables.
    public var site: UInt16
    /// Seconds from one heartbeat to the next.
    public var heartbeatEvery: Double
    /// Seconds without a heartbeat after which the server is taken for dead.
    public var leaseFor: Double

    /// Creates a lease.
    public init(site: UInt16, heartbeatEvery: Double, leaseFor: Double) {
        self.site = site
        self.heartbeatEvery = heartbeatEvery
        self.leaseFor = leaseFor
    }
}

/// `POST /v1/servers/{id}/heartbeat`.
public struct ServerHeartbeat: Sendable, Hashable, Codable {
    /// The version of the table in use; 0 if there is none.
    public var tableVersion: UInt64
    /// Participants that are served now.
    public var participants: Int
    /// Participants that are kept in reserve.
    public var reserves: Int
    /// Whether it takes no new participants.
    public var isDraining: Bool
    /// One entry a neighbour.
    public var links: [LinkReport]
    /// Datagrams and reasons of drops since the start, by name.
    public var counters: [String: Int]
    /// One entry a participant.
    public var attachments: [AttachmentReport]

    /// Creates a heartbeat.
    public init(
        tableVersion: UInt64, participants: Int, reserves: Int, isDraining: Bool, links: [LinkReport] = [],
        counters: [String: Int] = [:], attachments: [AttachmentReport] = []
    ) {
        self.tableVersion = tableVersion
        self.participants = participants
        self.reserves = reserves
        self.isDraining = isDraining
        self.links = links
        self.counters = counters
        self.attachments = attachments
    }

    /// What a server knows of its link to a neighbour.
    public struct LinkReport: Sendable, Hashable, Codable {
        /// The neighbour's site.
        public var site: UInt16
        /// Round trip, ms, smoothed; `nil` before the first.
        public var roundTrip: Double?
        /// The fraction of media datagrams that were sent here and did not come.
        public var loss: Double
        /// Media datagrams sent since the start.
        public var sent: Int
        /// Media datagrams received since the start.
        public var received: Int
        /// Whether nothing has come for so long that spares are used.
        public var isSilent: Bool

        /// Creates a report.
        public init(site: UInt16, roundTrip: Double?, loss: Double, sent: Int, received: Int, isSilent: Bool) {
            self.site = site
            self.roundTrip = roundTrip
            self.loss = loss
            self.sent = sent
            self.received = received
            self.isSilent = isSilent
        }
    }

    /// What a server knows of a participant.
    public struct AttachmentReport: Sendable, Hashable, Codable {
        /// The session's number.
        public var session: UInt32
        /// The participant's number.
        public var stream: UInt32
        /// Whether it is served, or kept in reserve.
        public var isActive: Bool
        /// Round trip, ms, smoothed; `nil` before the first.
        public var roundTrip: Double?
        /// Media datagrams sent to it.
        public var sent: Int
        /// Media datagrams received from it.
        public var received: Int

        /// Creates a report.
        public init(session: UInt32, stream: UInt32, isActive: Bool, roundTrip: Double?, sent: Int, received: Int) {
            self.session = session
            self.stream = stream
            self.isActive = isActive
            self.roundTrip = roundTrip
            self.sent = sent
            self.received = received
        }
    }
}

/// The answer to a heartbeat.
public struct HeartbeatReply: Sendable, Hashable, Codable {
    /// The table to use from now on; left out if the server has it.
    public var table: RelayTable?
    /// Whether the server is to be emptied.
    public var drain: Bool
    /// Set if the controller does not know the server (any more): it registers again.
    public var mustRegister: Bool

    /// Creates a reply.
    public init(table: RelayTable? = nil, drain: Bool = false, mustRegister: Bool = false) {
        self.table = table
        self.drain = drain
        self.mustRegister = mustRegister
    }
}
