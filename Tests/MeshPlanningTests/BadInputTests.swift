import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

/// What a user can get wrong, or the world can: each has a clear answer, and every plan is verified.
@Suite("Worlds that go wrong")
struct BadInputTests {
    private let home = GeoCoordinate(latitude: 50, longitude: 8)

    private func site(_ name: String, _ place: GeoCoordinate, servers: Int = 2, load: Int = 4, price: Double = 3)
        -> Site
    {
        Site(
            id: SiteID(name), name: name, coordinate: place, freeServers: servers, totalServers: servers,
            loadPerServer: load, price: price)
    }

    private func people(_ count: Int, _ session: SessionID, _ place: (Int) -> GeoCoordinate) -> [Participant] {
        (0..<count).map {
            Participant(id: ParticipantID("\(session)-\($0)"), session: session, coordinate: place($0))
        }
    }

    private func plan(_ snapshot: Snapshot, sourceLocation: SourceLocation = #_sourceLocation) throws -> Plan {
        let plan = try planner.plan(snapshot)
        #expect(PlanChecker().verify(snapshot, plan).failures == [], sourceLocation: sourceLocation)
        return plan
    }

    @Test("More people than the pool carries: the dearest session first, the rest are told with their price")
    func overload() throws {
        let far = GeoCoordinate(latitude: 40, longitude: -74)
        var snapshot = Snapshot(
            sites: [site("a", home), site("b", far)],
            sessions: [
                Session(id: "cheap", type: "match", policy: SessionPolicy(unservedPrice: 2_000)),
                Session(id: "dear", type: "match", policy: SessionPolicy(unservedPrice: 9_000)),
            ], participants: people(12, "cheap") { _ in home } + people(12, "dear") { _ in home })
        let plan = try plan(snapshot)
        #expect(plan.totals.served == 16)
        #expect(plan.sessions.map(\.assignment.count) == [4, 12])
        let unserved = plan.sessions[0].unserved
        #expect(unserved.count == 8 && unserved.allSatisfy { $0.reason == .capacity })
        // One more at the near site: pairs with the four who are there or far, and a server of its own.
        snapshot.sites[0].freeServers = 30
        for entry in unserved {
            let price = try #require(entry.price)
            #expect(price > 3 && price < 2_000)
        }
        let roomy = try self.plan(snapshot)
        #expect(roomy.totals.served == 24)
    }

    @Test("The price of serving is what the plan would cost more")
    func priceOfServing() throws {
        for seed in UInt64(0)..<60 {
            var worlds = RandomWorld(seed: seed)
            worlds.siteCount = 2...5
            worlds.sessionCount = 1...1
            worlds.participantCount = 3...8
            let snapshot = worlds.snapshot()
            let plan = try plan(snapshot)
            let session = plan.sessions[0]
            for entry in session.unserved {
                guard let price = entry.price else { continue }
                // With servers without end, the others staying: everywhere tried, the least is the price.
                var free = snapshot
                for index in free.sites.indices {
                    free.sites[index].freeServers += free.sites[index].freeServers > 0 ? 50 : 0
                }
                free.sessions[0].policy.siteLimit = nil
                free.sessions[0].policy.serverLimit = nil
                free.sessions[0].policy.moveBudget = nil
                free.sessions[0].policy.redundancy = 0
                let choice = free.participants.map { person in
                    session.assignment[person.id].flatMap { id in free.sites.firstIndex { $0.id == id } } ?? -1
                }
                let number = try #require(free.participants.firstIndex { $0.id == entry.participant })
                let force = BruteForce(free)
                let before = force.cost(choice)
                let changes = free.sites.indices.map { site -> Double in
                    var moved = choice
                    moved[number] = site
                    return force.cost(moved) - before + free.sessions[0].policy.unservedPrice
                }
                // A server that has room, or rounds up otherwise, is rented less: the price is that of a server alone.
                let least = changes.min() ?? .infinity
                let dearest = free.sites.map(\.price).max() ?? 0
                #expect(price >= least - 1e-6, "seed \(seed)")
                #expect(price <= least + dearest * 3 + 1e-6, "seed \(seed): \(price), \(least)")
            }
        }
    }

    @Test("A session of one hears its own echo, whoever interacts with whom")
    func alone() throws {
        for interaction in [Interaction.everyone, .audience, .nearby(reach: 300)] {
            var snapshot = Snapshot(
                sites: [site("a", home), site("b", GeoCoordinate(latitude: 10, longitude: 100))],
                sessions: [Session(id: "k", type: "match", policy: SessionPolicy(interaction: interaction))],
                participants: people(1, "k") { _ in home })
            snapshot.accessLatency[0, 0] = Latency(milliseconds: 7)
            let plan = try plan(snapshot)
            #expect(plan.sessions[0].assignment == ["k-0": "a"])
            #expect(abs(plan.sessions[0].cost.interaction - 14) < 1e-9)
            #expect(plan.stage == .proved && plan.gap == 0)
        }
    }

