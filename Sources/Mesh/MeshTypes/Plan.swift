/// The planner's answer: a mesh for every session, what it costs, and how much better any answer could be.
///
/// Its JSON form is both the output of `rmc plan --format json` and the plan file that `rmc verify` checks.
public struct Plan: Sendable, Hashable, Codable {
    /// The version of the format.
    public var version: Int
    /// How the plan was made.
    public var strategy: Strategy
    /// The cost of all sessions, ``SessionPlan/Cost/total`` summed.
    public var objective: Double
    /// A lower bound on the objective of every plan for the snapshot: the joint bound of ``SessionPlan``, at ``poolPrices``.
    public var bound: Double
    /// `(objective - bound) / bound`, 0 when they are equal; `nil` where the bound is 0 and the objective is not.
    public var gap: Double?
    /// How far the ladder was climbed.
    public var stage: PlanStage
    /// The sessions, by identifier.
    public var sessions: [SessionPlan]
    /// Sums over the sessions.
    public var totals: Totals
    /// What a server at a site is worth beyond its price, 0 or more, by site: the prices at which the sessions' bounds hold. Sites that
    /// are left out have the price 0. Any prices give a true bound.
    public var poolPrices: [SiteID: Double]
    /// The least number of participants that any plan leaves out, as ``SessionPlan`` defines it; `nil` when the plan does not say.
    public var leastUnserved: Int?
    /// What one more free server at a site would save, in cost units, by site; sites where it would save nothing are
    /// left out. An estimate, not a proof; `nil` when nobody asked.
    public var shadowPrices: [SiteID: Double]?
    /// Wall-clock seconds of each stage; left out of plan files, so that they are the same bytes each time.
    public var seconds: [String: Double]?
    /// A checksum of all the rest, in plan files.
    public var checksum: String?

    /// Sums over the sessions of a plan.
    public struct Totals: Sendable, Hashable, Codable {
        /// Participants of all sessions.
        public var participants: Int
        /// Participants with a server.
        public var served: Int
        /// Rented servers.
        public var servers: Int
        /// Cost of what people feel.
        public var interaction: Double
        /// Cost of the rented servers.
        public var rent: Double
        /// Cost of the moves.
        public var disruption: Double
        /// Cost of those left out.
        public var unserved: Double
        /// Cost of access latency above soft caps.
        public var excess: Double
        /// Participants who change site.
        public var moves: Int

        /// Creates totals.
        public init(
            participants: Int, served: Int, servers: Int, interaction: Double, rent: Double, disruption: Double,
            unserved: Double, moves: Int, excess: Double = 0
        ) {
            self.participants = participants
            self.served = served
            self.servers = servers
            self.interaction = interaction
            self.rent = rent
            self.disruption = disruption
            self.unserved = unserved
            self.moves = moves
            self.excess = excess
        }
    }

    /// Creates a plan.
    public init(
        strategy: Strategy, objective: Double, bound: Double, gap: Double?, stage: PlanStage,
        sessions: [SessionPlan], totals: Totals, poolPrices: [SiteID: Double] = [:], leastUnserved: Int? = nil,
        shadowPrices: [SiteID: Double]? = nil,
        seconds: [String: Double]? = nil,
        checksum: String? = nil
    ) {
        version = 1
        self.strategy = strategy
        self.objective = objective
        self.bound = bound
        self.gap = gap
        self.stage = stage
        self.sessions = sessions
        self.totals = totals
        self.poolPrices = poolPrices
        self.leastUnserved = leastUnserved
        self.shadowPrices = shadowPrices
        self.seconds = seconds
        self.checksum = checksum
    }
}
