/// A place that can rent out edge servers, all of one kind.
public struct Site: Sendable, Hashable {
    /// Its identifier.
    public var id: SiteID
    /// Its name for people.
    public var name: String
    /// Where it stands.
    public var coordinate: GeoCoordinate
    /// Servers that may be rented now.
    public var freeServers: Int
    /// Servers that stand there, rented or not; at least `freeServers`.
    public var totalServers: Int
    /// Load units that one server carries.
    public var loadPerServer: Int
    /// Price of holding one server for one tick, in cost units.
    public var price: Double
    /// Who runs it, if known.
    public var provider: String?
    /// The region it belongs to, if known.
    public var region: String?

    /// The load that the free servers carry together.
    public var freeCapacity: Int { freeServers * loadPerServer }

    /// Creates a site.
    public init(
        id: SiteID, name: String, coordinate: GeoCoordinate, freeServers: Int, totalServers: Int, loadPerServer: Int,
        price: Double, provider: String? = nil, region: String? = nil
    ) {
        self.id = id
        self.name = name
        self.coordinate = coordinate
        self.freeServers = freeServers
        self.totalServers = totalServers
        self.loadPerServer = loadPerServer
        self.price = price
        self.provider = provider
        self.region = region
    }
}
