/// One step from a mesh to the next. Steps are done in order, each when the one before is done.
public enum TransitionStep: Sendable, Hashable, Codable {
    /// Rents servers for a session at a site.
    case provision(session: SessionID, site: SiteID, servers: Int)
    /// Opens a link between two sites for a session, one way.
    case connect(session: SessionID, link: SiteLink)
    /// Installs a route beside those that are there.
    case install(session: SessionID, route: MediaRoute)
    /// Attaches a participant to a site: the first attachment serves at once, a second one only stands by.
    case attach(session: SessionID, participant: ParticipantID, site: SiteID)
    /// Lets the second attachment, at this site, serve the participant.
    case move(session: SessionID, participant: ParticipantID, site: SiteID)
    /// Ends an attachment.
    case detach(session: SessionID, participant: ParticipantID, site: SiteID)
    /// Removes a route.
    case remove(session: SessionID, route: MediaRoute.Key)
    /// Closes a link.
    case disconnect(session: SessionID, link: SiteLink)
    /// Returns servers to the pool.
    case release(session: SessionID, site: SiteID, servers: Int)
}
