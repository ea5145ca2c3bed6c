public import MeshTypes

/// The checker of transitions. It shares no code with the planner: it does the steps one by one on its own books and
/// looks after each whether all that ``MeshTypes/Transition`` promises holds.
public struct TransitionChecker: Sendable {
    /// What a site has for the sessions of the states.
    public struct Supply: Sendable, Hashable {
        /// Servers that the sessions may rent together.
        public var servers: Int
        /// Load units a server.
        public var loadPerServer: Int
        /// Whether the site failed.
        public var hasFailed: Bool

        /// Creates a supply.
        public init(servers: Int, loadPerServer: Int, hasFailed: Bool = false) {
            self.servers = servers
            self.loadPerServer = loadPerServer
            self.hasFailed = hasFailed
        }
    }

    /// The sites; one that is not named has no servers.
    public var supply: [SiteID: Supply]
    /// The load of each participant; 1 unless stated.
    public var loads: [ParticipantID: Int]
    /// The most moves, of all and by session; joins, leaves and moves from failed sites do not count.
    public var moveBudget: Int?
    /// The most moves of each session.
    public var sessionBudgets: [SessionID: Int]
    /// Seconds in which nobody is moved twice.
    public var cooldown: Double
    /// Seconds since each participant was moved.
    public var sinceLastMove: [ParticipantID: Double]

    /// Creates a checker.
    public init(
        supply: [SiteID: Supply], loads: [ParticipantID: Int] = [:], moveBudget: Int? = nil,
        sessionBudgets: [SessionID: Int] = [:], cooldown: Double = 0, sinceLastMove: [ParticipantID: Double] = [:]
    ) {
        self.supply = supply
        self.loads = loads
        self.moveBudget = moveBudget
        self.sessionBudgets = sessionBudgets
        self.cooldown = cooldown
        self.sinceLastMove = sinceLastMove
    }

    /// Checks every step, and the state after the last one against the target.
    ///
    /// - Complexity: O(state + steps * (servers and routes of a session)).
    public func verify(_ transition: Transition, from before: ServiceState, to target: ServiceState) -> PlanVerification
    {
        var books = TransitionBooks(checker: self, before: before, target: target, transition: transition)
        for (number, step) in transition.steps.enumerated() { books.perform(step, "steps[\(number)]") }
        books.close()
        return books.verification
    }
}
