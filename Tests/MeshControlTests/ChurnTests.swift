import Foundation
import MeshControl
import MeshTypes
import Testing

/// Churn of every kind: what comes also goes, so that state is in proportion to what is there.
@Suite struct ChurnTests {
    /// Events of the run; `RMC_CHURN_EVENTS` says how many, `make churn` runs ten million.
    private static let events =
        ProcessInfo.processInfo.environment["RMC_CHURN_EVENTS"].flatMap(Int.init) ?? 60_000

    @Test("after churn of every kind the state is as large as at the start")
    func churnLeavesNothing() throws {
        var churn = Churn(seed: 7)
        try churn.open()
        try churn.run(events: max(10_000, Self.events / 20))
        try churn.settle()
        let (start, resident) = (churn.controller.census, Churn.resident)
        let before = try Churn.sizes(of: churn.controller)
        let size = before.values.reduce(0, +)
        try churn.run(events: Self.events)
        try churn.settle()
        let (end, after) = (churn.controller.census, try Churn.sizes(of: churn.controller))
        let later = after.values.reduce(0, +)
        for (name, value) in start {
            #expect(
                Double(end[name] ?? 0) <= 1.1 * Double(value) + 40, "\(name): \(value) at the start, \(end[name] ?? 0)")
        }
        #expect(Double(later) <= 1.1 * Double(size), "\(before) at the start, \(after) after the churn")
        if Self.events >= 1_000_000 {
            print(
                "churn: \(Self.events) events; state \(size) to \(later) bytes, memory \(resident / 1024) to \(Churn.resident / 1024) KiB"
            )
            print("churn: start \(start.sorted { $0.key < $1.key }), end \(end.sorted { $0.key < $1.key })")
            #expect(Double(Churn.resident) <= 1.1 * Double(resident))
        }
        // And when all have gone, nothing is left of them.
        try churn.endAll()
        let empty = churn.controller.census
        #expect(empty["participants"] == 0 && empty["sessions"] == 0 && empty["classes"] == 1)
        #expect(empty["nodes"] ?? 0 <= 33, "\(empty)")
        #expect(try churn.controller.encodedState().count < 200_000)
        let restored = try MeshController(encodedState: churn.controller.encodedState())
        #expect(try restored.encodedState() == churn.controller.encodedState())
    }

    @Test("access classes and places that nobody has any more leave no rows", arguments: [1, 2, 3] as [UInt64])
    func reportsLeaveNoRows(seed: UInt64) throws {
        var churn = Churn(seed: seed)
        try churn.open()
        for index in 0..<20_000 { try churn.report(accessClass: "class-\(index)") }
        let census = churn.controller.census
        #expect(census["classes"] ?? 0 <= 1 + Churn.people + 40, "\(census)")
        #expect(census["nodes"] ?? 0 <= 2 * Churn.people + 40, "\(census)")
    }

    @Test("a site that was removed leaves nothing, and the others go on as they were")
    func removedSitesLeaveNothing() throws {
        var churn = Churn(seed: 11)
        try churn.open()
        let census = churn.controller.census
        for index in 0..<300 {
            try churn.tell(.siteUp(churn.site(SiteID("gone-\(index)"))))
            if index % 3 == 0 { try churn.tick() }
            try churn.tell(.siteRemoved(SiteID("gone-\(index)")))
        }
        try churn.tick()
        #expect(churn.controller.census["sites"] == census["sites"])
        #expect(churn.controller.census["row"] == census["row"])
        #expect(!churn.controller.snapshot().sites.contains { $0.id.description.hasPrefix("gone") })
        try churn.verify()
    }

    @Test("session types that nobody uses any more are forgotten")
    func typesAreForgotten() throws {
        var churn = Churn(seed: 5)
        try churn.open()
        for index in 0..<2_000 {
            let id = SessionID("typed-\(index)")
            try churn.tell(
                .sessionCreated(SessionOpening(id: id, type: "type-\(index)", participants: [churn.person()])))
            churn.time = churn.time.advanced(byMilliseconds: 3_600_000)
            try churn.tick()
            try churn.tell(.sessionEnded(id))
        }
        #expect(churn.controller.census["demands"] ?? 0 <= 260 + 2)
        #expect(churn.controller.expectedDemand(horizon: 1).count <= 262)
    }
}

/// A world in which everything comes and goes, around a population of constant size.
struct Churn {
    static let (people, sessions, sites) = (200, 20, 12)

    var controller = MeshController(configuration: ControlConfiguration(), at: ControlTime(milliseconds: 0))
    var time = ControlTime(milliseconds: 0)
    private var random: SimulationTests.Draw
    private var serial = 0
    private var members: [SessionID: [ParticipantID]] = [:]
    private var everybody: [ParticipantID] = []
    private var passing: [SiteID] = []

    init(seed: UInt64) { random = SimulationTests.Draw(seed) }

    /// Bytes of memory that the process has.
    static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    /// The bytes of each part of a controller's state.
    static func sizes(of controller: MeshController) throws -> [String: Int] {
        let state = try JSONSerialization.jsonObject(with: Data(controller.encodedState())) as? [String: Any] ?? [:]
        return try state.mapValues {
            try JSONSerialization.data(withJSONObject: $0, options: .fragmentsAllowed).count
        }
    }

    mutating func tell(_ event: ControlEvent) throws {
        time = time.advanced(byMilliseconds: 20)
        _ = try controller.handle(event, at: time)
    }

    mutating func tick() throws {
        time = time.advanced(byMilliseconds: 1000)
        _ = try controller.handle(.tickDue(TickOrder(workLimit: 2_000)), at: time)
    }

