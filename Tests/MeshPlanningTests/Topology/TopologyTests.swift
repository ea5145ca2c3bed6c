import MeshPlanning
import TestSupport
import Testing

@Suite("Topology")
struct TopologyTests {
    @Test("Against every topology of up to five sites: mostly the best, never better, and what it says")
    func everyTopology() throws {
        var (best, count) = (0, 0)
        for seed in UInt64(0)..<100 {
            let world = RandomTopology(seed: seed)
            let found = try TopologyPlanner().topology(world.problem)
            let stated = [found.violations.parts, found.violations.excess, found.violations.bridges]
            #expect(stated == world.violations(found.links) && found.cost == world.cost(found.links), "seed \(seed)")
            let least = world.best()
            #expect(!stated.lexicographicallyPrecedes(least.violations), "seed \(seed)")
            if stated == least.violations {
                #expect(found.cost >= least.cost, "seed \(seed)")
                if found.cost == least.cost { best += 1 }
            }
            count += 1
        }
        #expect(best >= count - 3, "\(best) of \(count)")
    }

    @Test("Where all links can be, meshes are connected, within their degrees, and without bridges")
    func properties() throws {
        for seed in UInt64(0)..<12 {
            let world = RandomTopology(seed: seed, sizes: 6...14)
            var problem = world.problem
            for place in problem.latency.indices where problem.latency[place] == TopologyProblem.missing {
                problem.latency[place] = 90_000
            }
            problem.degreeLimit = 3
            problem.isTwoEdgeConnected = true
            let found = try TopologyPlanner().topology(problem)
            #expect(found.violations.isNone, "seed \(seed): \(found.violations)")
        }
    }

    @Test("A link changes only where that gains more than the change price")
    func hysteresis() throws {
        // A triangle whose third side would shorten the way between its ends by 10 000 microseconds.
        let (near, far) = (Int64(10_000), Int64(10_000))
        var problem = TopologyProblem(
            count: 3, latency: [0, near, far, near, 0, near, far, near, 0], traffic: [0, 0, 1, 0, 0, 0, 0, 0, 0],
            previous: [.init(0, 1), .init(1, 2)])
        problem.changePrice = 9_999
        #expect(try TopologyPlanner().topology(problem).links.contains(.init(0, 2)))
        problem.changePrice = 10_000
        #expect(try TopologyPlanner().topology(problem).links == [.init(0, 1), .init(1, 2)])
    }

    @Test("Tables of the wrong size are refused; a mesh of one site needs no link")
    func edges() throws {
        #expect(throws: PlanningError.self) {
            _ = try TopologyPlanner().topology(TopologyProblem(count: 2, latency: [0], traffic: [0]))
        }
        #expect(try TopologyPlanner().topology(TopologyProblem(count: 1, latency: [0], traffic: [0])).links.isEmpty)
        #expect(try TopologyPlanner().topology(TopologyProblem(count: 0, latency: [], traffic: [])).links.isEmpty)
    }
}
