import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

/// Worlds at the ends of what a snapshot may say: nothing is worth anything, everything is dear, nobody has room.
@Suite("Worlds of extremes")
struct ExtremeValueTests {
    /// A random world with some of its figures at their ends.
    private func world(_ seed: UInt64) -> Snapshot {
        var worlds = RandomWorld(seed: seed)
        worlds.siteCount = 1...5
        worlds.participantCount = 0...9
        var snapshot = worlds.snapshot()
        var random = SplitMix64(seed: seed ^ 0xE)
        let prices = random.element(of: [0, 1e9, nil, nil])
        let isOnePlace = random.chance(0.2)
        for index in snapshot.sites.indices {
            if let prices { snapshot.sites[index].price = prices }
            if random.chance(0.1) { snapshot.sites[index].freeServers = 0 }
        }
        if seed % 11 == 0 { for index in snapshot.sites.indices { snapshot.sites[index].freeServers = 0 } }
        for index in snapshot.sessions.indices {
            let policy = snapshot.sessions[index].policy
            snapshot.sessions[index].policy.latencyValue = random.element(of: [0, 0, 1, 1e6])
            snapshot.sessions[index].policy.movePrice = random.element(of: [0, policy.movePrice, 1e9])
            snapshot.sessions[index].policy.unservedPrice = random.element(of: [0, 10_000, 1e9])
            if random.chance(0.6) {
                snapshot.sessions[index].policy.latencyCap = Latency(
                    milliseconds: random.element(of: [0, 1, 50, 60_000]))
            }
            if random.chance(0.3) { snapshot.sessions[index].policy.softCapPrice = random.element(of: [0, 1e6]) }
        }
        if isOnePlace {
            for index in snapshot.participants.indices {
                snapshot.participants[index].coordinate = GeoCoordinate(latitude: 0, longitude: 0)
            }
        }
        return snapshot
    }

    @Test("are planned, verified, and every figure is a number, 1,200 of them")
    func planned() throws {
        for seed in UInt64(0)..<1_200 {
            let snapshot = world(seed)
            let plan = try planner.plan(snapshot)
            #expect(plan.objective.isFinite && plan.bound.isFinite, "seed \(seed): \(plan.objective), \(plan.bound)")
            #expect(plan.bound <= plan.objective + 1e-6 * max(1, abs(plan.objective)), "seed \(seed)")
            #expect(PlanChecker().verify(snapshot, plan).failures == [], "seed \(seed)")
        }
    }

    @Test("latency without value under a cap: a server where each can be reached")
    func withoutValue() throws {
        let sites = ["s0", "s1"].enumerated().map { number, id in
            Site(
                id: SiteID(id), name: id, coordinate: GeoCoordinate(latitude: 0, longitude: Double(number)),
                freeServers: 2,
                totalServers: 4, loadPerServer: 5, price: 5)
        }
        let policy = SessionPolicy(latencyCap: Latency(milliseconds: 50), latencyValue: 0)
        var snapshot = Snapshot(
            sites: sites, sessions: [Session(id: "k", type: "match", policy: policy)],
            participants: ["p0", "p1"].map {
                Participant(id: ParticipantID($0), session: "k", coordinate: GeoCoordinate(latitude: 0, longitude: 0))
            })
        for person in 0..<2 {
            for site in 0..<2 {
                snapshot.accessLatency[person, site] = Latency(milliseconds: person == site ? 10 : 90)
            }
        }
        let plan = try planner.plan(snapshot)
        #expect(plan.objective == 10 && plan.totals.served == 2)
    }

    @Test("no sites: nobody is served, and that is a plan")
    func noSites() throws {
        var snapshot = world(3)
        snapshot.sites = []
        snapshot.network = .unknown
        snapshot.accessLatency = LatencyTable(rowCount: snapshot.participants.count, columnCount: 0)
        let plan = try planner.plan(snapshot)
        #expect(plan.totals.served == 0 && plan.objective.isFinite)
        #expect(PlanChecker().verify(snapshot, plan).failures == [])
    }
}
