/// A live gathering of participants who interact: a match, a call, a shared space.
public struct Session: Sendable, Hashable {
    /// Its identifier.
    public var id: SessionID
    /// What kind of session it is, such as `match` or `conference`.
    public var type: String
    /// What its mesh must keep to.
    public var policy: SessionPolicy

    /// Creates a session.
    public init(id: SessionID, type: String, policy: SessionPolicy = .init()) {
        self.id = id
        self.type = type
        self.policy = policy
    }
}

/// What the mesh of a session must keep to, and what things are worth to it.
public struct SessionPolicy: Sendable, Hashable {
    /// The longest access latency (participant to its site) allowed; `nil` means any. A participant with no site
    /// within the cap is not served, and is told so.
    public var latencyCap: Latency?
    /// The most sites in the mesh; `nil` means any number.
    public var siteLimit: Int?
    /// The most servers in the mesh, spares included; `nil` means any number.
    public var serverLimit: Int?
    /// The most participants that may change site in one tick; `nil` means any number. Those for whom the previous site
    /// is not allowed any more (gone, without free servers, beyond the latency cap) do not count.
    public var moveBudget: Int?
    /// Servers rented beyond what the load needs, at the mesh's own sites.
    public var redundancy: Int
    /// Cost of moving one participant to another site.
    public var movePrice: Double
    /// Cost of one millisecond of pair latency for one participant and tick: what latency is worth in money.
    public var latencyValue: Double
    /// Cost of leaving one participant without a server.
    public var unservedPrice: Double

    /// Creates a policy; the defaults bind nothing.
    public init(
        latencyCap: Latency? = nil, siteLimit: Int? = nil, serverLimit: Int? = nil, moveBudget: Int? = nil,
        redundancy: Int = 0, movePrice: Double = 5, latencyValue: Double = 1, unservedPrice: Double = 10_000
    ) {
        self.latencyCap = latencyCap
        self.siteLimit = siteLimit
        self.serverLimit = serverLimit
        self.moveBudget = moveBudget
        self.redundancy = redundancy
        self.movePrice = movePrice
        self.latencyValue = latencyValue
        self.unservedPrice = unservedPrice
    }
}

/// Somebody in a session.
public struct Participant: Sendable, Hashable {
    /// The participant's identifier, unique in the snapshot.
    public var id: ParticipantID
    /// The session.
    public var session: SessionID
    /// Where the participant is.
    public var coordinate: GeoCoordinate
    /// The name of the ``Profile``.
    public var profile: String

    /// Creates a participant.
    public init(
        id: ParticipantID, session: SessionID, coordinate: GeoCoordinate, profile: String = Profile.standardName
    ) {
        self.id = id
        self.session = session
        self.coordinate = coordinate
        self.profile = profile
    }
}

/// What a kind of participant asks of a server.
public struct Profile: Sendable, Hashable {
    /// The profile of a participant that names none.
    public static let standardName = "standard"
    /// The profile that a snapshot need not define: one load unit.
    public static let standard = Profile(name: standardName, load: 1)

    /// Its name.
    public var name: String
    /// Load units that one participant puts on its server; at least 1.
    public var load: Int

    /// Creates a profile.
    public init(name: String, load: Int) {
        self.name = name
        self.load = load
    }
}
