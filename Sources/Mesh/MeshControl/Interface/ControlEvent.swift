public import MeshTypes

/// What the controller is told. The log of events, with their times, is all that a run depends on.
public enum ControlEvent: Sendable, Hashable, Codable {
    /// A session begins, with whoever is there already. Planned at once.
    case sessionCreated(SessionOpening)
    /// A session ends: its servers go back to the pool.
    case sessionEnded(SessionID)
    /// People join a session. Each gets a first site at once; the next tick improves on it.
    case joined(SessionID, [ParticipantReport])
    /// People report where they are now.
    case moved([ParticipantReport])
    /// People leave.
    case left([ParticipantID])
    /// A site comes up, comes back, or changes: servers, price, place.
    case siteUp(SiteReport)
    /// A site fails: nobody can be served there from now on.
    case siteDown(SiteID)
    /// A site is to be emptied: no new rents, its people move away within the next ticks.
    case siteDraining(SiteID)
    /// Nothing was heard of a site for a while, though it need not have failed: whoever is there stays, nobody comes.
    case siteSilent(SiteID)
    /// A silent site is heard of again.
    case siteHeard(SiteID)
    /// A site leaves the pool for good: as when it fails, and nothing is left of it.
    case siteRemoved(SiteID)
    /// Links or spare sites of meshes are others, though who is served where is the same: their versions count one up.
    case renewed([SessionID])
    /// What the analyzer found to have changed since the last digest.
    case measured(MeasurementDigest)
    /// A demand that is known ahead, such as a scheduled match.
    case demandExpected(ExpectedDemand)
    /// The time of a tick has come.
    case tickDue(TickOrder)
}

/// How a session begins.
public struct SessionOpening: Sendable, Hashable, Codable {
    /// Its identifier.
    public var id: SessionID
    /// Its type; names a built-in policy where no policy is given.
    public var type: String
    /// Its policy; `nil` takes that of its type.
    public var policy: SessionPolicy?
    /// How many participants it is meant to have; servers are bought ahead for them.
    public var expectedParticipants: Int?
    /// Who is there from the start.
    public var participants: [ParticipantReport]

    /// Creates an opening.
    public init(
        id: SessionID, type: String, policy: SessionPolicy? = nil, expectedParticipants: Int? = nil,
        participants: [ParticipantReport] = []
    ) {
        self.id = id
        self.type = type
        self.policy = policy
        self.expectedParticipants = expectedParticipants
        self.participants = participants
    }
}

/// Where somebody is, and what they ask of a server.
public struct ParticipantReport: Sendable, Hashable, Codable {
    /// Who.
    public var id: ParticipantID
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// The name of the profile.
    public var profile: String
    /// The kind of access network, such as `fibre` or `cellular`; people of one cell and class share estimates.
    public var accessClass: String

    /// Creates a report.
    public init(
        id: ParticipantID, latitude: Double, longitude: Double, profile: String = Profile.standardName,
        accessClass: String = ""
    ) {
        self.id = id
        self.latitude = latitude
        self.longitude = longitude
        self.profile = profile
        self.accessClass = accessClass
    }

    /// Where.
    public var coordinate: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
}

/// A site as the pool reports it.
public struct SiteReport: Sendable, Hashable, Codable {
    /// Its identifier.
    public var id: SiteID
    /// Its name for people.
    public var name: String
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// Servers that sessions may rent there.
    public var servers: Int
    /// Load units that one server carries.
    public var loadPerServer: Int
    /// Price of one server for one tick.
    public var price: Double
    /// Who runs it.
    public var provider: String?
    /// Where it counts as being.
    public var region: String?

    /// Creates a report.
    public init(
        id: SiteID, name: String, latitude: Double, longitude: Double, servers: Int, loadPerServer: Int, price: Double,
        provider: String? = nil, region: String? = nil
    ) {
        self.id = id
        self.name = name
        self.latitude = latitude
        self.longitude = longitude
        self.servers = servers
        self.loadPerServer = loadPerServer
        self.price = price
        self.provider = provider
        self.region = region
    }
}

/// What changed in the network, as the analyzer sums it up.
public struct MeasurementDigest: Sendable, Hashable, Codable {
    /// A round trip between a participant and a site, milliseconds.
    public struct Access: Sendable, Hashable, Codable {
        /// Whose.
        public var participant: ParticipantID
        /// Where to.
        public var site: SiteID
        /// Milliseconds.
        public var latency: Double

        /// Creates an estimate.
        public init(participant: ParticipantID, site: SiteID, latency: Double) {
            self.participant = participant
            self.site = site
            self.latency = latency
        }
    }

    /// A one-way link between two sites.
    public struct SiteLink: Sendable, Hashable, Codable {
        /// The site it leaves.
        public var from: SiteID
        /// The site it enters.
        public var to: SiteID
        /// Round trip, milliseconds; `nil` for a link that is cut.
        public var latency: Double?
        /// What it carries, Mbit/s; `nil` leaves what is known of it, 0 lets it be forgotten. The media of all sessions are kept below it
        /// where there is another way.
        public var bandwidth: Double?
        /// Fraction of packets lost, if known.
        public var loss: Double?

        /// Creates a state of a link.
        public init(from: SiteID, to: SiteID, latency: Double?, bandwidth: Double? = nil, loss: Double? = nil) {
            self.from = from
            self.to = to
            self.latency = latency
            self.bandwidth = bandwidth
            self.loss = loss
        }
    }

    /// A site that answers slower or carries less than it should.
    public struct Overload: Sendable, Hashable, Codable {
        /// Which.
        public var site: SiteID
        /// The part of its capacity that still counts, 0 to 1; 1 ends an overload.
        public var capacity: Double

        /// Creates an overload.
        public init(site: SiteID, capacity: Double) {
            self.site = site
            self.capacity = capacity
        }
    }

    /// Access latencies.
    public var access: [Access]
    /// Links.
    public var links: [SiteLink]
    /// Overloads.
    public var overloads: [Overload]

    /// Creates a digest.
    public init(access: [Access] = [], links: [SiteLink] = [], overloads: [Overload] = []) {
        self.access = access
        self.links = links
        self.overloads = overloads
    }
}

/// A demand that is known ahead.
public struct ExpectedDemand: Sendable, Hashable, Codable {
    /// The type of the sessions.
    public var sessionType: String
    /// Where, if it is of one region.
    public var region: String?
    /// When it begins.
    public var from: ControlTime
    /// When it ends.
    public var to: ControlTime
    /// How many times the usual demand.
    public var factor: Double

    /// Creates an expectation.
    public init(sessionType: String, region: String? = nil, from: ControlTime, to: ControlTime, factor: Double) {
        self.sessionType = sessionType
        self.region = region
        self.from = from
        self.to = to
        self.factor = factor
    }
}

/// A tick to be carried out.
public struct TickOrder: Sendable, Hashable, Codable {
    /// The units of work that the tick may take; `nil` leaves that to the deadline. A replay gives the number that the
    /// original run recorded, and so takes the same steps.
    public var workLimit: Int?

    /// Creates an order.
    public init(workLimit: Int? = nil) { self.workLimit = workLimit }
}
