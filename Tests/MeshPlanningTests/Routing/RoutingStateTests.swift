import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Media routing")
struct RoutingStateTests {
    private func expectVerified(_ verification: PlanVerification, _ what: String) {
        #expect(verification.isVerified, "\(what): \(verification.failures.prefix(3))")
    }

    private func verify(_ world: RandomRouting, _ state: RoutingState, steps: Int = 0) -> PlanVerification {
        world.checker().verify(
            demands: world.demands, routes: world.routes(of: state),
            report: state.report(state.certificate(steps: steps), sites: world.sites))
    }

    @Test("Every state on the way is what it says: routes, loads, costs, bound; and rebalancing only gains")
    func statesHold() throws {
        for seed in UInt64(0)..<120 {
            var world = RandomRouting(seed: seed)
            var state = try world.state()
            expectVerified(verify(world, state), "seed \(seed), set")
            let before = state.cost.total
            let report = state.rebalance(budget: 100_000)
            #expect(report.isSettled && state.cost.total <= before)
            // Another call may know shortest paths that this one did not; soon nothing gains any more.
            var calls = 0
            while state.rebalance(budget: 100_000).rerouted > 0, calls < 9 { calls += 1 }
            #expect(calls < 4)
            expectVerified(verify(world, state, steps: 4), "seed \(seed), rebalanced")
            try change(&world, &state, seed: seed)
        }
    }

    private func change(_ world: inout RandomRouting, _ state: inout RoutingState, seed: UInt64) throws {
        for _ in 0..<3 where !world.links.isEmpty {
            let number = world.random.integer(0...(world.links.count - 1))
            var link = world.links[number]
            link.latency.microseconds = link.latency.microseconds * Int64(world.random.integer(1...4)) / 2
            link.loss = world.random.chance(0.5) ? 0.03 : nil
            if world.random.chance(0.5) { link.bandwidth = Double(world.random.integer(1...30)) }
            world.replaceLink(number, by: link)
            let figures = try RoutingState.links(of: [link], numbers: world.numbers)
            _ = try state.updateLinks([.init(number: number, link: figures[0])])
            expectVerified(verify(world, state), "seed \(seed), link \(number)")
        }
        let dead = world.random.integer(0...(world.sites.count - 1))
        _ = try state.setSite(dead, isUp: false)
        var rest = world
        rest.removeLinks { $0.from == world.sites[dead] || $0.to == world.sites[dead] }
        expectVerified(verify(rest, state), "seed \(seed), site \(dead) down")
        _ = try state.setSite(dead, isUp: true)
        expectVerified(verify(world, state), "seed \(seed), site \(dead) up")
        for name in world.names where world.random.chance(0.5) {
            let key = world.names.firstIndex(of: name) ?? 0
            let demand = world.demand()
            world.setDemand(name, demand)
            try state.setSession(key, RoutingState.streams(of: demand, numbers: world.numbers))
        }
        expectVerified(verify(world, state), "seed \(seed), demands")
        for key in world.names.indices { state.removeSession(key) }
        #expect(state.cost.total == 0 && state.linkLoads.allSatisfy { $0 == 0 } && state.sessionCount == 0)
    }

    @Test("Against every routing of small networks: the bound is no higher than the best, which is mostly found")
    func everyRouting() {
        var (tried, found) = (0, 0)
        for seed in UInt64(0)..<150 {
            let world = RandomRouting(seed: seed, sites: 3...4, sessions: 1...2, isLossy: false)
            guard world.links.count <= 8, let least = EveryRouting(network: world).leastCost(),
                var state = try? world.state()
            else { continue }
            _ = state.rebalance(budget: 10_000)
            tried += 1
            #expect(state.certificate(steps: 8).bound <= least, "seed \(seed)")
            #expect(state.cost.total >= least, "seed \(seed)")
            if state.cost.total == least { found += 1 }
        }
        #expect(tried >= 60 && Double(found) >= 0.95 * Double(tried), "\(found) of \(tried)")
    }

    @Test("Without congestion and carriage every receiver is on a shortest path, and the bound is met")
    func shortestPaths() throws {
        for seed in UInt64(0)..<40 {
            let world = RandomRouting(seed: seed, isLossy: false, isNarrow: false)
            var state = try RoutingState(
                siteCount: world.sites.count, links: RoutingState.links(of: world.links, numbers: world.numbers),
                options: RoutingOptions(carriage: 0))
            for (key, name) in world.names.enumerated() {
                let demand = world.demands[name] ?? MediaDemand(streams: [])
                try state.setSession(key, RoutingState.streams(of: demand, numbers: world.numbers))
            }
            #expect(state.cost.total == state.certificate().bound, "seed \(seed)")
        }
    }

    @Test("The same calls leave the same routes; copies are independent")
    func determinism() throws {
        for seed in UInt64(0)..<20 {
            let world = RandomRouting(seed: seed)
            var (left, right) = (try world.state(), try world.state())
            let copy = left
            _ = left.rebalance(budget: 500)
            _ = right.rebalance(budget: 500)
            #expect(world.routes(of: left) == world.routes(of: right))
            #expect(left.statistics == right.statistics)
            #expect(try world.routes(of: copy) == world.routes(of: world.state()))
        }
    }

