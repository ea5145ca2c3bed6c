public import MeshTypes

/// The ways of a session's media between the sites of its mesh.
public struct MeshWays: Sendable, Hashable, Codable {
    /// The links that the mesh keeps, both ways, ascending.
    public var links: [SiteLink]
    /// A tree for each class of media and publishing site, by class and site: once per remote site, not per participant.
    public var routes: [MediaRoute]
    /// What each site does with media, with detours for each next hop that may fail, by site.
    public var tables: [ForwardingTable]
    /// Where each participant goes when their site fails: the nearest other site of the mesh. Nobody is named for whom there is none.
    public var spares: [ParticipantID: SiteID]

    /// Creates routes.
    public init(
        links: [SiteLink] = [], routes: [MediaRoute] = [], tables: [ForwardingTable] = [],
        spares: [ParticipantID: SiteID] = [:]
    ) {
        self.links = links
        self.routes = routes
        self.tables = tables
        self.spares = spares
    }
}
