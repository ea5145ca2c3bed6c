import Foundation
import MeshControl
import MeshTypes
import Testing

/// What a tick says of what binds, and of what it cost to keep meshes.
@Suite struct ExplanationTests {
    private static let start = ControlTime(milliseconds: 0)

    /// Two places far apart, with a site at each.
    private static func controller(servers: [Int], moveBudget: Int? = nil) throws -> MeshController {
        let configuration = ControlConfiguration(moveBudget: moveBudget)
        var controller = MeshController(configuration: configuration, at: start)
        for (number, count) in servers.enumerated() {
            let report = SiteReport(
                id: SiteID("s\(number)"), name: "S\(number)", latitude: 50 - 5 * Double(number),
                longitude: 8 + 60 * Double(number), servers: count, loadPerServer: 5, price: 1)
            _ = try controller.handle(.siteUp(report), at: start)
        }
        return controller
    }

    private static func people(_ prefix: String, _ count: Int, at site: Int) -> [ParticipantReport] {
        (0..<count).map {
            ParticipantReport(
                id: ParticipantID("\(prefix)\($0)"), latitude: 50 - 5 * Double(site), longitude: 8 + 60 * Double(site))
        }
    }

    private static func open(
        _ controller: inout MeshController, _ id: SessionID, _ people: [ParticipantReport],
        _ change: (inout SessionPolicy) -> Void = { _ in }
    ) throws {
        var policy = SessionPolicy()
        change(&policy)
        _ = try controller.handle(
            .sessionCreated(SessionOpening(id: id, type: "match", policy: policy, participants: people)), at: start)
    }

    private static func tick(_ controller: inout MeshController, _ number: Int) -> TickReport {
        controller.tick(at: ControlTime(milliseconds: Int64(number) * 1000)).report
    }

    @Test("a sold-out site is named, with what a server more would be worth there")
    func aSoldOutSiteIsNamed() throws {
        var controller = try Self.controller(servers: [1, 10])
        try Self.open(&controller, "first", Self.people("a", 1, at: 0))
        try Self.open(&controller, "second", Self.people("b", 1, at: 0))
        var report = Self.tick(&controller, 1)
        for number in 2..<6 { report = Self.tick(&controller, number) }
        #expect(report.explanation.soldOut == ["s0"])
        #expect(report.explanation.sitePrices.map(\.site) == ["s0"])
        #expect((report.explanation.sitePrices.first?.price ?? 0) > 1)
        #expect(report.served == 2)
    }

    @Test("where nothing binds, nothing is listed")
    func nothingBinds() throws {
        var controller = try Self.controller(servers: [10, 10])
        try Self.open(&controller, "first", Self.people("a", 5, at: 0))
        for number in 1..<4 {
            let report = Self.tick(&controller, number)
            var expected = TickExplanation()
            expected.regretLimit = report.explanation.regretLimit
            #expect(report.explanation == expected)
            #expect((expected.regretLimit ?? -1) >= 0)
        }
    }

    @Test("limits, cool-downs, caps and lack of servers are counted, each for itself")
    func whatBindsIsCounted() throws {
        var controller = try Self.controller(servers: [1, 2], moveBudget: 0)
        try Self.open(&controller, "narrow", Self.people("a", 8, at: 0)) {
            $0.siteLimit = 1
            $0.serverLimit = 1
            $0.moveBudget = 0
        }
        try Self.open(&controller, "capped", Self.people("b", 3, at: 0)) {
            $0.latencyCap = Latency(milliseconds: 0.001)
        }
        let binding = Self.tick(&controller, 1).explanation
        #expect(binding.sessionsAtSiteLimit == 1 && binding.sessionsAtServerLimit == 1)
        #expect(binding.sessionsAtMoveBudget == 1 && binding.isMoveBudgetSpent)
        #expect(binding.withoutCapacity == 3, "five of eight fit on one server")
        #expect(binding.beyondCap == 3)
        #expect(binding.pinned == 0)
    }

    @Test("members who were moved a moment ago are counted as pinned")
    func membersInTheirCoolDownAreCounted() throws {
        var controller = try Self.controller(servers: [4, 4])
        try Self.open(&controller, "s", Self.people("a", 1, at: 0)) {
            $0.cooldown = 60
            $0.movePrice = 0.1
        }
        _ = Self.tick(&controller, 1)
        _ = try controller.handle(.moved(Self.people("a", 1, at: 1)), at: ControlTime(milliseconds: 1500))
        #expect(Self.tick(&controller, 2).moves == 1)
        _ = try controller.handle(
            .moved([ParticipantReport(id: "a0", latitude: 46, longitude: 65)]), at: ControlTime(milliseconds: 2500))
        #expect(Self.tick(&controller, 3).explanation.pinned == 1)
    }

    @Test("there is no regret where demand stands still, and some once people have moved")
    func regretFollowsDemand() throws {
        var controller = try Self.controller(servers: [4, 4])
        try Self.open(&controller, "s", Self.people("a", 1, at: 0)) { $0.movePrice = 0.1 }
        for number in 1..<5 { #expect(Self.tick(&controller, number).explanation.regret < 1e-6) }
        _ = try controller.handle(.moved(Self.people("a", 1, at: 1)), at: ControlTime(milliseconds: 4500))
        let report = Self.tick(&controller, 5)
        #expect(report.explanation.regret > 1)
        #expect((report.explanation.regretLimit ?? 0) >= report.explanation.regret)
        #expect(report.explanation.cumulativeRegret >= report.explanation.regret)
        let restored = try MeshController(encodedState: try controller.encodedState())
        var after = restored
        #expect(
            Self.tick(&after, 6).explanation.cumulativeRegret >= report.explanation.cumulativeRegret,
            "the sum is part of the state")
    }

    @Test(
        "in seeded worlds regret lies between 0 and its limit, and a replay tells the same",
        arguments: [UInt64](660..<680))
    func regretIsBoundedAndReplayed(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        var reports: [TickReport] = []
        for _ in 0..<15 { reports.append(try world.pass()) }
        for explanation in reports.map(\.explanation) {
            #expect(explanation.regret >= 0)
            if let limit = explanation.regretLimit { #expect(limit >= explanation.regret) }
        }
        var replayed = MeshController(
            configuration: world.configuration, solvers: world.solvers, at: Self.start)
        var again: [TickReport] = []
        for entry in world.log {
            if case .tickDue = entry.event {
                again.append(replayed.tick(at: entry.time).report)
            } else {
                _ = try replayed.handle(entry.event, at: entry.time)
            }
        }
        func timeless(_ reports: [TickReport]) -> [TickReport] {
            reports.map { report in
                var report = report
                report.stages = []
                report.master.glpkSeconds = 0
                return report
            }
        }
        #expect(timeless(again) == timeless(reports))
    }

    @Test("a report from before ticks were explained is read")
    func oldReportsAreRead() throws {
        var tree = try #require(
            JSONSerialization.jsonObject(with: try JSONEncoder().encode(TickReport())) as? [String: Any])
        tree["explanation"] = nil
        let report = try JSONDecoder().decode(TickReport.self, from: JSONSerialization.data(withJSONObject: tree))
        #expect(report == TickReport())
    }
}
