import MeshControl
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// Who is served when the pool cannot carry all.
@Suite struct PreemptionTests {
    private static let start = ControlTime(milliseconds: 0)

    /// One site of two servers of five, taken in full by a session that pays little.
    private static func fullPool(elsewhere: Int = 0) throws -> MeshController {
        var controller = MeshController(at: start)
        for (number, servers) in [2, elsewhere].enumerated() where servers > 0 {
            let report = SiteReport(
                id: SiteID("s\(number)"), name: "S\(number)", latitude: 50 - 10 * Double(number), longitude: 8,
                servers: servers, loadPerServer: 5, price: 1)
            _ = try controller.handle(.siteUp(report), at: start)
        }
        try open(&controller, "cheap", 10, price: 100)
        _ = controller.tick(at: ControlTime(milliseconds: 1000))
        return controller
    }

    private static func open(
        _ controller: inout MeshController, _ id: SessionID, _ count: Int, price: Double, cap: Latency? = nil
    ) throws {
        let people = (0..<count).map {
            ParticipantReport(id: ParticipantID("\(id)-\($0)"), latitude: 50, longitude: 8)
        }
        let policy = SessionPolicy(latencyCap: cap, unservedPrice: price)
        _ = try controller.handle(
            .sessionCreated(SessionOpening(id: id, type: "match", policy: policy, participants: people)), at: start)
    }

