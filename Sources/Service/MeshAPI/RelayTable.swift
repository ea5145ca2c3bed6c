/// What one site's server forwards where: all it needs to relay media, also when the controller is away.
public struct RelayTable: Sendable, Hashable, Codable {
    /// Grows with every change; a server takes only a greater one than it has of the same epoch.
    public var version: UInt64
    /// Whose word it is: the identity of the controller's data folder. Empty where there is only one.
    public var controller: String
    /// How often a controller has started from that folder. A server takes no table of a lower one than it has seen.
    public var epoch: UInt64
    /// The number of the site that the table is for, 0 to 4,095.
    public var site: UInt16
    /// The sites that the server exchanges media with.
    public var neighbours: [Neighbour]
    /// The sessions that the server takes part in.
    public var sessions: [SessionRoutes]

    /// Creates a table.
    public init(
        version: UInt64, controller: String = "", epoch: UInt64 = 0, site: UInt16, neighbours: [Neighbour] = [],
        sessions: [SessionRoutes] = []
    ) {
        self.version = version
        self.controller = controller
        self.epoch = epoch
        self.site = site
        self.neighbours = neighbours
        self.sessions = sessions
    }

    /// Another site's server.
    public struct Neighbour: Sendable, Hashable, Codable {
        /// The number of its site.
        public var site: UInt16
        /// Where it takes datagrams: `192.0.2.1:4480`, `[2001:db8::1]:4480`.
        public var address: String
        /// 32 bytes that only the two servers know.
        public var secret: SecretBytes

        /// Creates an entry.
        public init(site: UInt16, address: String, secret: SecretBytes) {
            self.site = site
            self.address = address
            self.secret = secret
        }
    }

    /// One session's keys and routes.
    public struct SessionRoutes: Sendable, Hashable, Codable {
        /// Its number, unique among the live sessions.
        public var number: UInt32
        /// Its keys, the present one first, one or two.
        public var keys: [EpochSecret]
        /// Where media go. What is not listed is only handed to the participants here.
        public var routes: [Route]

        /// Creates an entry.
        public init(number: UInt32, keys: [EpochSecret], routes: [Route] = []) {
            self.number = number
            self.keys = keys
            self.routes = routes
        }
    }

    /// The secret of one epoch.
    public struct EpochSecret: Sendable, Hashable, Codable {
        /// Counts up with every change of keys, modulo 256.
        public var epoch: UInt8
        /// 32 bytes that only the session's servers know.
        public var secret: SecretBytes

        /// Creates an entry.
        public init(epoch: UInt8, secret: SecretBytes) {
            self.epoch = epoch
            self.secret = secret
        }
    }

    /// What happens to media that entered the mesh at a site.
    public struct Route: Sendable, Hashable, Codable {
        /// The site at which they entered.
        public var origin: UInt16
        /// The class (0 audio, 1 video, 2 content); all classes if left out. A route of one class goes before one of all.
        public var trafficClass: UInt8?
        /// Whom they are sent to, once each.
        public var branches: [Branch]

        /// Creates a route.
        public init(origin: UInt16, trafficClass: UInt8? = nil, branches: [Branch]) {
            self.origin = origin
            self.trafficClass = trafficClass
            self.branches = branches
        }
    }

    /// A next hop and who takes its place.
    public struct Branch: Sendable, Hashable, Codable {
        /// The neighbour that media are sent to.
        public var to: UInt16
        /// The neighbours that they are sent to while that one is silent: whom it would have sent them on to.
        public var spares: [UInt16]

        /// Creates a branch.
        public init(to: UInt16, spares: [UInt16] = []) {
            self.to = to
            self.spares = spares
        }
    }
}
