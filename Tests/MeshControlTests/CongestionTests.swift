import MeshControl
import MeshTypes
import MeshVerification
import Testing

/// Links that are too thin for the media of all sessions.
@Suite struct CongestionTests {
    private static let start = ControlTime(milliseconds: 0)
    private static let places: [(id: SiteID, latitude: Double, longitude: Double)] = [
        ("a", 50, 8), ("b", 45, 68), ("c", 10, 38),
    ]

    /// Two sites with people, joined by a quick link and by a slower way over a third.
    private struct World {
        var controller = MeshController(at: CongestionTests.start)
        var log: [(event: ControlEvent, time: ControlTime)] = []
        var directives: [Directive] = []
        var time = CongestionTests.start

        mutating func tell(_ event: ControlEvent) throws {
            log.append((event, time))
            directives += try controller.handle(event, at: time)
        }

        @discardableResult
        mutating func tick() throws -> TickReport {
            time = time.advanced(byMilliseconds: 1000)
            let outcome = controller.tick(at: time)
            log.append((.tickDue(TickOrder(workLimit: outcome.work)), time))
            directives += outcome.directives
            return outcome.report
        }

        /// A conference with people around both ends.
        mutating func open(_ id: SessionID, each: Int = 4) throws {
            let people = CongestionTests.places.prefix(2).flatMap { place in
                (0..<each).map {
                    ParticipantReport(
                        id: ParticipantID("\(id)-\(place.id)-\($0)"), latitude: place.latitude,
                        longitude: place.longitude)
                }
            }
            try tell(.sessionCreated(SessionOpening(id: id, type: "conference", participants: people)))
        }

        /// What crosses a link by the trees that relays forward by, Mbit/s.
        func carried(_ from: SiteID, _ to: SiteID) -> Double {
            controller.sessionIDs.reduce(0) { sum, id in
                let mesh = controller.mesh(of: id)
                let routes = controller.relayRoutes(of: id).filter { $0.hops.contains(SiteLink(from: from, to: to)) }
                return sum
                    + routes.reduce(0) { sum, route in
                        sum + route.rate * Double(mesh?.assignment.values.count { $0 == route.source } ?? 0)
                    }
            }
        }
    }

    private static func world(capacity: Double?, isDetourOpen: Bool = true) throws -> World {
        var world = World()
        for place in places {
            let report = SiteReport(
                id: place.id, name: "\(place.id)", latitude: place.latitude, longitude: place.longitude,
                servers: 50, loadPerServer: 10, price: 1)
            try world.tell(.siteUp(report))
        }
        var links: [MeasurementDigest.SiteLink] = []
        for (one, two, latency) in [("a", "b", 60.0), ("a", "c", 45), ("c", "b", 45)] {
            let isThin = one == "a" && two == "b"
            let state = isThin || isDetourOpen ? latency : nil
            for (from, to) in [(one, two), (two, one)] {
                links.append(
                    .init(from: SiteID(from), to: SiteID(to), latency: state, bandwidth: isThin ? capacity : nil))
            }
        }
        try world.tell(.measured(MeasurementDigest(links: links)))
        return world
    }

    @Test("sessions leave a thin link for a detour until it carries what it can, and come back when there is room")
    func sessionsLeaveAThinLink() throws {
        var world = try Self.world(capacity: 20)
        for number in 0..<5 { try world.open(SessionID("s\(number)")) }
        for _ in 0..<15 { try world.tick() }
        for load in world.controller.linkLoads() { #expect(load.load <= load.capacity) }
        #expect(world.carried("a", "b") <= 20 && world.carried("b", "a") <= 20)
        #expect(world.carried("a", "c") > 20, "over the third site instead")
        let report = try world.tick()
        #expect(report.explanation.congestedLinks.map(\.from) == ["a", "b"])
        for number in 1..<5 { try world.tell(.sessionEnded(SessionID("s\(number)"))) }
        for _ in 0..<20 { try world.tick() }
        #expect(world.controller.linkLoads().allSatisfy { $0.delay == 0 && $0.load > 0 })
        #expect(world.carried("a", "b") > 0 && world.carried("a", "c") == 0)
    }

    @Test("loads are those of the trees that relays forward by")
    func loadsAreThoseOfTheTrees() throws {
        var world = try Self.world(capacity: 100)
        for number in 0..<3 { try world.open(SessionID("s\(number)")) }
        for _ in 0..<3 { try world.tick() }
        let loads = world.controller.linkLoads()
        #expect(loads.map(\.from) == ["a", "b"] && loads.map(\.capacity) == [100, 100])
        for load in loads {
            #expect(load.load > 0 && load.delay == 0)
            #expect(abs(load.load - world.carried(load.from, load.to)) < 0.01)
        }
        try world.tell(.measured(MeasurementDigest(links: [.init(from: "a", to: "b", latency: 60, bandwidth: 0)])))
        #expect(world.controller.linkLoads().map(\.from) == ["b"], "0 lets a capacity be forgotten")
        #expect(throws: ControlError.self) {
            try world.tell(.measured(MeasurementDigest(links: [.init(from: "a", to: "b", latency: 60, bandwidth: -1)])))
        }
    }

