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