    mutating func site(_ id: SiteID) -> SiteReport {
        SiteReport(
            id: id, name: "", latitude: Double(random.below(140) - 60), longitude: Double(random.below(360) - 180),
            servers: 4 + random.below(4), loadPerServer: 10, price: 10)
    }

    mutating func person(accessClass: String? = nil) -> ParticipantReport {
        serial += 1
        return place(ParticipantID("p\(serial)"), accessClass: accessClass)
    }

    private mutating func place(_ id: ParticipantID, accessClass: String? = nil) -> ParticipantReport {
        ParticipantReport(
            id: id, latitude: Double(random.below(1200)) / 10 - 60, longitude: Double(random.below(3600)) / 10 - 180,
            accessClass: accessClass ?? (random.below(3) == 0 ? "class-\(random.below(1_000_000))" : ""))
    }

    mutating func open() throws {
        for index in 0..<Self.sites { try tell(.siteUp(site(SiteID("s\(index)")))) }
        for index in 0..<Self.sessions { try begin(SessionID("m\(index)")) }
        try fill()
        try tick()
    }

    private mutating func begin(_ id: SessionID) throws {
        let types = ["match", "conference", "webinar", "world"]
        try tell(.sessionCreated(SessionOpening(id: id, type: types[random.below(4)])))
        members[id] = []
    }

    private mutating func fill() throws {
        while everybody.count < Self.people { try join() }
    }

    private mutating func join() throws {
        let ids = members.keys.sorted()
        let id = ids[random.below(ids.count)]
        let person = person()
        try tell(.joined(id, [person]))
        members[id]?.append(person.id)
        everybody.append(person.id)
    }

    private mutating func leave() throws {
        guard !everybody.isEmpty else { return }
        let id = everybody.remove(at: random.below(everybody.count))
        for session in members.keys { members[session]?.removeAll { $0 == id } }
        try tell(.left([id]))
    }

    mutating func report(accessClass: String? = nil) throws {
        guard !everybody.isEmpty else { return }
        try tell(.moved([place(everybody[random.below(everybody.count)], accessClass: accessClass)]))
    }

    /// Events at random, mostly people; the numbers of people and sessions return to what they were by themselves.
    mutating func run(events: Int) throws {
        for index in 0..<events {
            switch random.below(100) {
            case 0..<30: try join()
            case 30..<60: try leave()
            case 60..<80: try report()
            case 80..<92: try measure()
            case 92: try replaceSession()
            case 93: try pass()
            case 94: try tell(.siteDraining(SiteID("s\(random.below(Self.sites))")))
            case 95: try tell(.siteDown(SiteID("s\(random.below(Self.sites))")))
            case 96: try tell(random.below(2) == 0 ? .siteSilent("s1") : .siteHeard("s1"))
            case 97 where random.below(200) == 0:
                try tell(
                    .demandExpected(
                        ExpectedDemand(
                            sessionType: "match", from: time, to: time.advanced(byMilliseconds: 60_000), factor: 1.2)))
            default: try restore()
            }
            if everybody.count > 2 * Self.people { try leave() }
            if everybody.count < Self.people / 2 { try join() }
            if index % 250 == 0 { try tick() }
        }
    }

    private mutating func measure() throws {
        guard !everybody.isEmpty else { return }
        let site = SiteID("s\(random.below(Self.sites))"), other = SiteID("s\(random.below(Self.sites))")
        let person = everybody[random.below(everybody.count)]
        var digest = MeasurementDigest(access: [
            .init(participant: person, site: site, latency: Double(5 + random.below(200)))
        ])
        if site != other, random.below(20) == 0 {
            digest.links = [
                .init(
                    from: site, to: other, latency: Double(10 + random.below(150)),
                    bandwidth: random.below(2) == 0 ? 0 : 50)
            ]
        }
        try tell(.measured(digest))
    }

    private mutating func replaceSession() throws {
        let ids = members.keys.sorted()
        let id = ids[random.below(ids.count)]
        let gone = Set(members.removeValue(forKey: id) ?? [])
        everybody.removeAll { gone.contains($0) }
        try tell(.sessionEnded(id))
        serial += 1
        try begin(SessionID("m-\(serial)"))
    }

    /// A site comes, or one that came goes.
    private mutating func pass() throws {
        if passing.count > random.below(8) {
            try tell(.siteRemoved(passing.remove(at: random.below(passing.count))))
        } else {
            serial += 1
            let id = SiteID("passing-\(serial)")
            try tell(.siteUp(site(id)))
            passing.append(id)
        }
    }

    private mutating func restore() throws { try tell(.siteUp(site(SiteID("s\(random.below(Self.sites))")))) }

    /// As at the start: as many people and sessions, and no site that passes.
    mutating func settle() throws {
        for id in passing { try tell(.siteRemoved(id)) }
        passing = []
        for index in 0..<Self.sites { try tell(.siteUp(site(SiteID("s\(index)")))) }
        while everybody.count > Self.people { try leave() }
        try fill()
        for _ in 0..<3 { try tick() }
        try verify()
    }

    mutating func endAll() throws {
        for id in controller.sessionIDs { try tell(.sessionEnded(id)) }
        for site in controller.snapshot().sites { try tell(.siteRemoved(site.id)) }
        (members, everybody) = ([:], [])
        try tick()
    }

    /// The controller knows those who are there, and nobody else.
    func verify() throws {
        let snapshot = controller.snapshot()
        #expect(Set(snapshot.participants.map(\.id)) == Set(everybody))
        #expect(Set(snapshot.sessions.map(\.id)) == Set(members.keys))
        for id in members.keys {
            guard let mesh = controller.mesh(of: id) else {
                Issue.record("session \(id) is missing")
                continue
            }
            #expect(Set(mesh.assignment.keys).union(mesh.unserved.map(\.participant)) == Set(members[id] ?? []))
        }
    }
}
