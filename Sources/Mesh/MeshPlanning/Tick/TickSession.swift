package import MeshTypes

/// A participant in the tick's arrays.
package struct TickMember: Sendable, Codable {
    /// The participant's number with the controller.
    package var slot: Int32
    /// The access node.
    package var node: Int32
    /// The site that serves the participant, or -1.
    package var site: Int32 = -1
    /// The site of the last plan, ``SessionProblem/nowhere`` or ``SessionProblem/vanished``.
    package var base: Int32 = -1
    /// The load on the server.
    package var load: Int32
    /// The cell by which neighbours are weighed: row * 720 + column of ``MeshTypes/InteractionCell``.
    package var cell: Int32
    /// Whether the participant sends to an audience.
    package var publishes: Bool
    /// The last move, milliseconds since 1970; far in the past for one who never moved.
    package var movedAt: Int64 = .min / 2
    /// Since when the participant waits for a server, milliseconds since 1970.
    package var waitsSince: Int64
    /// Milliseconds that the participant had waited when a server was found: the latency cap stays relaxed by them.
    package var waited: Int64 = 0
    /// What ``base`` is for a participant whose site of the last plan is gone.
    package static let vanished = Int32(SessionProblem.vanished)
    /// The participant's price in the last certificate: where the next one starts.
    package var dual: Float = .nan

    package init(slot: Int32, node: Int32, load: Int32, cell: Int32, publishes: Bool, waitsSince: Int64) {
        self.slot = slot
        self.node = node
        self.load = load
        self.cell = cell
        self.publishes = publishes
        self.waitsSince = waitsSince
    }

    /// Seconds that the participant has waited for a server, or had when one was found.
    package func waiting(at now: Int64) -> Double { Double(site >= 0 ? waited : max(0, now - waitsSince)) / 1000 }
}

/// Servers that a session rents at a site.
package struct Holding: Sendable, Hashable, Codable {
    package var site: Int32
    package var servers: Int32
    /// Load of the members there.
    package var load: Int32
    /// Members there.
    package var count: Int32

    package init(site: Int32, servers: Int32, load: Int32, count: Int32) {
        self.site = site
        self.servers = servers
        self.load = load
        self.count = count
    }
}

/// A session in the tick's arrays.
package struct TickSession: Sendable {
    package let id: SessionID
    package var type: String
    package var policy: SessionPolicy
    package var members: [TickMember] = []
    /// The mesh: sites with servers, ascending.
    package var holdings: [Holding] = []
    /// Closed sites that the last certificate found worth a look.
    package var suggestions: [Int32] = []
    /// The figures of the last search.
    package var figures = SessionFigures()
    /// Load for which servers are held beyond that of the members: growth that is expected.
    package var headroom = 0
    /// Members that the session is meant to have.
    package var expected = 0
    /// Paths between the members' nodes, from the last bound.
    var paths = PairPaths()
    /// The version of the mesh that was published last.
    package var version = 0

    package init(id: SessionID, type: String, policy: SessionPolicy) {
        self.id = id
        self.type = type
        self.policy = policy
    }

    /// Where a site stands among the holdings, or should.
    package func position(of site: Int32) -> (index: Int, isHeld: Bool) {
        var index = 0
        while index < holdings.count, holdings[index].site < site { index += 1 }
        return (index, index < holdings.count && holdings[index].site == site)
    }

    package var served: Int { members.count(where: { $0.site >= 0 }) }

    /// Whether no member was in the last plan.
    package var isNew: Bool { members.allSatisfy { $0.base == Int32(SessionProblem.nowhere) } }

    /// The session without what is only kept to be quick.
    package var withoutCaches: TickSession {
        var session = self
        session.paths = PairPaths()
        return session
    }
}

/// What a session costs and how good that is.
package struct SessionFigures: Sendable, Hashable, Codable {
    package var interaction = 0.0
    package var rent = 0.0
    package var disruption = 0.0
    package var excess = 0.0
    package var unserved = 0.0
    /// Cost at scarcity prices too: what ``facilityBound`` is a bound of.
    package var pricedTotal = 0.0
    /// A lower bound on the facility problem at the present loads and scarcity prices.
    package var facilityBound = 0.0
    /// A lower bound on the cost of any mesh for the session.
    package var pairBound = 0.0
    /// Whether the bounds are those of the present members.
    package var isCertified = false
    /// What any mesh for the present members costs by their access latencies alone, while nothing better is known; 0 until somebody asks.
    package var accessBound = 0.0

    package init() {}

    package var total: Double { interaction + rent + disruption + excess + unserved }

    /// The best bound known on the cost of any mesh for the present members.
    package var knownBound: Double { isCertified ? pairBound : accessBound }

    private enum CodingKeys: CodingKey {
        case interaction, rent, disruption, excess, unserved, pricedTotal, facilityBound, pairBound, isCertified
        case accessBound
    }

    /// Reads figures; those that were stored before access latencies bounded have no such bound.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        interaction = try container.decode(Double.self, forKey: .interaction)
        rent = try container.decode(Double.self, forKey: .rent)
        disruption = try container.decode(Double.self, forKey: .disruption)
        excess = try container.decode(Double.self, forKey: .excess)
        unserved = try container.decode(Double.self, forKey: .unserved)
        pricedTotal = try container.decode(Double.self, forKey: .pricedTotal)
        facilityBound = try container.decode(Double.self, forKey: .facilityBound)
        pairBound = try container.decode(Double.self, forKey: .pairBound)
        isCertified = try container.decode(Bool.self, forKey: .isCertified)
        accessBound = try container.decodeIfPresent(Double.self, forKey: .accessBound) ?? 0
    }
}
