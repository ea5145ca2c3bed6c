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

/// What changed between two versions of a mesh: the data of a `change` event. A `mesh` event carries a whole ``Mesh``; whoever applies each
/// change to it has what `GET …/mesh` answers.
public struct MeshChange: Sendable, Hashable, Codable {
    /// The version it leads to.
    public var version: Int
    /// The sites of that version.
    public var sites: [SiteID]
    /// The servers rented at each.
    public var servers: [SiteID: Int]
    /// Who is served at another site than before, and who is new.
    public var assigned: [ParticipantID: SiteID]
    /// Who is served no more: gone, or waiting.
    public var unassigned: [ParticipantID]
    /// The links of that version.
    public var links: [SiteLink]
    /// The trees of that version, where any is another than before.
    public var routes: [MediaRoute]?
    /// Those whose spare site is another than before.
    public var spares: [ParticipantID: SiteID]
    /// Those who had a spare site and have none.
    public var spareless: [ParticipantID]
    /// All who wait, and why.
    public var waiting: [Placement]
    /// How much better any mesh could be, at most.
    public var gap: Double?
    /// What the mesh costs.
    public var objective: Double?
    /// A lower bound on what any mesh costs.
    public var bound: Double?

    /// What leads from one mesh to another.
    ///
    /// - Complexity: O(participants).
    public init(from old: Mesh, to new: Mesh) {
        version = new.version
        sites = new.sites
        servers = new.servers
        links = new.links
        routes = new.routes == old.routes ? nil : new.routes
        waiting = new.waiting
        gap = new.gap
        objective = new.objective
        bound = new.bound
        assigned = new.assignment.filter { old.assignment[$0.key] != $0.value }
        unassigned = old.assignment.keys.filter { new.assignment[$0] == nil }.sorted()
        spares = new.spares.filter { old.spares[$0.key] != $0.value }
        spareless = old.spares.keys.filter { new.spares[$0] == nil }.sorted()
    }
}

/// What became known of a mesh that stays as it is: the data of a `figures` event.
public struct MeshFigures: Sendable, Hashable, Codable {
    /// The version that it is of.
    public var version: Int
    /// Who waits, and why.
    public var waiting: [Placement]
    /// How much better any mesh could be, at most.
    public var gap: Double?
    /// What the mesh costs.
    public var objective: Double?
    /// A lower bound on what any mesh costs.
    public var bound: Double?

    /// The figures of a mesh.
    public init(_ mesh: Mesh) {
        (version, waiting) = (mesh.version, mesh.waiting)
        (gap, objective, bound) = (mesh.gap, mesh.objective, mesh.bound)
    }
}
