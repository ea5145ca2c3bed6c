public import MeshTypes

/// What a token lets its bearer do.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Everything.
    case `operator`
    /// Run servers and report measurements.
    case edge
    /// See and be in one session.
    case participant
}

/// The body of `POST /v1/tokens`.
public struct TokenRequest: Sendable, Hashable, Codable {
    /// The role.
    public var role: Role
    /// The one session of a participant; needed for that role.
    public var session: SessionID?
    /// The one participant that the token speaks for; any of the session when absent.
    public var participant: ParticipantID?
    /// The one server that an edge token speaks for; any when absent.
    public var server: SiteID?
    /// Seconds until it expires.
    public var lifetime: Int?

    /// Creates a request.
    public init(
        role: Role, session: SessionID? = nil, participant: ParticipantID? = nil, server: SiteID? = nil,
        lifetime: Int? = nil
    ) {
        self.role = role
        self.session = session
        self.participant = participant
        self.server = server
        self.lifetime = lifetime
    }
}

/// A token.
public struct TokenResponse: Sendable, Hashable, Codable {
    /// Names the token, for `DELETE /v1/tokens/{token}`.
    public var id: String?
    /// What to send as `Authorization: Bearer`.
    public var token: String
    /// When it expires, RFC 3339 in UTC.
    public var expires: String

    /// Creates a response.
    public init(id: String? = nil, token: String, expires: String) {
        self.id = id
        self.token = token
        self.expires = expires
    }
}
