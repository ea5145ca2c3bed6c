/// The mesh of one session: which servers, who is served where, what it costs.
///
/// **The objective.** With `N` participants in the session, `l` access latencies and `d` routed latencies between sites
/// (shortest paths over the links), all in ms, an ordered pair of different served participants `(p, q)` has the pair
/// latency `l[p, a(p)] + d[a(p), a(q)] + l[q, a(q)]` and the weight `t(p, q)` of the policy's ``Interaction``. With `S` the
/// sum of the weights of all ordered pairs of the session, served or not, `sigma = latencyValue * N / S`, and
///
///     interaction = sigma * sum over the ordered served pairs of t(p, q) * (pair latency)
///     rent        = sum over sites of price * servers
///     disruption  = movePrice * participants who were at another site in the previous plan
///     unserved    = unservedPrice * participants without a server
///     excess      = softCapPrice * sum over the served of the access latency above softLatencyCap
///
/// (for everyone with everyone `sigma = latencyValue / (N - 1)`: interaction is `latencyValue * N * (mean pair latency)`
/// when all are served; a session of one has no pairs, and its interaction is `latencyValue * 2 * l`, its own echo). A
/// participant whose previous site is gone counts as moved; one whom the previous plan did not serve does not. At a site
/// that serves load `n` at least `ceil(n / loadPerServer)` servers are rented, and all sessions together no more than are
/// free.
///
/// **The path bound.** A site is *allowed* for a participant when it has free servers and lies within the latency cap,
/// which grows while the participant waits (``SessionPolicy/latencyCap(afterWaiting:)``). `R` are the participants with an
/// allowed site. For an ordered pair of them,
/// `path(p, q) = least over allowed j of p and h of q of l[p, j] + d[j, h] + l[q, h]`, or 0 where no way leads from one
/// to the other (no plan serves both, so that the pair costs nothing in any plan), and
///
///     half[p]  = sigma * sum over q in R, q != p, of t(p, q) * path(p, q) + softCapPrice * (least allowed l above the
///                soft cap)
///     full[p]  = half[p] + sigma * sum over q in R, q != p, of t(q, p) * path(q, p)
///     rent     = least cost of carrying the load of R on fractions of free servers, cheapest load unit first, but at
///                least the cheapest server; plus `redundancy` times the cheapest server
///     rate     = the price of a load unit on the last server so used
///     bound    = min(|R| * unservedPrice,
///                    sum of half + rent - sum of max(0, full[p] + load[p] * rate - unservedPrice))
///                + (participants outside R) * unservedPrice
///
/// (with `N = 1`, `half = full = latencyValue * 2 * least allowed l`, and the excess; where the pool cannot carry the load
/// of R, `rent` is what all of the pool costs and `rate` that of its dearest load unit). The subtraction allows for plans
/// that leave people out where that is cheaper. ``BoundCertificate`` names
/// this bound and the others; ``PairPotentials`` defines the strongest.
///
/// **The joint bound.** Sessions share the servers of the pool. For any prices `lambda[j] >= 0` of a server at each site
/// (``Plan/poolPrices``) all of them together cost at least
///
///     sum over sessions of LB(lambda) - sum over sites of lambda[j] * free servers[j]
///
/// where `LB(lambda)` bounds what a session costs when a server at `j` costs `price + lambda[j]`: any of the bounds above, with
/// those prices in place of the sites' (Lagrangian relaxation of "no more than are free"). The bound of a session in a plan is
/// its `LB(lambda)`, and its gap compares that with its cost plus `lambda[j]` times the servers that it holds; with prices of 0
/// that is its cost. A search of all plans (``BoundCertificate/search``) is made at prices of 0.
///
/// **The least number left out.** With `L` the largest load per server of the sites with free servers, `n` servers of which `r` are
/// the policy's redundancy carry at most `f(n)` of a session's people who have an allowed site: as many of their loads, least first,
/// as `(n - r) * L` holds, for `n` up to the server limit and up to the free servers of the roomiest sites, as many as the site limit
/// allows. Any plan leaves out those without an allowed site, and of the others at least as many as exceed the lesser of: the
/// largest sum of `f` over servers that sum to the free ones (where the free servers times the servers at which each `f` ends, summed, are
/// above 2,000,000: the same over the concave hulls of `f`, rounded down); and how many of all the loads, least first, the load of
/// all free servers holds.
public struct SessionPlan: Sendable, Hashable, Codable {
    /// The session.
    public var id: SessionID
    /// The sites of the mesh, by identifier.
    public var sites: [SiteID]
    /// How many participants the session has.
    public var participants: Int
    /// The servers rented at each site of the mesh, spares included.
    public var servers: [SiteID: Int]
    /// The load at each site of the mesh.
    public var load: [SiteID: Int]
    /// Who is served where.
    public var assignment: [ParticipantID: SiteID]
    /// Who is not served, and why, by identifier.
    public var unserved: [Unserved]
    /// What the session is charged.
    public var cost: Cost
    /// A lower bound on the session's cost in every plan, a server costing its price and ``Plan/poolPrices``.
    public var bound: Double
    /// How the bound was made.
    public var certificate: BoundCertificate
    /// `(cost + pool prices of the servers held - bound) / bound`, 0 when they are equal; `nil` where the bound is 0 and the cost
    /// is not.
    public var gap: Double?
    /// Pair latencies over the ordered pairs of different served participants.
    public var latency: LatencyStatistics
    /// Participants who change site against the previous plan.
    public var migrations: Int

