import MeshPlanning
import MeshTypes
import TestSupport
import Testing

/// The bounds that a tick certifies sessions with.
@Suite struct TickCertificateTests {
    @Test("whole servers gain the best of all choices", arguments: [UInt64](0..<60))
    func serversGainTheMost(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let isEqual = seed % 2 == 0
        let members = (0..<random.integer(1...8)).map { _ in
            (gain: random.fraction() * 10, load: isEqual ? 1 : random.integer(1...4))
        }
        let (price, perServer) = (random.fraction() * 12, random.integer(isEqual ? 1...4 : 4...6))
        let servers = random.integer(1...4)
        var gains = ServerGains()
        for member in members { gains.add(gain: member.gain, load: Double(member.load)) }
        let found = max(0, gains.best(price: price, perServer: perServer, servers: servers).value)
        var best = 0.0
        for choice in 0..<(1 << members.count) {
            let taken = members.indices.filter { choice >> $0 & 1 == 1 }
            let load = taken.reduce(0) { $0 + members[$1].load }
            let needed = (load + perServer - 1) / perServer
            guard needed <= servers else { continue }
            best = max(best, taken.reduce(0.0) { $0 + members[$1].gain } - Double(needed) * price)
        }
        #expect(found >= best - 1e-9)
        if isEqual { #expect(abs(found - best) < 1e-9) }
    }

    @Test("no bound is above the best allocation at the present loads", arguments: [UInt64](0..<80))
    func boundsAreTrue(seed: UInt64) {
        var world = SmallTickWorld(seed: seed)
        world.plan()
        let best = world.bestAllocation()
        let bound = world.session.figures.facilityBound
        #expect(bound <= best * (1 + 1e-12), "seed \(seed): bound \(bound), best \(best)")
        #expect(bound <= world.session.figures.pricedTotal * (1 + 1e-6))
        #expect(bound > 0)
    }

    /// Prices far above all costs cancel in the bound; what rounding leaves of them must not count as a bound. In single
    /// precision it did: the margin was a part of the sum, not of what was added.
    @Test("no bound is above the best allocation at whatever prices it starts from", arguments: [UInt64](0..<120))
    func boundsAreTrueAtAnyMagnitude(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var world = SmallTickWorld(seed: seed)
        world.plan()
        let best = world.bestAllocation()
        for exponent in [7, 14, 20, 27] {
            for member in world.session.members.indices {
                world.session.members[member].dual =
                    Float(sign: .plus, exponent: exponent, significand: 1) * Float(1 + random.fraction())
            }
            world.certify()
            let bound = world.session.figures.facilityBound
            #expect(bound <= best * (1 + 1e-12), "seed \(seed), 2^\(exponent): bound \(bound), best \(best)")
        }
    }

    @Test("paths that are kept give the bound that new ones give", arguments: [UInt64](0..<20))
    func keptPathsAreTrue(seed: UInt64) {
        var world = SmallTickWorld(seed: seed)
        world.plan()
        for _ in 0..<4 {
            world.churn()
            world.plan()
            var fresh = world
            fresh.session = TickSession(id: world.session.id, type: world.session.type, policy: world.session.policy)
            fresh.session.members = world.session.members
            fresh.session.holdings = world.session.holdings
            fresh.plan()
            world.plan()
            #expect(fresh.session.figures.pairBound == world.session.figures.pairBound)
        }
    }

    @Test("no bound by access latencies is above the cost of any mesh", arguments: [UInt64](0..<120))
    func accessBoundsAreTrue(seed: UInt64) {
        var world = SmallTickWorld(seed: seed)
        world.vary()
        let (bound, best) = (world.accessBound, world.bestMesh())
        #expect(bound <= best + 1e-9 * best, "seed \(seed): bound \(bound), best \(best)")
        // Where leaving everybody out is nearly as cheap, or weights are far from equal, access latencies may prove nothing.
        let policy = world.session.policy
        if policy.unservedPrice > 1_000, policy.interaction != .nearby(reach: 400) { #expect(bound > 0.1 * best) }
    }

    @Test("sites that join one by one have the routes of all at once", arguments: [UInt64](0..<20))
    func routesGrow(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (grown, whole) = (LatencyField(), LatencyField())
        for site in 0..<random.integer(2...40) {
            let place = GeoCoordinate(latitude: random.fraction() * 60, longitude: random.fraction() * 90)
            let isLinked = random.chance(0.8)
            _ = grown.addSite(at: place, linked: isLinked)
            _ = whole.addSite(at: place, linked: isLinked)
            if random.chance(0.7) { _ = grown.refreshRoutes() }
            guard site > 0, random.chance(0.5) else { continue }
            let (from, to, latency) = (random.integer(0...site), random.integer(0...site), random.integer(1...90_000))
            grown.setLink(from: from, to: to, Int32(latency))
            whole.setLink(from: from, to: to, Int32(latency))
        }
        _ = grown.refreshRoutes()
        _ = whole.refreshRoutes()
        for from in 0..<grown.siteCount {
            for to in 0..<grown.siteCount {
                #expect(grown.routed(from: from, to: to) == whole.routed(from: from, to: to))
                #expect(grown.arriving[to * grown.stride + from] == grown.routed(from: from, to: to))
            }
        }
    }
}

/// One session of everyone with everyone on a few sites, as a tick sees it.
private struct SmallTickWorld {
    var session: TickSession
    private var surroundings: TickSurroundings
    private var departures = DepartureTable()
    private var planner = TickPlanner()
    private var random: SplitMix64
    private let prices: [Double]

    init(seed: UInt64) {
        random = SplitMix64(seed: seed &* 31 &+ 7)
        var field = LatencyField()
        var pool = TickPool()
        var prices: [Double] = []
        for _ in 0..<random.integer(1...4) {
            let place = GeoCoordinate(latitude: random.fraction() * 50, longitude: random.fraction() * 80)
            _ = field.addSite(at: place)
            prices.append(Double(random.integer(1...60)))
            pool.entries.append(
                .init(servers: 8, loadPerServer: random.integer(2...4), price: prices[prices.count - 1]))
        }
        self.prices = prices
        for _ in 0..<12 {
            _ = field.addNode(
                at: GeoCoordinate(latitude: random.fraction() * 50, longitude: random.fraction() * 80))
        }
        _ = field.refreshRoutes()
        pool.numberComponents(field)
        var nearest = NearestSites()
        for node in 0..<field.nodeCount { nearest.refresh(node, field) }
        surroundings = TickSurroundings(field: field, nearest: nearest, pool: pool, now: 0, moveBudget: .max / 4)
        session = TickSession(
            id: "k", type: "match",
            policy: SessionPolicy(movePrice: 0, latencyValue: Double(random.integer(1...2)) / 2))
        for slot in 0..<random.integer(2...6) { session.members.append(member(slot)) }
    }

    private mutating func member(_ slot: Int) -> TickMember {
        TickMember(
            slot: Int32(slot), node: Int32(random.integer(0...11)), load: Int32(random.integer(1...2)), cell: 0,
            publishes: true, waitsSince: 0)
    }

    /// Somebody else in place of somebody.
    mutating func churn() {
        let place = random.integer(0...session.members.count - 1)
        session.members[place] = member(place)
    }

    mutating func plan() {
        planner = TickPlanner()
        var gauge = WorkGauge(limit: .max)
        surroundings.pool.commit(planner.plan(&session, surroundings, .new, &gauge))
        certify()
    }

    mutating func certify() {
        for member in session.members { departures.refresh(Int(member.node), surroundings.field) }
        planner.certify(&session, surroundings, departures)
    }

    /// Other interactions, prices of being left out, soft caps and spares.
    mutating func vary() {
        session.policy.interaction = random.element(of: [.everyone, .audience, .nearby(reach: 400)])
        session.policy.unservedPrice = random.element(of: [20, 200, 10_000])
        session.policy.redundancy = random.integer(0...1)
        session.policy.softLatencyCap = Latency(milliseconds: 10)
        session.policy.softCapPrice = random.element(of: [0, 1])
        for index in session.members.indices {
            session.members[index].publishes = random.chance(0.5)
            session.members[index].cell = Int32(random.integer(0...2) * 720 * 20)
        }
        if random.chance(0.1) { session.members.removeLast(session.members.count - 1) }
    }

    var accessBound: Double { surroundings.accessBound(of: session) }

    /// The least cost of all meshes, whoever is left out; servers are never short.
    func bestMesh() -> Double {
        let members = session.members
        var weights = members.indices.map { from in members.indices.map { from == $0 ? 0 : weight(from, $0) } }
        if members.contains(where: \.publishes) == false, session.policy.interaction == .audience {
            weights = members.indices.map { from in members.indices.map { from == $0 ? 0 : 1 } }
        }
        let sum = weights.joined().reduce(0, +)
        var best = Double.infinity
        var choice = Array(repeating: -1, count: members.count)
        while true {
            best = min(best, cost(choice, weights, sum))
            guard let place = choice.lastIndex(where: { $0 + 1 < surroundings.field.siteCount }) else { return best }
            choice[place] += 1
            for later in choice.indices where later > place { choice[later] = -1 }
        }
    }

    private func weight(_ from: Int, _ to: Int) -> Double {
        let members = session.members
        switch session.policy.interaction {
        case .everyone: return 1
        case .audience: return members[from].publishes ? 1 : 0
        case .nearby(let reach):
            let cells = [from, to].map { number in
                InteractionCell(
                    GeoCoordinate(latitude: Double(members[number].cell / 720) / 2 - 90 + 0.25, longitude: -179.75))
            }
            return Interaction.weight(from: cells[0], to: cells[1], reach: reach)
        }
    }

    private func cost(_ choice: [Int], _ weights: [[Double]], _ sum: Double) -> Double {
        let (field, members, policy) = (surroundings.field, session.members, session.policy)
        var cost = 0.0
        var loads = Array(repeating: 0, count: field.siteCount)
        for (from, site) in choice.enumerated() {
            guard site >= 0 else {
                cost += policy.unservedPrice
                continue
            }
            loads[site] += Int(members[from].load)
            let access = { (number: Int) in
                Double(field.access[Int(members[number].node) * field.stride + choice[number]]) / 1000
            }
            cost += policy.softCapPrice * max(0, access(from) - 10)
            if members.count == 1 { cost += policy.latencyValue * 2 * access(from) }
            for (to, other) in choice.enumerated() where other >= 0 && sum > 0 {
                let way = Double(field.routed(from: site, to: other)) / 1000
                cost +=
                    policy.latencyValue * Double(members.count) / sum * weights[from][to]
                    * (access(from) + way + access(to))
            }
        }
        var cheapest = Double.infinity
        for (site, load) in loads.enumerated() where load > 0 {
            let one = surroundings.pool.entries[site].loadPerServer
            cost += Double((load + one - 1) / one) * prices[site]
        }
        for price in prices { cheapest = min(cheapest, price) }
        return cost + (loads.contains { $0 > 0 } ? Double(policy.redundancy) * cheapest : 0)
    }

    /// The least cost of all assignments, by the tangent at the present mesh.
    func bestAllocation() -> Double {
        let (field, members) = (surroundings.field, session.members)
        let scale = session.policy.latencyValue / 1000 / Double(members.count - 1)
        let pulls = (0..<field.siteCount).map { site in
            members.reduce(0.0) {
                $0 + Double(field.routed(from: site, to: Int($1.site)) + field.routed(from: Int($1.site), to: site))
            }
        }
        let transit = members.reduce(0.0) { $0 + pulls[Int($1.site)] } / 2
        var best = Double.infinity
        var choice = Array(repeating: 0, count: members.count)
        while true {
            var (cost, loads) = (0.0, Array(repeating: 0, count: field.siteCount))
            for (member, site) in zip(members, choice) {
                let access = Double(field.access[Int(member.node) * field.stride + site])
                cost += scale * (2 * Double(members.count - 1) * access + pulls[site])
                loads[site] += Int(member.load)
            }
            for (site, load) in loads.enumerated() {
                let one = surroundings.pool.entries[site].loadPerServer
                cost += Double((load + one - 1) / one) * prices[site]
            }
            best = min(best, cost - scale * transit)
            guard let place = choice.lastIndex(where: { $0 + 1 < field.siteCount }) else { return best }
            choice[place] += 1
            for later in choice.indices where later > place { choice[later] = 0 }
        }
    }
}
