/// A way from one site straight to another.
public struct SiteLink: Sendable, Hashable, Comparable, Codable {
    /// The site it leaves.
    public var from: SiteID
    /// The site it enters.
    public var to: SiteID

    /// Creates a way.
    public init(from: SiteID, to: SiteID) {
        self.from = from
        self.to = to
    }

    /// By the site it leaves, then by the one it enters.
    public static func < (left: Self, right: Self) -> Bool {
        left.from == right.from ? left.to < right.to : left.from < right.from
    }
}

/// The tree on which what the participants at one site publish of one class reaches the session's other sites.
///
/// Every hop carries the media once, however many participants listen behind it. The hops form a tree that leaves
/// `source`; each site on it but the source is entered exactly once, and every leaf is a receiver. A site on the tree
/// that is no receiver only passes on.
public struct MediaRoute: Sendable, Hashable, Codable {
    /// The class.
    public var media: MediaClass
    /// The site whose participants publish.
    public var source: SiteID
    /// Tells an installed route from the one that takes its place; 1 or more.
    public var version: Int
    /// What each hop carries, Mbit/s.
    public var rate: Double
    /// The sites that deliver to their participants, ascending; the source is not among them.
    public var receivers: [SiteID]
    /// The hops, each after the one that leads to it.
    public var hops: [SiteLink]

    /// Creates a route.
    public init(
        media: MediaClass, source: SiteID, version: Int = 1, rate: Double, receivers: [SiteID], hops: [SiteLink]
    ) {
        self.media = media
        self.source = source
        self.version = version
        self.rate = rate
        self.receivers = receivers
        self.hops = hops
    }

    private enum CodingKeys: String, CodingKey {
        case media = "class"
        case source, version, rate, receivers, hops
    }

    /// What names the route within its session.
    public var key: Key { Key(media: media, source: source, version: version) }

    /// What names a route within its session.
    public struct Key: Sendable, Hashable, Comparable, Codable {
        /// The class.
        public var media: MediaClass
        /// The site whose participants publish.
        public var source: SiteID
        /// The version.
        public var version: Int

        /// Creates a name.
        public init(media: MediaClass, source: SiteID, version: Int) {
            self.media = media
            self.source = source
            self.version = version
        }

        private enum CodingKeys: String, CodingKey {
            case media = "class"
            case source, version
        }

        /// By class, then source, then version.
        public static func < (left: Self, right: Self) -> Bool {
            if left.media != right.media { return left.media < right.media }
            if left.source != right.source { return left.source < right.source }
            return left.version < right.version
        }
    }
}

/// How the media of one session flow between its sites, and where its participants go when their site fails.
public struct SessionRoutes: Sendable, Hashable, Codable {
    /// The routes, by class and source.
    public var routes: [MediaRoute]
    /// The links that the mesh keeps, ascending.
    public var links: [SiteLink]
    /// For each site of the mesh the site that takes its participants when it fails.
    public var spareSites: [SiteID: SiteID]

    /// Creates routes.
    public init(routes: [MediaRoute], links: [SiteLink] = [], spareSites: [SiteID: SiteID] = [:]) {
        self.routes = routes
        self.links = links
        self.spareSites = spareSites
    }

    private enum CodingKeys: String, CodingKey {
        case routes, links
        case spareSites = "spare-sites"
    }
}
