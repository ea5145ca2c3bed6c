import MeshControl
import MeshSimulation
import MeshTypes
import MeshVerification
import Testing

/// Bounds and the least number left out, while people come and go, sites fail and come back, links are cut and mended.
@Suite struct BoundTests {
    @Test(
        "a session's bound is never above what the present world proves, whatever changed since it was made",
        arguments: [UInt64](300..<330))
    func boundsStayTrue(seed: UInt64) throws {
        var world = SimulationTests.world(seed)
        try world.open()
        var faults = 0
        for tick in 0..<25 {
            // Some ticks have no time, so that what they find is from before.
            let isCut = tick % 3 == 2
            try world.pass(deadline: isCut ? .now : nil)
            for event in world.world.next() {
                try world.tell(event)
                switch event {
                case .siteUp, .measured: faults += 1
                default: break
                }
            }
            let snapshot = world.controller.snapshot()
            for id in world.controller.sessionIDs {
                let bound = try #require(world.controller.mesh(of: id)).bound
                let proved = try #require(PlanChecker().bound(snapshot, session: id, by: .openPath))
                #expect(bound <= proved + 1e-6 * max(1, proved), "seed \(seed), tick \(tick), \(id)")
            }
        }
        // Worlds without faults have nothing to keep bounds from.
        #expect(faults > 0 || world.world.parameters.faults == 0)
    }

    @Test("a tick that is cut tells a bound of every session", arguments: [UInt64](330..<340))
    func cutTicksAreBounded(seed: UInt64) throws {
        var world = ControlledWorld(
            SimulationTests.parameters(participants: 300, sessions: 12, sites: 20), seed: seed)
        try world.open()
        let first = try world.pass(deadline: .now)
        let whole = try world.pass()
        var cut = TickReport()
        for _ in 0..<5 { cut = try world.pass(deadline: .now) }
        for report in [first, cut] {
            #expect(report.wasCut && report.bound > 0.2 * report.objective, "\(report.bound) of \(report.objective)")
            #expect(report.gap == (report.objective - report.bound) / report.bound)
        }
        #expect(whole.bound > cut.bound && whole.gap ?? 1 < 0.5)
    }

    @Test("the least number left out is told while people are left out, and is no more than they are")
    func leastUnserved() throws {
        for (pool, isShort) in [(1.3, false), (0.8, true)] {
            var parameters = SimulationTests.parameters(participants: 400, sessions: 10, sites: 12)
            parameters.pool = pool
            var world = ControlledWorld(parameters, seed: 5)
            try world.open()
            for _ in 0..<6 {
                let report = try world.pass()
                #expect(report.leastUnserved <= report.unserved)
                #expect((report.leastUnserved > 0) == isShort, "pool \(pool): \(report.leastUnserved)")
            }
        }
    }

    @Test("a pool is cut to a multiple of the least whole servers, and nothing else of the world changes")
    func poolIsCut() throws {
        var parameters = SimulationTests.parameters(participants: 400, sessions: 10, sites: 12)
        let usual = Self.opening(parameters)
        let least = usual.sessions.reduce(0) { $0 + ($1 + 19) / 20 }
        for pool in [0, 0.8, 1, 1.05, 1.3] {
            parameters.pool = pool
            let cut = Self.opening(parameters)
            #expect(cut.servers.reduce(0, +) == Int((pool * Double(least)).rounded()))
            #expect(cut.rest == usual.rest && cut.sessions == usual.sessions)
            // In proportion: no site has a server more or less than its part.
            let (all, total) = (Double(usual.servers.reduce(0, +)), Double(cut.servers.reduce(0, +)))
            for (own, share) in zip(cut.servers, usual.servers) {
                #expect(abs(Double(own) - Double(share) * total / all) < 1)
            }
        }
    }

    /// The servers of each site, the people of each session, and all else of a world's opening.
    private static func opening(
        _ parameters: SimulationParameters
    ) -> (servers: [Int], sessions: [Int], rest: [ControlEvent]) {
        var world = SimulatedWorld(parameters, seed: 9)
        var (servers, sessions, rest): ([Int], [Int], [ControlEvent]) = ([], [], [])
        for event in world.opening() + world.next() {
            switch event {
            case .siteUp(var report):
                servers.append(report.servers)
                report.servers = 0
                rest.append(.siteUp(report))
            case .sessionCreated(let opening):
                sessions.append(opening.participants.count)
                rest.append(event)
            default: rest.append(event)
            }
        }
        return (servers, sessions, rest)
    }
}
