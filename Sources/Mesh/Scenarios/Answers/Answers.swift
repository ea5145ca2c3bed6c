/// What a study's questions came to.
public struct Answers: Sendable, Hashable, Codable {
    /// Cost and latency by number of sites a session.
    public var frontier: [FrontierPoint] = []
    /// What a server is worth at each site, by hour where hours were asked for.
    public var shadowPrices: [ShadowPrice] = []
    /// What bandwidth is worth on the links that the base's traffic fills.
    public var linkPrices: [LinkPrice] = []
    /// The fewest servers that reach the target; `nil` when not asked, or when none does.
    public var fewestServers: FewestServers?
    /// Purchases, the most worthwhile first.
    public var purchases: [Purchase] = []
    /// A plan kept against plans made anew, by hour.
    public var regret: [RegretPoint] = []
    /// What losses of one and two groups come to.
    public var losses: [LossVerdict] = []

    /// Nothing answered.
    public init() {}

    /// One point of the frontier: at most so many sites a session.
    public struct FrontierPoint: Sendable, Hashable, Codable {
        /// The most sites.
        public var sites: Int
        /// Sites in use.
        public var used: Int
        /// Servers.
        public var servers: Int
        /// Rent.
        public var rent: Double
        /// Mean pair latency, ms.
        public var mean: Double
        /// 95th percentile, ms.
        public var p95: Double
        /// Participants left out.
        public var unserved: Int
        /// Cost.
        public var cost: Double
    }

    /// What the cost changes by when a site has one server more or less.
    public struct ShadowPrice: Sendable, Hashable, Codable {
        /// The site.
        public var site: String
        /// The hour; `nil` for the base.
        public var hour: Double?
        /// What one more saves; 0 where there are free ones.
        public var more: Double
        /// What one less costs; `nil` where that was not worked out.
        public var less: Double?
    }

    /// What bandwidth is worth on a link.
    public struct LinkPrice: Sendable, Hashable, Codable {
        /// The site it leaves.
        public var from: String
        /// The site it enters.
        public var to: String
        /// What the latency of all traffic (ms times Mbit/s) falls by with one Gbit/s more, at the margin.
        public var gigabit: Double
    }

    /// The fewest servers that reach a target.
    public struct FewestServers: Sendable, Hashable, Codable {
        /// The target, as it is written.
        public var target: String
        /// The limit on servers a session that reaches it; `nil` when none that was tried does.
        public var limit: Int?
        /// The servers of that plan.
        public var servers: Int
        /// What was asked of the plan: the figure.
        public var value: Double
        /// The least and the most servers a session that were tried.
        public var tried: ClosedRange<Int>
    }

    /// What a purchase brings.
    public struct Purchase: Sendable, Hashable, Codable {
        /// Servers at a site, or leave for a session to use a site more.
        public var what: String
        /// What it saves, after the rent of what is used of it.
        public var saves: Double
        /// The mean pair latency then, ms.
        public var mean: Double
        /// The participants served more.
        public var served: Int
    }

    /// One hour of a plan kept all week.
    public struct RegretPoint: Sendable, Hashable, Codable {
        /// The hour.
        public var hour: Double
        /// Participants.
        public var participants: Int
        /// What the kept plan costs, all of its servers paid for.
        public var fixed: Double
        /// What a plan made for the hour costs.
        public var free: Double
        /// What the kept plan costs too much.
        public var regret: Double { fixed - free }

        enum CodingKeys: String, CodingKey {
            case hour, participants, fixed, free
        }
    }

    /// What the loss of a kind of group comes to, one or two at a time.
    public struct LossVerdict: Sendable, Hashable, Codable {
        /// The kind of group.
        public var kind: String
        /// How many fail at a time.
        public var count: Int
        /// How many such losses were planned.
        public var losses: Int
        /// In how many of them everybody who was served still is.
        public var survived: Int
        /// In how many all assertions hold.
        public var holding: Int
        /// The loss with the highest cost.
        public var worst: String
        /// Its cost.
        public var worstCost: Double
        /// Its 95th percentile.
        public var worstP95: Double
        /// The participants whom it leaves out.
        public var worstUnserved: Int
    }
}
