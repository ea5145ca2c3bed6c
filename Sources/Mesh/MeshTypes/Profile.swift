/// What a kind of participant asks of a server.
public struct Profile: Sendable, Hashable, Codable {
    /// The profile of a participant that names none.
    public static let standardName = "standard"
    /// The profile that a snapshot need not define: one load unit.
    public static let standard = Profile(name: standardName, load: 1)

    /// Its name.
    public var name: String
    /// Load units that one participant puts on its server; at least 1.
    public var load: Int
    /// Whether such a participant sends to an audience; see ``Interaction/audience``.
    public var publishes: Bool

    /// Creates a profile.
    public init(name: String, load: Int, publishes: Bool = true) {
        self.name = name
        self.load = load
        self.publishes = publishes
    }
}
