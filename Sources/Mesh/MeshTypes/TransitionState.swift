/// The meshes of all sessions at one moment, as far as a transition changes them.
public struct ServiceState: Sendable, Hashable, Codable {
    /// The sessions.
    public var sessions: [SessionID: SessionState]

    /// What one session holds.
    public struct SessionState: Sendable, Hashable, Codable {
        /// Servers rented at each site; no zeros.
        public var servers: [SiteID: Int]
        /// Links that are open, ascending.
        public var links: [SiteLink]
        /// Routes that are installed.
        public var routes: [MediaRoute]
        /// Who is served where.
        public var assignment: [ParticipantID: SiteID]

        /// Creates a state.
        public init(
            servers: [SiteID: Int] = [:], links: [SiteLink] = [], routes: [MediaRoute] = [],
            assignment: [ParticipantID: SiteID] = [:]
        ) {
            self.servers = servers
            self.links = links
            self.routes = routes
            self.assignment = assignment
        }
    }

    /// Creates a state.
    public init(sessions: [SessionID: SessionState] = [:]) { self.sessions = sessions }
}
