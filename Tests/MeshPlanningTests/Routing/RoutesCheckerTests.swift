import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Routes and tables under tampering")
struct RoutesCheckerTests {
    @Test("Tables lead media everywhere once, also around every hop that fails")
    func tablesLead() throws {
        for seed in UInt64(0)..<80 {
            let world = RandomRouting(seed: seed, density: seed % 2 == 0 ? 0.3 : 0.6)
            var state = try world.state()
            _ = state.rebalance(budget: 1000)
            let verification = world.checker().verify(
                tables: tables(world, &state), routes: world.routes(of: state))
            #expect(verification.isVerified, "seed \(seed): \(verification.failures.prefix(3))")
        }
    }

    private func tables(_ world: RandomRouting, _ state: inout RoutingState) -> [ForwardingTable] {
        let names = world.names
        return world.sites.indices.map { site in
            RoutingState.named(state.forwardingTable(of: site), sites: world.sites, sessions: { names[$0] })
        }
    }

    @Test("After changes, tables are those of a state that was made anew with the same routes")
    func tablesFollow() throws {
        for seed in UInt64(0)..<30 {
            var world = RandomRouting(seed: seed)
            var state = try world.state()
            _ = tables(world, &state)
            for _ in 0..<4 {
                let key = world.random.integer(0...(world.names.count - 1))
                let demand = world.demand()
                world.setDemand(world.names[key], demand)
                let before = tables(world, &state)
                try state.setSession(key, RoutingState.streams(of: demand, numbers: world.numbers))
                let after = tables(world, &state)
                for (old, new) in zip(before, after) where old.entries != new.entries {
                    #expect(new.version > old.version, "seed \(seed)")
                }
                #expect(world.checker().verify(tables: after, routes: world.routes(of: state)).isVerified)
            }
        }
    }

    @Test("A table with any hop, delivery or detour changed is refused")
    func tamperedTables() throws {
        var refused = 0
        for seed in UInt64(0)..<40 {
            var world = RandomRouting(seed: seed, sites: 4...7)
            var state = try world.state()
            let routes = world.routes(of: state)
            let whole = tables(world, &state)
            let places = whole.indices.flatMap { table in whole[table].entries.indices.map { (table, $0) } }
            guard !places.isEmpty else { continue }
            for _ in 0..<6 {
                var tables = whole
                let (table, entry) = world.random.element(of: places)
                switch world.random.integer(0...2) {
                case 0 where !tables[table].entries[entry].next.isEmpty: tables[table].entries[entry].next.removeLast()
                case 1: tables[table].entries[entry].delivers.toggle()
                default: tables[table].entries[entry].next.append(tables[table].site)
                }
                refused += 1
                #expect(!world.checker().verify(tables: tables, routes: routes).isVerified, "seed \(seed)")
            }
        }
        #expect(refused > 100)
    }

    @Test("A route or a report with anything changed is refused")
    func tamperedRoutes() throws {
        var refused = 0
        for seed in UInt64(0)..<60 {
            var world = RandomRouting(seed: seed, sites: 4...8)
            let state = try world.state()
            let report = state.report(state.certificate(), sites: world.sites)
            let routes = world.routes(of: state)
            for (name, own) in routes {
                for number in own.indices where !own[number].hops.isEmpty {
                    var tampered = routes
                    tampered[name]?[number] = mutated(own[number], &world.random)
                    refused += 1
                    let verification = world.checker().verify(
                        demands: world.demands, routes: tampered, report: report)
                    #expect(!verification.isVerified, "seed \(seed), \(name) \(number)")
                }
            }
            for change in 0..<6 {
                var other = report
                switch change {
                case 0: other.latency += 1
                case 1: other.carriage += 1
                case 2: other.congestion += 1
                case 3: other.bound += 1
                case 4: other.unreached += 1
                default: other.overloads.append(.init(link: .init(from: "s0", to: "s1"), load: 1, capacity: 0))
                }
                #expect(
                    !world.checker().verify(demands: world.demands, routes: routes, report: other).isVerified,
                    "seed \(seed), report \(change)")
            }
        }
        #expect(refused > 200)
    }

    private func mutated(_ route: MediaRoute, _ random: inout SplitMix64) -> MediaRoute {
        var route = route
        switch random.integer(0...4) {
        case 0: route.hops.removeLast()
        case 1: route.hops.append(route.hops[0])
        case 2: route.rate += 1
        case 3: route.receivers.removeLast()
        default: route.hops[0].to = route.source
        }
        return route
    }
}
