public import MeshTypes

/// What a scenario's plan comes to: the figures that are asserted, compared and reported.
public struct ScenarioFigures: Sendable, Hashable, Codable {
    /// The cost of all sessions.
    public var cost: Double
    /// The bound below which no plan's cost can be.
    public var bound: Double
    /// The gap to the bound; 0 where the bound is 0 too.
    public var gap: Double
    /// What people feel.
    public var interaction: Double
    /// What the servers cost.
    public var rent: Double
    /// What leaving people out costs.
    public var leftOut: Double
    /// Participants.
    public var participants: Int
    /// Participants with a server.
    public var served: Int
    /// Participants without one.
    public var unserved: Int
    /// Rented servers.
    public var servers: Int
    /// Sites in use.
    public var sites: Int
    /// Mean latency of all pairs of all sessions, ms; people who are left out are in no pair.
    public var mean: Double
    /// The median of all pairs of all sessions, ms.
    public var p50: Double
    /// The 95th percentile over all pairs of all sessions, ms.
    public var p95: Double
    /// The longest pair latency, ms.
    public var max: Double
    /// Participants of the base who are at another site than in the base's plan, or at none.
    public var displaced: Int

    enum CodingKeys: String, CodingKey, CaseIterable {
        case cost, bound, gap, interaction, rent
        case leftOut = "left-out"
        case participants, served, unserved, servers, sites, mean, p50, p95, max, displaced
    }

    /// The figures of a plan.
    ///
    /// - Parameters:
    ///   - latency: of all pairs of all sessions.
    ///   - base: who is where in the base's plan.
    public init(_ plan: Plan, latency: LatencyStatistics, base: [ParticipantID: SiteID]) {
        cost = plan.objective
        bound = plan.bound
        gap = plan.gap ?? 0
        interaction = plan.totals.interaction
        rent = plan.totals.rent
        leftOut = plan.totals.unserved
        participants = plan.totals.participants
        served = plan.totals.served
        unserved = plan.totals.participants - plan.totals.served
        servers = plan.totals.servers
        sites = Set(plan.sessions.flatMap(\.sites)).count
        (mean, p50, p95, max) = (latency.mean, latency.p50, latency.p95, latency.max)
        displaced = 0
        for session in plan.sessions {
            for (person, site) in session.assignment where base[person].map({ $0 != site }) ?? false { displaced += 1 }
            displaced += session.unserved.count { base[$0.participant] != nil }
        }
    }

    /// One of the figures.
    public subscript(metric: Assertion.Metric) -> Double {
        switch metric {
        case .mean: mean
        case .p50: p50
        case .p95: p95
        case .max: max
        case .cost: cost
        case .rent: rent
        case .servers: Double(servers)
        case .sites: Double(sites)
        case .unserved: Double(unserved)
        case .served: Double(served)
        case .displaced: Double(displaced)
        case .gap: gap
        }
    }
}

extension Plan {
    /// Who is where.
    public var places: [ParticipantID: SiteID] {
        var places: [ParticipantID: SiteID] = [:]
        for session in sessions { places.merge(session.assignment) { first, _ in first } }
        return places
    }

    /// Rented servers by site, over all sessions.
    public var serversBySite: [SiteID: Int] {
        var servers: [SiteID: Int] = [:]
        for session in sessions { servers.merge(session.servers) { $0 + $1 } }
        return servers
    }
}