    @Test("All in one place take one site")
    func inOnePlace() throws {
        for interaction in [Interaction.everyone, .nearby(reach: 300)] {
            let snapshot = Snapshot(
                sites: [site("a", home, load: 50), site("b", GeoCoordinate(latitude: 10, longitude: 100), load: 50)],
                sessions: [Session(id: "k", type: "match", policy: SessionPolicy(interaction: interaction))],
                participants: people(30, "k") { _ in home })
            let plan = try plan(snapshot)
            #expect(plan.sessions[0].sites == ["a"] && plan.totals.served == 30)
            #expect(try #require(plan.gap) < 1e-6)
        }
    }

    @Test("Antipodes: two halves of the world meet, and neighbours do not mind")
    func antipodes() throws {
        let other = GeoCoordinate(latitude: -50, longitude: -172)
        func world(_ interaction: Interaction) -> Snapshot {
            Snapshot(
                sites: [site("a", home, load: 50), site("b", other, load: 50)],
                sessions: [Session(id: "k", type: "world", policy: SessionPolicy(interaction: interaction))],
                participants: people(20, "k") { $0.isMultiple(of: 2) ? home : other })
        }
        let everyone = try plan(world(.everyone))
        let near = try plan(world(.nearby(reach: 500)))
        #expect(near.sessions[0].sites == ["a", "b"])
        // Half of all pairs cross the globe when all count alike, a fiftieth part of them else.
        #expect(near.totals.interaction < everyone.totals.interaction / 4)
    }

    @Test("What was not measured is estimated; what was measured long ago still counts")
    func staleAndMissing() throws {
        var snapshot = Snapshot(
            sites: [site("a", home, load: 50), site("b", GeoCoordinate(latitude: 48, longitude: 2), load: 50)],
            sessions: [Session(id: "k", type: "match")], participants: people(6, "k") { _ in home })
        let guessed = try plan(snapshot)
        #expect(guessed.sessions[0].sites == ["a"])
        snapshot.accessLatency.ages = Array(repeating: 1e6, count: 12)
        snapshot.accessLatency.errors = Array(repeating: LatencyTable.unknown, count: 12)
        for person in 0..<6 { snapshot.accessLatency[person, 0] = Latency(milliseconds: 300) }
        let stale = try plan(snapshot)
        #expect(stale.sessions[0].sites == ["b"])
    }

    @Test("A server limit that leaves nothing beside the spares is named as the reason")
    func contradictoryPolicy() throws {
        let policy = SessionPolicy(serverLimit: 2, redundancy: 2)
        let snapshot = Snapshot(
            sites: [site("a", home, servers: 9)], sessions: [Session(id: "k", type: "match", policy: policy)],
            participants: people(3, "k") { _ in home })
        let plan = try plan(snapshot)
        #expect(plan.totals.served == 0)
        #expect(plan.sessions[0].unserved.allSatisfy { $0.reason == .policy })
        #expect(plan.bound == plan.objective && plan.stage == .proved)
    }

    @Test("A cap that nobody meets opens with waiting")
    func relaxingCap() throws {
        var snapshot = Snapshot(
            sites: [site("a", home)],
            sessions: [
                Session(
                    id: "k", type: "match",
                    policy: SessionPolicy(latencyCap: Latency(milliseconds: 5), capRelaxation: 0.5))
            ], participants: people(2, "k") { _ in home })
        #expect(try plan(snapshot).sessions[0].unserved.map(\.reason) == [.latencyCap, .latencyCap])
        snapshot.participants[1].waiting = 10
        #expect(try plan(snapshot).sessions[0].assignment == ["k-1": "a"])
    }

    @Test("Latency above the soft cap costs, and only that")
    func softCap() throws {
        var snapshot = Snapshot(
            sites: [site("a", home)], sessions: [Session(id: "k", type: "match")],
            participants: people(2, "k") { _ in home })
        snapshot.accessLatency[0, 0] = Latency(milliseconds: 20)
        snapshot.accessLatency[1, 0] = Latency(milliseconds: 50)
        let plain = try plan(snapshot)
        snapshot.sessions[0].policy.softLatencyCap = Latency(milliseconds: 30)
        snapshot.sessions[0].policy.softCapPrice = 2
        let capped = try plan(snapshot)
        #expect(abs(capped.objective - plain.objective - 40) < 1e-9)
        #expect(abs(capped.totals.excess - 40) < 1e-9)
    }
}
