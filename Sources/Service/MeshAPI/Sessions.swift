public import MeshTypes

/// Somebody who joins a session, or reports where they are.
public struct ParticipantRequest: Sendable, Hashable, Codable {
    /// Who; unique in the session.
    public var id: ParticipantID
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// The name of the profile; `standard` when absent.
    public var profile: String?
    /// The kind of access network, such as `fibre`.
    public var accessClass: String?

    /// Creates a request.
    public init(
        id: ParticipantID, latitude: Double, longitude: Double, profile: String? = nil, accessClass: String? = nil
    ) {
        self.id = id
        self.latitude = latitude
        self.longitude = longitude
        self.profile = profile
        self.accessClass = accessClass
    }
}

/// The body of `POST /v1/sessions`. A policy is given as an object; see `openapi.yaml`.
public struct SessionRequest: Sendable, Hashable, Codable {
    /// The identifier; the service makes one when absent.
    public var id: SessionID?
    /// The type, such as `match`; names a built-in policy.
    public var type: String
    /// How many participants it is meant to have.
    public var expectedParticipants: Int?
    /// Who is there from the start.
    public var participants: [ParticipantRequest]

    /// Creates a request.
    public init(
        id: SessionID? = nil, type: String, expectedParticipants: Int? = nil, participants: [ParticipantRequest] = []
    ) {
        self.id = id
        self.type = type
        self.expectedParticipants = expectedParticipants
        self.participants = participants
    }
}

/// A session with its mesh.
public struct SessionResponse: Sendable, Hashable, Codable {
    /// The identifier.
    public var id: SessionID
    /// The type.
    public var type: String
    /// How many participants it has.
    public var participants: Int
    /// Its mesh.
    public var mesh: Mesh

    /// Creates a response.
    public init(id: SessionID, type: String, participants: Int, mesh: Mesh) {
        self.id = id
        self.type = type
        self.participants = participants
        self.mesh = mesh
    }
}

/// A session in a list.
public struct SessionSummary: Sendable, Hashable, Codable {
    /// The identifier.
    public var id: SessionID
    /// The type.
    public var type: String
    /// How many participants it has.
    public var participants: Int
    /// How many of them wait.
    public var waiting: Int
    /// The version of its mesh.
    public var version: Int
    /// The gap of its mesh.
    public var gap: Double?

    /// Creates a summary.
    public init(id: SessionID, type: String, participants: Int, waiting: Int, version: Int, gap: Double?) {
        self.id = id
        self.type = type
        self.participants = participants
        self.waiting = waiting
        self.version = version
        self.gap = gap
    }
}

/// Where somebody is served, or why not.
public struct Placement: Sendable, Hashable, Codable {
    /// Who.
    public var id: ParticipantID
    /// The site; `nil` for somebody who waits.
    public var site: SiteID?
    /// The address of the server there, if it has one.
    public var address: String?
    /// The site to fall back to.
    public var spare: SiteID?
    /// Why they wait.
    public var reason: String?
    /// The same in words, with what would help.
    public var detail: String?
    /// What serving one more would cost the pool, if anything would.
    public var price: Double?

    /// Creates a placement.
    public init(
        id: ParticipantID, site: SiteID?, address: String? = nil, spare: SiteID? = nil, reason: String? = nil,
        detail: String? = nil, price: Double? = nil
    ) {
        self.detail = detail
        self.id = id
        self.site = site
        self.address = address
        self.spare = spare
        self.reason = reason
        self.price = price
    }
}

/// The answer to a join.
public struct JoinResponse: Sendable, Hashable, Codable {
    /// The session.
    public var session: SessionID
    /// The version of the mesh that serves them.
    public var version: Int
    /// Where each is served, in the order of the request.
    public var participants: [Placement]

    /// Creates a response.
    public init(session: SessionID, version: Int, participants: [Placement]) {
        self.session = session
        self.version = version
        self.participants = participants
    }
}

/// The answer to a report or a leave: how many it concerned.
public struct CountResponse: Sendable, Hashable, Codable {
    /// How many.
    public var accepted: Int

    /// Creates a response.
    public init(accepted: Int) { self.accepted = accepted }
}

/// A page of a list.
public struct Page<Item: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    /// The items, by identifier.
    public var items: [Item]
    /// What to pass as `after` for the next page; absent on the last.
    public var next: String?

    /// Creates a page.
    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}
