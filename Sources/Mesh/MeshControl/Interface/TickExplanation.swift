public import MeshTypes

/// Why a tick's meshes cost what they do: what binds, what it would be worth to loosen it, and what it cost that meshes were kept.
///
/// Counts of sessions and members are of the sessions that the tick planned; all others are as an earlier tick told.
public struct TickExplanation: Sendable, Hashable, Codable {
    /// What a server more would be worth.
    public struct SitePrice: Sendable, Hashable, Codable {
        /// The site.
        public var site: SiteID
        /// Cost that one more server there would save those who did not get one, beyond its price and for one tick: the price that
        /// the tick's search went by. It approaches what clears the pool over some ticks and is no certificate.
        public var price: Double

        /// Creates an entry.
        public init(site: SiteID, price: Double) {
            self.site = site
            self.price = price
        }
    }

    /// The sites where a server more is worth something, by identifier.
    public var sitePrices: [SitePrice] = []
    /// The sites that have servers and none free, by identifier.
    public var soldOut: [SiteID] = []
    /// The links that planning takes as slower than measured, as sessions' media fill them, by sites. Loads are those at the tick's
    /// beginning.
    public var congestedLinks: [LinkLoad] = []
    /// Whether the tick made all the moves that all sessions together may.
    public var isMoveBudgetSpent = false
    /// Sessions that made all the moves that their policy allows.
    public var sessionsAtMoveBudget = 0
    /// Sessions with as many sites as their policy allows.
    public var sessionsAtSiteLimit = 0
    /// Sessions with as many servers as their policy allows.
    public var sessionsAtServerLimit = 0
    /// Members who may not be moved yet, as they were a short while ago.
    public var pinned = 0
    /// Members who are not served as no site that is up is within their latency cap.
    public var beyondCap = 0
    /// Members who are not served though a site is within their reach.
    public var withoutCapacity = 0
    /// Servers that sessions took from sessions that pay less for each who is left out.
    public var preemptedServers = 0

    /// Regret against hindsight: what the meshes that were kept since the last tick cost on the demand as it has turned out, less what
    /// the meshes that were planned now cost; cost of one tick, 0 or more.
    ///
    /// It is the sum over the sessions that the tick planned of `F(kept) - F(now)`, where `F` is the session's whole objective with the
    /// members and latencies of now, the cost of moves aside: members who left are gone, members who joined are where they were put at
    /// once, servers count as they were rented, and whom the kept mesh cannot serve any more counts at the policy's price. A sum below 0
    /// (more headroom was bought, or a scarce server left to others) counts as 0, since to keep all was a choice too.
    ///
    /// It is a lower estimate of the true regret, since what is planned now is not the best either; ``regretLimit`` is an upper one.
    /// Not in it: sessions that were not planned, what the kept meshes cost at the moments between the ticks, and what another order
    /// of moves over several ticks would have saved.
    public var regret = 0.0
    /// The most that the regret can be: the sum of `F(kept)` less the certified bound on what any mesh of the session costs. `nil` when
    /// a session that was planned is not certified.
    public var regretLimit: Double?
    /// The sum of ``regret`` over all ticks so far.
    public var cumulativeRegret = 0.0

    /// Creates an explanation of a tick that did nothing.
    public init() {}
}

extension KeyedDecodingContainer {
    /// Reports from before ticks were explained have none.
    func decode(_ type: TickExplanation.Type, forKey key: Key) throws -> TickExplanation {
        try decodeIfPresent(type, forKey: key) ?? TickExplanation()
    }
}
