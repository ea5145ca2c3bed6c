/// The way from one state of the meshes to the next: ordered steps, make before break.
///
/// **What holds after every step.**
/// 1. The servers that all sessions rent at a site are no more than stand there for them (``Site/freeServers``, which
///    counts what is free or rented by these sessions). A site that failed has none.
/// 2. The attachments at a site, *both* of a participant who has two, put no more load on the session's servers there
///    than they carry. So a server is never full beyond its capacity during an overlap.
/// 3. Whoever was served and stays in the session has a serving attachment; but those in `interrupted` may be without
///    one between their detachment and their next attachment, and those whose site failed until they are attached again.
/// 4. Every hop of an installed route is an open link. Source and receivers of a route hold servers of the session.
/// 5. Where the routes before or after lead media of a class from a site to another, and both serve somebody, a route
///    that is installed leads it.
/// 6. Nobody moves twice.
///
/// Links' bandwidth is not checked during a transition: while old and new routes are both installed, each stream is
/// sent on one of them only.
public struct Transition: Sendable, Hashable, Codable {
    /// The steps, in order.
    public var steps: [TransitionStep]
    /// Who is without a server for a while because no order of steps avoids it that was found, ascending.
    public var interrupted: [ParticipantID]
    /// What the target asked for and the steps do not reach.
    public var postponed: [Postponed]
    /// Whether the steps reach the target in full: the state after them is the target.
    public var isComplete: Bool

    /// A participant who stays where they are although the target has them elsewhere.
    public struct Postponed: Sendable, Hashable, Codable {
        /// Who.
        public var participant: ParticipantID
        /// The session.
        public var session: SessionID
        /// Why.
        public var reason: Reason

        /// Why a move is postponed.
        public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
            /// Moves that gain more used up the budget.
            case budget
            /// The participant moved too short a time ago.
            case cooldown
            /// The target site has no room until others have moved.
            case capacity
        }

        /// Creates an entry.
        public init(participant: ParticipantID, session: SessionID, reason: Reason) {
            self.participant = participant
            self.session = session
            self.reason = reason
        }
    }

    /// Creates a transition.
    public init(
        steps: [TransitionStep], interrupted: [ParticipantID] = [], postponed: [Postponed] = [],
        isComplete: Bool = true
    ) {
        self.steps = steps
        self.interrupted = interrupted
        self.postponed = postponed
        self.isComplete = isComplete
    }

    private enum CodingKeys: String, CodingKey {
        case steps, interrupted, postponed
        case isComplete = "complete"
    }

    /// The state after the steps. Steps that do not fit the state (a checker would refuse them) leave it as it is.
    ///
    /// - Complexity: O(steps), and for each step on a route O(routes of its session).
    public func applied(to before: ServiceState) -> ServiceState {
        var state = before
        for step in steps { state.apply(step) }
        return state
    }
}

extension ServiceState {
    /// Does one step; attachments that do not serve are not part of the state.
    public mutating func apply(_ step: TransitionStep) {
        switch step {
        case .provision(let session, let site, let servers):
            sessions[session, default: .init()].servers[site, default: 0] += servers
        case .release(let session, let site, let servers):
            let left = (sessions[session]?.servers[site] ?? 0) - servers
            sessions[session]?.servers[site] = left > 0 ? left : nil
        case .connect(let session, let link):
            var links = sessions[session]?.links ?? []
            links.append(link)
            sessions[session, default: .init()].links = links.sorted()
        case .disconnect(let session, let link):
            sessions[session]?.links.removeAll { $0 == link }
        case .install(let session, let route):
            sessions[session, default: .init()].routes.append(route)
        case .remove(let session, let key):
            sessions[session]?.routes.removeAll { $0.key == key }
        case .attach(let session, let participant, let site):
            if sessions[session]?.assignment[participant] == nil {
                sessions[session, default: .init()].assignment[participant] = site
            }
        case .move(let session, let participant, let site):
            sessions[session]?.assignment[participant] = site
        case .detach(let session, let participant, let site):
            if sessions[session]?.assignment[participant] == site {
                sessions[session]?.assignment[participant] = nil
            }
        }
    }
}