    @Test("nothing goes back and forth while demand stands still", arguments: [10.0, 20, 30, 45], [true, false])
    func nothingFlaps(capacity: Double, isDetourOpen: Bool) throws {
        var world = try Self.world(capacity: capacity, isDetourOpen: isDetourOpen)
        for number in 0..<5 { try world.open(SessionID("s\(number)"), each: 2 + number) }
        for _ in 0..<20 { try world.tick() }
        let delays = world.controller.linkLoads().map(\.delay)
        var versions = world.controller.sessionIDs.map { world.controller.mesh(of: $0)?.version }
        for tick in 0..<50 {
            let report = try world.tick()
            #expect(report.moves == 0, "tick \(tick)")
            let now = world.controller.sessionIDs.map { world.controller.mesh(of: $0)?.version }
            #expect(now == versions, "tick \(tick)")
            versions = now
            #expect(world.controller.linkLoads().map(\.delay) == delays, "tick \(tick)")
        }
    }

    @Test("a world in which no capacity is known is planned as before, and nothing of links is in its state")
    func noCapacityCostsNothing() throws {
        var with = try Self.world(capacity: 1e6)
        var without = try Self.world(capacity: nil)
        for number in 0..<5 {
            try with.open(SessionID("s\(number)"))
            try without.open(SessionID("s\(number)"))
        }
        for _ in 0..<5 {
            try with.tick()
            try without.tick()
        }
        #expect(with.directives == without.directives)
        #expect(without.controller.linkLoads().isEmpty)
        let text = String(decoding: try without.controller.encodedState(), as: UTF8.self)
        #expect(!text.contains("\"links\""))
    }

    @Test("a replay, and a state that was stored in between, go the same ways")
    func replaysGoTheSameWays() throws {
        var world = try Self.world(capacity: 25)
        for number in 0..<5 { try world.open(SessionID("s\(number)"), each: 2 + number) }
        for _ in 0..<4 { try world.tick() }
        var restored = try MeshController(encodedState: world.controller.encodedState())
        let (told, done) = (world.log.count, world.directives.count)
        for tick in 0..<16 {
            if tick == 6 { try world.tell(.sessionEnded("s4")) }
            if tick == 8 { try world.tell(.left(["s3-a-0", "s3-b-0"])) }
            if tick == 10 { try world.tell(.siteDraining("c")) }
            try world.tick()
        }
        var replayed = MeshController(at: Self.start)
        var directives: [Directive] = []
        for entry in world.log { directives += try replayed.handle(entry.event, at: entry.time) }
        #expect(directives == world.directives)
        #expect(try replayed.encodedState() == world.controller.encodedState())
        var later: [Directive] = []
        for entry in world.log[told...] { later += try restored.handle(entry.event, at: entry.time) }
        #expect(later == Array(world.directives[done...]))
        #expect(try restored.encodedState() == world.controller.encodedState())
    }

    @Test("worlds with faults and thin links are planned and replayed as all others", arguments: [UInt64](760..<790))
    func thinLinksAndFaults(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        world.checksSteps = true
        try world.open()
        var random = SimulationTests.Draw(seed)
        let sites = world.controller.snapshot().sites
        var delayed = 0
        var restored: (controller: MeshController, told: Int, done: Int)?
        for tick in 0..<20 {
            if tick % 5 == 0 {
                let links = sites.flatMap { from in
                    sites.compactMap { to -> MeasurementDigest.SiteLink? in
                        guard from.id != to.id, random.below(2) == 0 else { return nil }
                        let latency = GeographicLatency.estimate(from: from.coordinate, to: to.coordinate)
                        return .init(
                            from: from.id, to: to.id, latency: latency.milliseconds,
                            bandwidth: [0, 0.05, 0.5, 4][random.below(4)])
                    }
                }
                try world.tell(.measured(MeasurementDigest(links: links)))
            }
            if tick == 9 {
                let state = try MeshController(encodedState: world.controller.encodedState(), solvers: world.solvers)
                restored = (state, world.log.count, world.directives.count)
            }
            delayed += try world.pass().explanation.congestedLinks.count
            world.expectConsistent("tick \(tick)")
            let verdict = try world.verdict()
            #expect(verdict.isVerified, "tick \(tick): \(verdict.failures.prefix(2))")
        }
        #expect(world.flaws.isEmpty, "\(world.flaws.prefix(2))")
        var replayed = MeshController(
            configuration: world.configuration, solvers: world.solvers, at: Self.start)
        var directives: [Directive] = []
        for entry in world.log { directives += try replayed.handle(entry.event, at: entry.time) }
        #expect(directives == world.directives)
        #expect(try replayed.encodedState() == world.controller.encodedState())
        var later = try #require(restored)
        var rest: [Directive] = []
        for entry in world.log[later.told...] { rest += try later.controller.handle(entry.event, at: entry.time) }
        #expect(rest == Array(world.directives[later.done...]))
        #expect(try later.controller.encodedState() == world.controller.encodedState())
        if seed == 760 { #expect(delayed > 0) }
    }
}
