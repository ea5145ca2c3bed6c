/// What the mesh of a session must keep to, and what things are worth to it.
public struct SessionPolicy: Sendable, Hashable, Codable {
    /// The longest access latency (participant to its site) allowed; `nil` means any. A participant with no site
    /// within the cap is not served, and is told so.
    public var latencyCap: Latency?
    /// The most sites in the mesh; `nil` means any number.
    public var siteLimit: Int?
    /// The most servers in the mesh, spares included; `nil` means any number.
    public var serverLimit: Int?
    /// The most participants that may change site in one tick; `nil` means any number. Those for whom the previous site
    /// is not allowed any more (gone, without free servers, beyond the latency cap) do not count.
    public var moveBudget: Int?
    /// Servers rented beyond what the load needs, at the mesh's own sites.
    public var redundancy: Int
    /// Cost of moving one participant to another site.
    public var movePrice: Double
    /// Cost of one millisecond of pair latency for one participant and tick: what latency is worth in money.
    public var latencyValue: Double
    /// Cost of leaving one participant without a server.
    public var unservedPrice: Double
    /// Who interacts with whom.
    public var interaction: Interaction
    /// The access latency above which a served participant costs ``softCapPrice`` a millisecond; `nil` means none.
    public var softLatencyCap: Latency?
    /// Cost of one millisecond of access latency above the soft cap, for one served participant and tick.
    public var softCapPrice: Double
    /// Milliseconds by which the latency cap grows for each second that a participant has waited for a server.
    public var capRelaxation: Double
    /// Seconds in which nobody is moved twice, unless their site failed. Binds from tick to tick, not one plan.
    public var cooldown: Double
    /// The chance of running short that headroom bought ahead accepts, 0 to 1.
    public var risk: Double
    /// The most links that a site of the mesh may have to others; `nil` means any number.
    public var degreeLimit: Int?
    /// Whether the links of the mesh must hold together when any one of them fails.
    public var twoEdgeConnected: Bool
    /// The streams that each publishing participant sends.
    public var media: [MediaStream]

    /// Creates a policy; the defaults bind nothing.
    public init(
        latencyCap: Latency? = nil, siteLimit: Int? = nil, serverLimit: Int? = nil, moveBudget: Int? = nil,
        redundancy: Int = 0, movePrice: Double = 5, latencyValue: Double = 1, unservedPrice: Double = 10_000,
        interaction: Interaction = .everyone, softLatencyCap: Latency? = nil, softCapPrice: Double = 0,
        capRelaxation: Double = 0, cooldown: Double = 0, risk: Double = 0.1, degreeLimit: Int? = nil,
        twoEdgeConnected: Bool = false, media: [MediaStream] = []
    ) {
        self.latencyCap = latencyCap
        self.siteLimit = siteLimit
        self.serverLimit = serverLimit
        self.moveBudget = moveBudget
        self.redundancy = redundancy
        self.movePrice = movePrice
        self.latencyValue = latencyValue
        self.unservedPrice = unservedPrice
        self.interaction = interaction
        self.softLatencyCap = softLatencyCap
        self.softCapPrice = softCapPrice
        self.capRelaxation = capRelaxation
        self.cooldown = cooldown
        self.risk = risk
        self.degreeLimit = degreeLimit
        self.twoEdgeConnected = twoEdgeConnected
        self.media = media
    }

    /// The latency cap of somebody who has waited for a number of seconds: `latencyCap + capRelaxation * waiting`, to the
    /// microsecond, at most ``Latency/longest``; `nil` means any latency.
    public func latencyCap(afterWaiting waiting: Double) -> Latency? {
        guard let latencyCap else { return nil }
        let added = min(capRelaxation * waiting, Latency.longest.milliseconds)
        guard added > 0 else { return latencyCap }
        return max(latencyCap, min(Latency.longest, latencyCap + Latency(milliseconds: added)))
    }
}
