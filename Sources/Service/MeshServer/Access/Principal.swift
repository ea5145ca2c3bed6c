package import MeshAPI
package import MeshTypes

/// Who asks, and how far they reach.
package struct Principal: Sendable, Hashable {
    /// The role.
    package var role: Role
    /// Whom the token names; what limits, idempotency keys and logs go by.
    package var subject: String
    /// The one session of a participant.
    package var session: SessionID?
    /// The one participant that is spoken for, if not any of the session.
    package var participant: ParticipantID?
    /// The one server that is spoken for, if not any.
    package var server: SiteID?
    /// The token's identifier; `nil` for the operator key, and for tokens of older builds.
    package var token: String?
    /// When the token expires, seconds since 1970.
    package var expires: Double?
    /// The opening of the session that the token is for, if it was signed while there was one.
    package var opening: UInt32?
    /// Since which command the participant was there that the token was signed for, if it ends with that.
    package var tenure: Int64?

    func mustReach(session id: SessionID) throws(Problem) {
        guard role == .operator || role == .participant && session == id else {
            throw Problem(.forbidden, "the token does not reach session \(id)")
        }
    }

    func mustSpeak(for id: ParticipantID) throws(Problem) {
        guard role == .operator || participant == nil || participant == id else {
            throw Problem(.forbidden, "the token does not speak for participant \(id)")
        }
    }

    func mustRun(_ id: SiteID) throws(Problem) {
        guard role == .operator || role == .edge && (server == nil || server == id) else {
            throw Problem(.forbidden, "the token does not speak for server \(id)")
        }
    }
}
