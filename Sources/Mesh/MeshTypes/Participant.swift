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
    /// Seconds that the participant has waited for a server, or had when one was found; 0 for one who never waited.
    public var waiting: Double

    /// Creates a participant.
    public init(
        id: ParticipantID, session: SessionID, coordinate: GeoCoordinate, profile: String = Profile.standardName,
        waiting: Double = 0
    ) {
        self.id = id
        self.session = session
        self.coordinate = coordinate
        self.profile = profile
        self.waiting = waiting
    }
}
