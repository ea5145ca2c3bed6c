import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Shortest paths between many pairs by price balancing's oracle")
struct ManyPairsTests {
    /// A sparse network with a commodity between most pairs, so that all searches are those of the hierarchy.
    private func problem(seed: UInt64) throws -> MulticommodityProblem {
        var random = SplitMix64(seed: seed)
        let nodes = random.integer(20...60)
        var links: [MulticommodityProblem.Link] = []
        func join(_ a: Int, _ b: Int) {
            // Some links cost nothing, some lead one way only, some stand twice.
            let cost = random.chance(0.2) ? 0 : Double(random.integer(1...9))
            for (tail, head) in random.chance(0.9) ? [(a, b), (b, a)] : [(a, b)] {
                links.append(.init(tail: tail, head: head, capacity: .infinity, cost: cost))
            }
        }
        for node in 1..<nodes where random.chance(0.97) { join(random.integer(max(0, node - 4)...(node - 1)), node) }
        for _ in 0..<(nodes / 4) { join(random.integer(0...(nodes - 1)), random.integer(0...(nodes - 1))) }
        var commodities: [MulticommodityProblem.Commodity] = []
        for source in 0..<nodes {
            for target in 0..<nodes where random.chance(0.7) {
                commodities.append(.init(source: source, target: target, volume: 1, dropPenalty: 1_000))
            }
        }
        return try MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
    }

    @Test("Without limits every demand takes a shortest path, which is simple", arguments: 0..<60)
    func shortestPaths(seed: Int) throws {
        let problem = try problem(seed: UInt64(seed))
        let graph = try CompressedGraph(
            nodeCount: problem.nodeCount, arcs: problem.links.map { (tail: Int($0.tail), head: Int($0.head)) })
        let distances = try graph.shortestDistances(costs: problem.links.map(\.cost))
        var expected = 0.0
        for commodity in problem.commodities {
            let distance = distances[Int(commodity.source) * problem.nodeCount + Int(commodity.target)]
            expected += min(distance, 1_000)
        }
        let result = try PriceBalancingRouter().solve(problem)
        #expect(result.termination == .optimal)
        #expect(CertificateChecker().verify(problem, result).failures == [])
        #expect(abs(try #require(result.objective) - expected) <= 1e-9 * expected)
        for route in try #require(result.routes) {
            let nodes = [problem.commodities[route.commodity].source] + route.links.map { problem.links[Int($0)].head }
            #expect(Set(nodes).count == nodes.count, "a route passes a node twice")
        }
    }
}