    /// A participant without a server.
    public struct Unserved: Sendable, Hashable, Codable {
        /// Who.
        public var participant: ParticipantID
        /// Why.
        public var reason: Reason
        /// What serving the participant would cost beside those who are served, if that is known: the least, over the
        /// allowed sites with a way there and back to every site that serves somebody, of its part in interaction, the
        /// servers that its load alone needs there, its move and its excess. Compare it with `unservedPrice`.
        public var price: Double?

        /// Why a participant has no server.
        public enum Reason: String, Sendable, Hashable, Codable, CaseIterable {
            /// No site is allowed: some have free servers, and none of those lies within the policy's latency cap.
            case latencyCap = "latency-cap"
            /// No site has free servers at all: the pool is empty, down or drained.
            case noServers = "no-servers"
            /// The sites within reach, as many as policy and pool allow, are full.
            case capacity
            /// The policy contradicts itself: its server limit is no higher than its redundancy, so that no server is
            /// left to serve with.
            case policy
        }

        /// Creates an entry.
        public init(participant: ParticipantID, reason: Reason, price: Double? = nil) {
            self.participant = participant
            self.reason = reason
            self.price = price
        }
    }

    /// The cost of a session, in parts.
    public struct Cost: Sendable, Hashable, Codable {
        /// What people feel.
        public var interaction: Double
        /// What the servers cost.
        public var rent: Double
        /// What the moves cost.
        public var disruption: Double
        /// What leaving people out costs.
        public var unserved: Double
        /// What access latency above the soft cap costs.
        public var excess: Double
        /// All of it.
        public var total: Double

        /// Creates a cost; the total is the sum.
        public init(interaction: Double, rent: Double, disruption: Double, unserved: Double, excess: Double = 0) {
            self.interaction = interaction
            self.rent = rent
            self.disruption = disruption
            self.unserved = unserved
            self.excess = excess
            total = interaction + rent + disruption + unserved + excess
        }
    }

    /// Creates a session's plan.
    public init(
        id: SessionID, sites: [SiteID], participants: Int, servers: [SiteID: Int], load: [SiteID: Int],
        assignment: [ParticipantID: SiteID], unserved: [Unserved], cost: Cost, bound: Double, gap: Double?,
        latency: LatencyStatistics, migrations: Int, certificate: BoundCertificate = .path
    ) {
        self.id = id
        self.sites = sites
        self.participants = participants
        self.servers = servers
        self.load = load
        self.assignment = assignment
        self.unserved = unserved
        self.cost = cost
        self.bound = bound
        self.gap = gap
        self.latency = latency
        self.migrations = migrations
        self.certificate = certificate
    }
}

/// A distribution of latencies in milliseconds. Percentiles are nearest-rank: the least value that at least that part
/// of the pairs does not exceed.
public struct LatencyStatistics: Sendable, Hashable, Codable {
    /// The mean.
    public var mean: Double
    /// The median.
    public var p50: Double
    /// The 95th percentile.
    public var p95: Double
    /// The longest.
    public var max: Double
    /// The unit, always `ms`.
    public var unit: String

    /// Creates statistics.
    public init(mean: Double, p50: Double, p95: Double, max: Double) {
        self.mean = mean
        self.p50 = p50
        self.p95 = p95
        self.max = max
        unit = "ms"
    }

    /// No latencies at all.
    public static let none = LatencyStatistics(mean: 0, p50: 0, p95: 0, max: 0)
}