    @Test("A cut link reroutes only the sessions that use it")
    func onlyAffected() throws {
        // A square: 0-1-3 is short, 0-2-3 is long.
        func link(_ from: Int, _ to: Int, _ latency: Int64, isUp: Bool = true) -> RoutingLink {
            RoutingLink(from: from, to: to, latency: latency, isUp: isUp)
        }
        let links = [link(0, 1, 10), link(1, 3, 10), link(0, 2, 50), link(2, 3, 50)]
        var state = try RoutingState(siteCount: 4, links: links)
        func stream(_ from: Int, _ to: Int) -> [RoutingStream] {
            [RoutingStream(media: 0, sources: [.init(site: from, rate: 100)], receivers: [to])]
        }
        try state.setSession(7, stream(0, 3))
        try state.setSession(8, stream(0, 2))
        #expect(state.route(of: 7)?.first?.links == [0, 1])
        let version = state.tableVersion(of: 2)
        let update = try state.updateLinks([.init(number: 1, link: link(1, 3, 10, isUp: false))])
        #expect(update.rerouted == [7] && update.impaired.isEmpty)
        #expect(state.route(of: 7)?.first?.links == [2, 3])
        #expect(state.tableVersion(of: 2) > version)
        let second = try state.updateLinks([.init(number: 3, link: link(2, 3, 50, isUp: false))])
        #expect(second.impaired == [7] && state.route(of: 7)?.first?.unreached == [3])
        let third = try state.updateLinks([.init(number: 1, link: link(1, 3, 10))])
        #expect(third.rerouted == [7] && state.route(of: 7)?.first?.links == [0, 1])
    }

    @Test("Load spreads before links are full, and overload is reported where it cannot be avoided")
    func congestion() throws {
        let links = [
            RoutingLink(from: 0, to: 1, latency: 1000, capacity: 1000),
            RoutingLink(from: 0, to: 2, latency: 2000, capacity: 1000), RoutingLink(from: 2, to: 1, latency: 2000),
        ]
        var state = try RoutingState(siteCount: 3, links: links)
        for key in 0..<9 {
            try state.setSession(
                key, [RoutingStream(media: 1, sources: [.init(site: 0, rate: 200)], receivers: [1])])
        }
        _ = state.rebalance(budget: 1000)
        #expect(state.overloadedLinks.isEmpty)
        #expect(state.linkLoads[0] + state.linkLoads[1] == 1800)
        try state.setSession(9, [RoutingStream(media: 1, sources: [.init(site: 0, rate: 600)], receivers: [1])])
        _ = state.rebalance(budget: 1000)
        #expect(!state.overloadedLinks.isEmpty)
    }

    @Test("A degraded link is left, and who would gain from moving is named with the price")
    func relief() throws {
        let links = [
            RoutingLink(from: 0, to: 1, latency: 1000), RoutingLink(from: 1, to: 0, latency: 1000),
            RoutingLink(from: 0, to: 2, latency: 1500), RoutingLink(from: 2, to: 0, latency: 1500),
        ]
        var state = try RoutingState(siteCount: 3, links: links)
        let stream = RoutingStream(
            media: 0, sources: [.init(site: 0, rate: 10), .init(site: 1, rate: 10)], receivers: [0, 1])
        try state.setSession(3, [stream])
        let (_, gains) = try state.relieve([.init(.link(0), factor: 10)], candidates: [2])
        let gain = try #require(gains.first { $0.site == 1 })
        #expect(gain.session == 3 && gain.alternative == 0 && gain.price == 10 * 1010 * (10_000 + 1000))
        #expect(gain.gain > 0)
        #expect(state.spareSites(of: [0, 1, 2]) == [2, 0, 0])
    }

    @Test("Bad input is refused, and leaves what was")
    func refusals() throws {
        let link = RoutingLink(from: 0, to: 1, latency: 5)
        #expect(throws: PlanningError.self) { _ = try RoutingState(siteCount: 1, links: [link]) }
        #expect(throws: PlanningError.self) {
            _ = try RoutingState(siteCount: 2, links: [RoutingLink(from: 0, to: 1, latency: -5)])
        }
        var state = try RoutingState(siteCount: 2, links: [link])
        let good = RoutingStream(media: 0, sources: [.init(site: 0, rate: 5)], receivers: [0, 1])
        try state.setSession(1, [good])
        var bad = [good, good, good, good, good]
        bad[0].receivers = [2]
        bad[1].receivers = [1, 1]
        bad[2].sources[0].rate = 0
        bad[3].latencyWeight = -1
        bad[4].media = 3
        for stream in bad { #expect(throws: PlanningError.self) { try state.setSession(1, [stream]) } }
        #expect(throws: PlanningError.self) { try state.setSession(1, [good, good]) }
        #expect(throws: PlanningError.self) { _ = try state.updateLinks([.init(number: 4, link: link)]) }
        #expect(throws: PlanningError.self) { _ = try state.setSite(2, isUp: false) }
        #expect(throws: PlanningError.self) { _ = try state.relieve([.init(.site(0), factor: 0.5)]) }
        #expect(state.route(of: 1)?.first?.links == [0] && state.linkLoads == [5])
        #expect(state.route(of: 2) == nil)
    }
}
