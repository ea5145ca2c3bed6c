import MeshTypes

/// What does not change while one session's mesh is searched: who may move, where to, and what things cost.
///
/// The things that move are *groups*: single participants, or, in large sessions, those of one density cluster who are
/// at the same site. Their latencies are exact sums in microseconds, so that a group's linear terms are exact too.
final class SearchSpace: Sendable {
    /// All sites of the world.
    let siteCount: Int
    /// The sites that may be used, ascending.
    let candidates: [Int]
    /// Servers that the session may rent at each site.
    let available: [Int]
    let loadPerServer: [Int]
    let price: [Double]
    /// The candidates, cheapest server first: where spares go.
    let candidatesByPrice: [Int]
    /// Routed latency there plus back, row-major over all sites.
    let coupling: [Double]

    let groups: ParticipantGroups
    let policy: SessionPolicy
    /// Participants of the session, served or not.
    let participantCount: Int
    /// Who interacts with whom.
    let interaction: InteractionClasses
    /// What a participant's latency is multiplied by when all are served, by class.
    let fullMultipliers: [Double]
    /// Routed latency from and to each site, for interactions that differ by direction.
    let departures: [Double]
    let arrivals: [Double]
    /// Cost of one microsecond of weighted pair latency.
    var scale: Double { interaction.scale }
    let siteLimit: Int
    let serverLimit: Int
    let moveBudget: Int

    /// What a missing spare counts in the search: more than any plan costs, so that the search gets rid of it.
    static let missingSparePenalty = 1e13
    /// Stands for no limit.
    static let unlimited = Int.max / 4

    init(
        _ session: SessionProblem, in world: PlanningWorld, available: [Int], component: [Int],
        groups: ParticipantGroups? = nil
    ) {
        siteCount = world.siteCount
        let groups = groups ?? ParticipantGroups(singlesOf: session, siteCount: world.siteCount)
        self.available = available
        candidates = component.filter { available[$0] > 0 }
        loadPerServer = world.sites.map(\.loadPerServer)
        let price = world.sites.map(\.price)
        self.price = price
        candidatesByPrice = candidates.sorted { (price[$0], $0) < (price[$1], $1) }
        coupling = world.coupling
        self.groups = groups
        policy = session.policy
        participantCount = session.count
        interaction = session.interaction
        fullMultipliers = session.interaction.fullMultipliers
        departures = world.departures
        arrivals = world.arrivals
        siteLimit = session.policy.siteLimit ?? Self.unlimited
        serverLimit = session.policy.serverLimit ?? Self.unlimited
        moveBudget = session.policy.moveBudget ?? Self.unlimited
    }

    /// A space over the same sites in which other groups move, or as many as they like.
    init(_ other: SearchSpace, groups: ParticipantGroups? = nil, moveBudget: Int? = nil) {
        siteCount = other.siteCount
        available = other.available
        candidates = other.candidates
        loadPerServer = other.loadPerServer
        price = other.price
        candidatesByPrice = other.candidatesByPrice
        coupling = other.coupling
        self.groups = groups ?? other.groups
        policy = other.policy
        participantCount = other.participantCount
        interaction = other.interaction
        fullMultipliers = other.fullMultipliers
        departures = other.departures
        arrivals = other.arrivals
        siteLimit = other.siteLimit
        serverLimit = other.serverLimit
        self.moveBudget = moveBudget ?? other.moveBudget
    }
}

/// The groups that move as one, as flat arrays.
struct ParticipantGroups: Sendable {
    /// The participants of each group, by number in the session.
    let members: [[Int]]
    /// How many participants each group has.
    let weight: [Double]
    /// The load of each group.
    let load: [Int]
    /// Summed access latency, a row a group, a column a site; infinity where the site is not allowed.
    let latency: [Double]
    /// Summed cost of access latency above the soft cap, shaped like `latency`; empty where there is no such cost.
    let excess: [Double]
    /// The interaction class of each group, the same for all members.
    let interactionClass: [Int]
    /// The previous site, ``SessionProblem/nowhere`` or ``SessionProblem/vanished``; the same for all members.
    let previous: [Int]
    /// Whether moving counts against the budget: the previous site is still allowed.
    let isBudgeted: [Bool]

    var count: Int { weight.count }
    /// Whether any move counts against a budget.
    var hasBudgeted: Bool { isBudgeted.contains(true) }

    /// Every participant a group of its own.
    init(singlesOf session: SessionProblem, siteCount: Int) {
        members = session.participants.indices.map { [$0] }
        weight = Array(repeating: 1, count: session.count)
        load = session.loads
        latency = session.latency
        excess = Self.excess(of: members, session, siteCount: siteCount)
        interactionClass = session.interaction.classOf
        previous = session.previous
        isBudgeted = session.previous.indices.map { participant in
            let site = session.previous[participant]
            return site >= 0 && session.latency[participant * siteCount + site] < .infinity
        }
    }

    /// Groups of participants, which must agree in previous site and allowed sites.
    init(_ members: [[Int]], of session: SessionProblem, siteCount: Int) {
        self.members = members
        weight = members.map { Double($0.count) }
        load = members.map { $0.reduce(0) { $0 + session.loads[$1] } }
        var latency = [Double](repeating: 0, count: members.count * siteCount)
        for (group, members) in members.enumerated() {
            for member in members {
                for site in 0..<siteCount {
                    latency[group * siteCount + site] += session.latency[member * siteCount + site]
                }
            }
        }
        self.latency = latency
        excess = Self.excess(of: members, session, siteCount: siteCount)
        let first = members.map { $0.first ?? 0 }
        interactionClass = first.map { session.interaction.classOf[$0] }
        previous = first.map { session.previous[$0] }
        isBudgeted = zip(first, previous).map { member, site in
            site >= 0 && session.latency[member * siteCount + site] < .infinity
        }
    }

    private static func excess(of members: [[Int]], _ session: SessionProblem, siteCount: Int) -> [Double] {
        guard session.policy.softLatencyCap != nil, session.policy.softCapPrice > 0 else { return [] }
        var excess = [Double](repeating: 0, count: members.count * siteCount)
        for (group, members) in members.enumerated() {
            for member in members {
                for site in 0..<siteCount {
                    excess[group * siteCount + site] += session.excessCost(session.latency[member * siteCount + site])
                }
            }
        }
        return excess
    }
}
