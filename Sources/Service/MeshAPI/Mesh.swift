public import MeshTypes

/// The mesh of a session.
public struct Mesh: Sendable, Hashable, Codable {
    /// Its version; every change counts one up.
    public var version: Int
    /// Its sites.
    public var sites: [SiteID]
    /// Servers rented at each.
    public var servers: [SiteID: Int]
    /// Who is served where.
    public var assignment: [ParticipantID: SiteID]
    /// The links between its sites.
    public var links: [SiteLink]
    /// The trees on which media reach the other sites: one for each class and publishing site.
    public var routes: [MediaRoute]
    /// Where each falls back to when their site fails.
    public var spares: [ParticipantID: SiteID]
    /// Who waits, and why.
    public var waiting: [Placement]
    /// How much better any mesh could be, at most; absent where no bound is known yet.
    public var gap: Double?
    /// What it costs.
    public var objective: Double?
    /// A lower bound on what any mesh costs.
    public var bound: Double?

    /// Creates a mesh.
    public init(
        version: Int, sites: [SiteID], servers: [SiteID: Int], assignment: [ParticipantID: SiteID], links: [SiteLink],
        routes: [MediaRoute] = [], spares: [ParticipantID: SiteID], waiting: [Placement], gap: Double?,
        objective: Double?, bound: Double?
    ) {
        self.version = version
        self.sites = sites
        self.servers = servers
        self.assignment = assignment
        self.links = links
        self.routes = routes
        self.spares = spares
        self.waiting = waiting
        self.gap = gap
        self.objective = objective
        self.bound = bound
    }

    /// A mesh of nothing.
    public static let empty = Mesh(
        version: 0, sites: [], servers: [:], assignment: [:], links: [], spares: [:], waiting: [], gap: nil,
        objective: nil, bound: nil)
}

/// What changed between two versions of a mesh: the data of a `change` event. A `mesh` event carries a whole ``Mesh``.
public struct MeshChange: Sendable, Hashable, Codable {
    /// The version it leads to; also the event's id.
    public var version: Int
    /// The sites of that version.
    public var sites: [SiteID]
    /// Who is served at another site than before, and who is new.
    public var assigned: [ParticipantID: SiteID]
    /// Who is served no more: gone, or waiting.
    public var unassigned: [ParticipantID]
    /// The links of that version.
    public var links: [SiteLink]
    /// Those whose spare site is another than before.
    public var spares: [ParticipantID: SiteID]
    /// How much better any mesh could be, at most.
    public var gap: Double?

    /// What leads from one mesh to another.
    ///
    /// - Complexity: O(participants).
    public init(from old: Mesh, to new: Mesh) {
        version = new.version
        sites = new.sites
        links = new.links
        gap = new.gap
        assigned = new.assignment.filter { old.assignment[$0.key] != $0.value }
        unassigned = old.assignment.keys.filter { new.assignment[$0] == nil }.sorted()
        spares = new.spares.filter { old.spares[$0.key] != $0.value }
    }
}
