import MeshTypes
import TestSupport

/// Seeded snapshots for tests: small worlds full of the things that go wrong.
struct RandomWorld {
    var random: SplitMix64
    /// Upper limits of the size.
    var siteCount = 1...8
    var sessionCount = 1...3
    var participantCount = 0...14
    /// Whether capacity is often short, links often missing, policies often tight.
    var isHostile = true

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func snapshot() -> Snapshot {
        let sites = (0..<random.integer(siteCount)).map { site($0) }
        let sessions = (0..<random.integer(sessionCount)).map { session($0) }
        let profiles = [
            Profile(name: "heavy", load: 3, publishes: random.chance(0.5)),
            Profile(name: "light", load: 1, publishes: false),
        ]
        var participants: [Participant] = []
        for session in sessions {
            let inOnePlace = random.chance(0.1)
            let place = coordinate()
            for number in 0..<random.integer(participantCount) {
                participants.append(
                    Participant(
                        id: ParticipantID("\(session.id)-p\(number)"), session: session.id,
                        coordinate: inOnePlace ? place : coordinate(),
                        profile: random.element(of: ["standard", "standard", "heavy", "light"]),
                        waiting: random.chance(0.2) ? Double(random.integer(1...60)) : 0))
            }
        }
        var snapshot = Snapshot(
            sites: sites, sessions: sessions, participants: participants, profiles: profiles, network: network(sites))
        for participant in participants.indices {
            for site in sites.indices where random.chance(0.5) {
                snapshot.accessLatency[participant, site] = Latency(microseconds: Int64(random.integer(500...150_000)))
            }
        }
        return snapshot
    }

    private mutating func coordinate() -> GeoCoordinate {
        // Some on both poles of a diameter.
        if random.chance(0.1) { return GeoCoordinate(latitude: 0, longitude: random.chance(0.5) ? 0 : 180) }
        return GeoCoordinate(latitude: random.fraction() * 120 - 60, longitude: random.fraction() * 360 - 180)
    }

    private mutating func site(_ number: Int) -> Site {
        let total = random.integer(1...4)
        let free = isHostile && random.chance(0.15) ? 0 : random.integer(1...total)
        return Site(
            id: SiteID("s\(number)"), name: "Site \(number)", coordinate: coordinate(), freeServers: free,
            totalServers: total, loadPerServer: random.integer(isHostile ? 1...9 : 6...20),
            price: random.chance(0.1) ? 0 : Double(random.integer(1...60)),
            region: random.chance(0.7) ? random.element(of: ["east", "west"]) : nil)
    }

    private mutating func session(_ number: Int) -> Session {
        var policy = SessionPolicy()
        if random.chance(0.3) { policy.siteLimit = random.integer(1...3) }
        if isHostile && random.chance(0.25) { policy.latencyCap = Latency(milliseconds: random.fraction() * 150 + 10) }
        if isHostile && random.chance(0.2) { policy.serverLimit = random.integer(1...4) }
        if isHostile && random.chance(0.2) { policy.redundancy = random.integer(1...2) }
        if random.chance(0.3) { policy.moveBudget = random.integer(0...4) }
        if random.chance(0.5) { policy.movePrice = random.fraction() * 30 }
        if random.chance(0.2) { policy.latencyValue = random.fraction() * 3 }
        if random.chance(0.4) {
            policy.interaction = random.chance(0.5) ? .audience : .nearby(reach: Double(random.integer(100...9_000)))
        }
        if random.chance(0.3) {
            policy.softLatencyCap = Latency(milliseconds: Double(random.integer(0...80)))
            policy.softCapPrice = random.fraction() * 2
        }
        if random.chance(0.3) { policy.capRelaxation = random.fraction() * 2 }
        if random.chance(0.1) { policy.unservedPrice = random.fraction() * 300 }
        return Session(id: SessionID("k\(number)"), type: "match", policy: policy)
    }

    private mutating func network(_ sites: [Site]) -> SiteNetwork {
        switch random.integer(0...3) {
        case 0: return .unknown
        case 1:
            var table = LatencyTable(rowCount: sites.count, columnCount: sites.count)
            for from in sites.indices {
                for to in sites.indices where !random.chance(0.2) {
                    table[from, to] = Latency(microseconds: Int64(from == to ? 0 : random.integer(500...200_000)))
                }
            }
            return .dense(table)
        default:
            let density = random.fraction()
            var links: [Link] = []
            for from in sites {
                for to in sites where random.chance(density) {
                    links.append(
                        Link(
                            from: from.id, to: to.id,
                            latency: Latency(microseconds: Int64(random.integer(500...200_000)))))
                }
            }
            return .links(links)
        }
    }

    /// The world a tick later: some people left, some came, some sites lost servers or vanished.
    mutating func evolve(_ snapshot: Snapshot, after plan: Plan) -> Snapshot {
        var next = self.snapshot()
        let kept = snapshot.sites.filter { _ in !random.chance(0.15) }
        next.sites = kept.map { site in
            var site = site
            if random.chance(0.2) { site.freeServers = random.integer(0...site.totalServers) }
            return site
        }
        next.sessions = snapshot.sessions
        next.participants = snapshot.participants.filter { _ in !random.chance(0.1) }
        if let session = snapshot.sessions.first?.id, random.chance(0.7) {
            next.participants.append(Participant(id: "newcomer", session: session, coordinate: coordinate()))
        }
        next.profiles = snapshot.profiles
        next.network = .unknown
        next.accessLatency = LatencyTable(rowCount: next.participants.count, columnCount: next.sites.count)
        next.previous = plan
        return next
    }
}
