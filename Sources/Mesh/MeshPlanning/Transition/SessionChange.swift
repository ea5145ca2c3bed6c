public import MeshTypes

/// What changes for one session from a plan to the next: the input of ``TransitionPlanner``.
public struct SessionChange: Sendable, Hashable {
    /// The session.
    public var session: SessionID
    /// Servers rented before, at each site; no zeros.
    public var serversBefore: [SiteID: Int]
    /// Servers rented in the target, at each site; no zeros.
    public var serversAfter: [SiteID: Int]
    /// The load at each site before: all participants, movers or not.
    public var loadBefore: [SiteID: Int]
    /// Who joins, moves and leaves; everybody else stays.
    public var moves: [ParticipantMove]
    /// Links to open.
    public var openedLinks: [SiteLink]
    /// Links to close.
    public var closedLinks: [SiteLink]
    /// Routes that are installed before and stay in the target.
    public var keptRoutes: [MediaRoute]
    /// Routes to install.
    public var installedRoutes: [MediaRoute]
    /// Routes to remove.
    public var removedRoutes: [MediaRoute]
    /// The most moves of participants of this session; `nil` for any number.
    public var moveBudget: Int?

    /// Creates a change.
    public init(
        session: SessionID, serversBefore: [SiteID: Int] = [:], serversAfter: [SiteID: Int] = [:],
        loadBefore: [SiteID: Int] = [:], moves: [ParticipantMove] = [], openedLinks: [SiteLink] = [],
        closedLinks: [SiteLink] = [], keptRoutes: [MediaRoute] = [], installedRoutes: [MediaRoute] = [],
        removedRoutes: [MediaRoute] = [], moveBudget: Int? = nil
    ) {
        self.session = session
        self.serversBefore = serversBefore
        self.serversAfter = serversAfter
        self.loadBefore = loadBefore
        self.moves = moves
        self.openedLinks = openedLinks
        self.closedLinks = closedLinks
        self.keptRoutes = keptRoutes
        self.installedRoutes = installedRoutes
        self.removedRoutes = removedRoutes
        self.moveBudget = moveBudget
    }

    /// A participant who is served elsewhere than before.
    public struct ParticipantMove: Sendable, Hashable {
        /// Who.
        public var participant: ParticipantID
        /// The load on a server.
        public var load: Int
        /// The site before; `nil` for one who is not served yet.
        public var from: SiteID?
        /// The site in the target; `nil` for one who leaves.
        public var to: SiteID?
        /// What the move gains, in cost; the greater go first.
        public var gain: Double
        /// Seconds since the participant was last moved; `nil` for never.
        public var sinceLastMove: Double?

        /// Creates a move.
        public init(
            participant: ParticipantID, load: Int = 1, from: SiteID?, to: SiteID?, gain: Double = 0,
            sinceLastMove: Double? = nil
        ) {
            self.participant = participant
            self.load = load
            self.from = from
            self.to = to
            self.gain = gain
            self.sinceLastMove = sinceLastMove
        }
    }
}

extension SessionChange {
    /// The difference of two states of a session.
    ///
    /// - Parameters:
    ///   - load: The load of a participant.
    ///   - gain: What it gains to move a participant; the greater go first.
    ///   - sinceLastMove: Seconds since a participant was last moved; `nil` for never.
    /// - Complexity: O(participants + links + routes). Whoever knows what changed builds the change in that time.
    public init(
        session: SessionID, from before: ServiceState.SessionState, to after: ServiceState.SessionState,
        moveBudget: Int? = nil, load: (ParticipantID) -> Int = { _ in 1 }, gain: (ParticipantID) -> Double = { _ in 0 },
        sinceLastMove: (ParticipantID) -> Double? = { _ in nil }
    ) {
        self.init(
            session: session, serversBefore: before.servers, serversAfter: after.servers, moveBudget: moveBudget)
        for (participant, site) in before.assignment { loadBefore[site, default: 0] += load(participant) }
        for participant in Set(before.assignment.keys).union(after.assignment.keys).sorted() {
            let (from, to) = (before.assignment[participant], after.assignment[participant])
            guard from != to else { continue }
            moves.append(
                ParticipantMove(
                    participant: participant, load: load(participant), from: from, to: to, gain: gain(participant),
                    sinceLastMove: sinceLastMove(participant)))
        }
        let (linksBefore, linksAfter) = (Set(before.links), Set(after.links))
        openedLinks = linksAfter.subtracting(linksBefore).sorted()
        closedLinks = linksBefore.subtracting(linksAfter).sorted()
        let (keysBefore, keysAfter) = (Set(before.routes.map(\.key)), Set(after.routes.map(\.key)))
        keptRoutes = before.routes.filter { keysAfter.contains($0.key) }
        installedRoutes = after.routes.filter { !keysBefore.contains($0.key) }.sorted { $0.key < $1.key }
        removedRoutes = before.routes.filter { !keysAfter.contains($0.key) }.sorted { $0.key < $1.key }
    }
}

/// What a site has for the sessions whose meshes change.
public struct SiteSupply: Sendable, Hashable {
    /// Servers that these sessions may rent together: free, or theirs already. A failed site has none.
    public var servers: Int
    /// Load units that one server carries.
    public var loadPerServer: Int
    /// Whether the site failed: whoever is attached there is not served.
    public var hasFailed: Bool

    /// Creates a supply.
    public init(servers: Int, loadPerServer: Int, hasFailed: Bool = false) {
        self.servers = servers
        self.loadPerServer = loadPerServer
        self.hasFailed = hasFailed
    }
}

/// What a transition may do.
public struct TransitionLimits: Sendable, Hashable {
    /// The most moves of participants of all sessions together; `nil` for any number. Joins, leaves and moves away from
    /// failed sites do not count.
    public var moves: Int?
    /// Seconds in which nobody is moved twice, unless their site failed.
    public var cooldown: Double
    /// Whether a server beyond before and target may be rented for as long as a cycle of moves takes.
    public var allowsTemporaryServers: Bool

    /// Creates limits; the defaults bind nothing.
    public init(moves: Int? = nil, cooldown: Double = 0, allowsTemporaryServers: Bool = true) {
        self.moves = moves
        self.cooldown = cooldown
        self.allowsTemporaryServers = allowsTemporaryServers
    }
}
