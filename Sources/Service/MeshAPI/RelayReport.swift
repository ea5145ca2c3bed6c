/// What a relay tells of itself in a heartbeat.
public struct RelayReport: Sendable, Hashable, Codable {
    /// The version of the table in use; 0 if there is none.
    public var tableVersion: UInt64
    /// Whose table that is, as ``RelayTable/controller`` says.
    public var controller: String?
    /// The table's epoch.
    public var epoch: UInt64?
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

    /// Creates a report.
    public init(
        tableVersion: UInt64, controller: String? = nil, epoch: UInt64? = nil, participants: Int, reserves: Int,
        isDraining: Bool, links: [LinkReport] = [],
        counters: [String: Int] = [:], attachments: [AttachmentReport] = []
    ) {
        self.tableVersion = tableVersion
        self.controller = controller
        self.epoch = epoch
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

/// How a server's relay stands.
public struct RelayStatus: Sendable, Hashable, Codable {
    /// The version of the table that it forwards by.
    public var table: UInt64
    /// The version of the table that it is to forward by.
    public var wanted: UInt64

    /// Creates a status.
    public init(table: UInt64, wanted: UInt64) {
        self.table = table
        self.wanted = wanted
    }
}