    @Test("a session that pays more is served in full; those who pay less are told, with a price")
    func theDearAreServed() throws {
        var controller = try Self.fullPool()
        #expect(controller.mesh(of: "cheap")?.unserved.isEmpty == true)
        try Self.open(&controller, "dear", 8, price: 10_000)
        #expect(controller.mesh(of: "dear")?.unserved.count == 8)
        var declined: [ParticipantID: Double?] = [:]
        var (taken, forced) = (0, 0)
        for number in 2..<5 {
            let outcome = controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000))
            for directive in outcome.directives {
                guard case .decline("cheap", let id, .capacity, let price) = directive else { continue }
                declined[id] = price
            }
            taken += outcome.report.explanation.preemptedServers
            forced += outcome.report.forcedMoves
        }
        #expect(controller.mesh(of: "dear")?.unserved.isEmpty == true)
        #expect(controller.mesh(of: "cheap")?.unserved.count == 10)
        #expect(taken == 2)
        #expect(declined.count == 10 && declined.values.allSatisfy { ($0 ?? 0) >= 1 })
        #expect(try PlanChecker().verify(controller.snapshot(), controller.plan()).isVerified)
    }

    @Test("whoever loses a server is moved where there is room, as a forced move that nobody is charged for")
    func theCheapMoveWhereTheyCan() throws {
        var controller = try Self.fullPool(elsewhere: 2)
        try Self.open(&controller, "dear", 5, price: 10_000, cap: Latency(milliseconds: 15))
        var forced = 0
        for number in 2..<5 {
            forced += controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000)).report.forcedMoves
        }
        #expect(controller.mesh(of: "dear")?.unserved.isEmpty == true)
        #expect(controller.mesh(of: "cheap")?.unserved.isEmpty == true)
        #expect(controller.mesh(of: "dear")?.sites == ["s0"])
        #expect(forced >= 5)
        let disruption = try #require(controller.mesh(of: "cheap")).cost.disruption
        #expect(disruption == 0, "whoever had to go is not charged for it")
    }

    @Test("servers that become free go to those who wait, dearest first, however many sessions there are besides")
    func freeServersGoToThoseWhoWait() throws {
        var controller = try Self.fullPool(elsewhere: 200)
        // Sessions far away that the sweep has to look at too.
        for number in 0..<100 {
            let person = ParticipantReport(id: ParticipantID("far-\(number)"), latitude: 40, longitude: 8)
            let opening = SessionOpening(id: SessionID("far-\(number)"), type: "webinar", participants: [person])
            _ = try controller.handle(.sessionCreated(opening), at: Self.start)
        }
        let cap = Latency(milliseconds: 15)
        try Self.open(&controller, "dear", 10, price: 10_000, cap: cap)
        for (name, price) in [("first", 50.0), ("second", 40)] {
            try Self.open(&controller, SessionID(name), 10, price: price, cap: cap)
        }
        for number in 2..<8 { _ = controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000)) }
        #expect(controller.mesh(of: "dear")?.unserved.isEmpty == true)
        #expect(controller.mesh(of: "first")?.unserved.count == 10)
        _ = try controller.handle(.sessionEnded("dear"), at: ControlTime(milliseconds: 8000))
        for number in 8..<11 { _ = controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000)) }
        #expect(controller.mesh(of: "first")?.unserved.isEmpty == true)
        #expect(controller.mesh(of: "second")?.unserved.count == 10)
    }

    @Test("nothing is taken between equals, nor by those who pay less", arguments: [100.0, 1])
    func equalsTakeNothing(price: Double) throws {
        var controller = try Self.fullPool()
        try Self.open(&controller, "late", 8, price: price)
        for number in 2..<8 {
            let report = controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000)).report
            #expect(report.explanation.preemptedServers == 0)
        }
        #expect(controller.mesh(of: "late")?.unserved.count == 8)
        #expect(controller.mesh(of: "cheap")?.unserved.isEmpty == true)
    }

    /// A world too small for its people, whose types pay by the hundred for each who is left out.
    private static func world(_ seed: UInt64, churn: Double, faults: Double) -> ControlledWorld {
        var random = SimulationTests.Draw(seed)
        var parameters = SimulationParameters(
            participants: 60 + random.below(200), sessions: 4 + random.below(8), sites: 4 + random.below(8),
            churn: churn)
        parameters.slack = [0.2, 0.4, 0.7][random.below(3)]
        parameters.faults = faults
        var policies: [String: SessionPolicy] = [:]
        for (rank, type) in SessionType.allCases.enumerated() {
            var policy = type.policy
            policy.unservedPrice = [1e6, 1e4, 1e2, 1][(rank + Int(seed)) % 4]
            policy.siteLimit = nil
            policy.moveBudget = random.below(3) == 0 ? 1 : nil
            policies[type.rawValue] = policy
        }
        return ControlledWorld(parameters, seed: seed, policies: policies)
    }

    private static func lostPrice(_ controller: MeshController) -> Double {
        controller.sessionIDs.reduce(0) { $0 + (controller.mesh(of: $1)?.cost.unserved ?? 0) }
    }

    @Test(
        "in the end nobody waits who could have the server of a session that pays less", arguments: [UInt64](700..<730))
    func nobodyWaitsBehindTheCheap(seed: UInt64) throws {
        var world = Self.world(seed, churn: 0, faults: 0)
        world.checksSteps = true
        try world.open()
        for tick in 0..<25 {
            try world.pass()
            world.expectConsistent("tick \(tick)")
        }
        #expect(world.flaws.isEmpty)
        #expect(try world.verdict().isVerified)
        let snapshot = world.controller.snapshot()
        let access = snapshot.accessLatency
        let rows = Dictionary(uniqueKeysWithValues: snapshot.participants.enumerated().map { ($1.id, $0) })
        let policies = Dictionary(uniqueKeysWithValues: snapshot.sessions.map { ($0.id, $0.policy) })
        let meshes = world.controller.sessionIDs.compactMap { world.controller.mesh(of: $0) }
        for mesh in meshes {
            let policy = try #require(policies[mesh.session])
            for person in mesh.unserved where person.reason == .capacity {
                let row = try #require(rows[person.participant])
                for other in meshes where (policies[other.session]?.unservedPrice ?? 0) < policy.unservedPrice {
                    for (column, site) in snapshot.sites.enumerated() where other.servers[site.id] != nil {
                        let latency = access[row, column] ?? .longest
                        let isWithinReach = latency <= (policy.latencyCap ?? .longest)
                        #expect(!isWithinReach, "\(person.participant) waits while \(other.session) has \(site.id)")
                    }
                }
            }
        }
    }

    @Test("in worlds too small for their people servers do change hands")
    func serversChangeHands() throws {
        var taken = 0
        for seed in UInt64(730)..<740 {
            var world = Self.world(seed, churn: 0.1, faults: 0.3)
            try world.open()
            for _ in 0..<10 { taken += try world.pass().explanation.preemptedServers }
        }
        // Else the comparison with ticks that take nothing would say nothing.
        #expect(taken > 5)
    }

    @Test(
        "a tick never leaves more unserved, by what they pay, than one that takes nothing",
        arguments: [UInt64](730..<750))
    func takingNeverCosts(seed: UInt64) throws {
        var world = Self.world(seed, churn: 0.1, faults: 0.3)
        world.checksSteps = true
        try world.open()
        var (with, without) = (0.0, 0.0)
        for tick in 0..<20 {
            world.time = world.time.advanced(byMilliseconds: 1000)
            for event in world.world.next() { try world.tell(event) }
            var other = world.controller
            other.exchangesServers = false
            _ = other.tick(at: world.time)
            try world.tell(.tickDue(TickOrder()))
            let lost = (Self.lostPrice(world.controller), Self.lostPrice(other))
            #expect(lost.0 <= lost.1 + 1e-6, "tick \(tick)")
            with += lost.0
            without += lost.1
            world.expectConsistent("tick \(tick)")
        }
        #expect(with <= without)
        #expect(world.flaws.isEmpty, "\(world.flaws.prefix(2))")
        #expect(try world.verdict().isVerified)
        var replayed = MeshController(configuration: world.configuration, at: Self.start)
        var directives: [Directive] = []
        for entry in world.log { directives += try replayed.handle(entry.event, at: entry.time) }
        #expect(directives == world.directives)
        #expect(try replayed.encodedState() == world.controller.encodedState())
        let restored = try MeshController(encodedState: world.controller.encodedState())
        var (one, two) = (restored, world.controller)
        let next = world.time.advanced(byMilliseconds: 1000)
        #expect(one.tick(at: next).directives == two.tick(at: next).directives)
    }
}
