import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Shortest paths")
struct ShortestPathsTests {
    @Test("Dijkstra's distances are the closure's, and its paths cost what it says", arguments: 0..<300)
    func agreesWithClosure(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let instance = try RandomPathInstance(&random, nodes: 1...40, costRange: 0...20)
        let closure = try #require(instance.closure())
        let doubles = instance.costs.map(Double.init)
        let all = try instance.graph.shortestDistances(costs: instance.costs)
        for source in 0..<instance.graph.nodeCount {
            let tree = try instance.graph.shortestPaths(from: source, costs: instance.costs)
            #expect(tree.distances == closure[source])
            let row = source * instance.graph.nodeCount
            #expect(Array(all[row..<(row + instance.graph.nodeCount)]) == closure[source])
            let inDoubles = try instance.graph.shortestPaths(from: source, costs: doubles)
            #expect(inDoubles.parentArcs == tree.parentArcs)
            for target in 0..<instance.graph.nodeCount {
                let path = tree.path(to: target, in: instance.graph)
                #expect((path == nil) == (closure[source][target] == .max))
                guard let path else { continue }
                #expect(instance.cost(ofWalk: path, from: source, to: target) == closure[source][target])
            }
        }
    }

    @Test("With costs of either sign: the closure's distances, or a negative cycle", arguments: 0..<400)
    func signedCosts(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 10_000)
        let least = random.element(of: [-1, -2, -6])
        let instance = try RandomPathInstance(&random, nodes: 1...25, costRange: least...20)
        let closure = instance.closure()
        let cycle = try instance.graph.negativeCycle(costs: instance.costs)
        #expect((cycle == nil) == (closure != nil))
        if let cycle { expectNegativeCycle(cycle, in: instance) }
        for source in 0..<instance.graph.nodeCount {
            switch try instance.graph.shortestPathsOverSignedCosts(from: source, costs: instance.costs) {
            case .negativeCycle(let cycle):
                expectNegativeCycle(cycle, in: instance)
                #expect(closure == nil)
            case .stopped(let reason): Issue.record("ended by \(reason.word)")
            case .tree(let tree):
                if let closure { #expect(tree.distances == closure[source]) }
                // Feasible potentials prove the distances, also where a cycle lies out of reach.
                for arc in instance.costs.indices where tree.reaches(Int(instance.graph.tails[arc])) {
                    let tail = tree.distances[Int(instance.graph.tails[arc])]
                    #expect(tree.distances[Int(instance.graph.heads[arc])] <= tail + instance.costs[arc])
                }
            }
        }
    }

    private func expectNegativeCycle(_ cycle: [Int], in instance: RandomPathInstance) {
        guard let first = cycle.first else {
            Issue.record("a cycle without arcs")
            return
        }
        let start = Int(instance.graph.tails[first])
        let cost = instance.cost(ofWalk: cycle, from: start, to: start)
        #expect(cost.map { $0 < 0 } ?? false, "\(cycle) is no negative cycle")
    }

    @Test("An updated tree is the tree of a new search", arguments: 0..<200)
    func updates(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 20_000)
        var instance = try RandomPathInstance(&random, nodes: 1...60, costRange: 0...30)
        guard !instance.costs.isEmpty else { return }
        let source = random.integer(0...(instance.graph.nodeCount - 1))
        var dynamic = try DynamicShortestPaths(instance.graph, source: source, costs: instance.costs)
        var inDoubles = try DynamicShortestPaths(instance.graph, source: source, costs: instance.costs.map(Double.init))
        for _ in 0..<20 {
            var changes: [(arc: Int, cost: Int64)] = []
            for _ in 0..<random.integer(1...4) {
                let arc = random.integer(0...(instance.costs.count - 1))
                instance.costs[arc] = Int64(random.integer(0...30))
                changes.append((arc, instance.costs[arc]))
            }
            try dynamic.update(changes)
            try inDoubles.update(changes.map { ($0.arc, Double($0.cost)) })
            let fresh = try instance.graph.shortestPaths(from: source, costs: instance.costs)
            #expect(dynamic.tree.distances == fresh.distances)
            #expect(inDoubles.tree.distances.map { $0 == .infinity ? Int64.max : Int64($0) } == fresh.distances)
            for target in 0..<instance.graph.nodeCount where fresh.reaches(target) {
                let path = try #require(dynamic.tree.path(to: target, in: instance.graph))
                #expect(instance.cost(ofWalk: path, from: source, to: target) == fresh.distances[target])
            }
        }
    }

    @Test("A change far from the source settles few nodes")
    func updatesAreLocal() throws {
        let count = 10_000
        let graph = try CompressedGraph(
            nodeCount: count, arcs: (0..<(count - 1)).map { (tail: $0, head: $0 + 1) })
        var paths = try DynamicShortestPaths(graph, source: 0, costs: Array(repeating: Int64(1), count: count - 1))
        try paths.update(arc: count - 11, cost: 5)
        #expect(paths.nodesSettled == 10)
        try paths.update(arc: count - 11, cost: 2)
        #expect(paths.nodesSettled == 20)
        #expect(paths.tree.distances[count - 1] == Int64(count))
    }

    @Test("An interrupt ends searches that take long")
    func stops() throws {
        // Around a ring and to all others: long enough that the interrupter is looked at.
        let count = 3_000
        let ring = (0..<count).map { (tail: $0, head: ($0 + 1) % count) }
        let graph = try CompressedGraph(nodeCount: count, arcs: ring + ring.map { (tail: $0.head, head: $0.tail) })
        let costs = Array(repeating: Int64(1), count: graph.arcCount)
        let interrupter = Interrupter()
        let monitor = StopMonitor(criteria: .none, interrupter: interrupter)
        #expect(try graph.shortestDistances(from: [0], costs: costs, monitor: monitor)?[1_500] == 1_500)
        interrupter.interrupt()
        #expect(try graph.shortestDistances(costs: costs, monitor: monitor) == nil)
        let dense = try CompressedGraph(
            nodeCount: 300, arcs: (0..<90_000).map { (tail: $0 / 300, head: $0 % 300) })
        let outcome = try dense.shortestPathsOverSignedCosts(
            from: 0, costs: Array(repeating: Int64(1), count: dense.arcCount), monitor: monitor)
        #expect(outcome == .stopped(.cancelled))
    }

    @Test("What is wrong is named")
    func refusals() throws {
        #expect(throws: ProblemError(.arc(1), "joins nodes 1 and 2, not both among the 2 nodes")) {
            try CompressedGraph(nodeCount: 2, arcs: [(tail: 0, head: 1), (tail: 1, head: 2)])
        }
        let graph = try CompressedGraph(nodeCount: 2, arcs: [(tail: 0, head: 1)])
        #expect(throws: ProblemError(.arc(0), "cost -1 is negative; expected 0 or more")) {
            try graph.shortestPaths(from: 0, costs: [Int64(-1)])
        }
        #expect(throws: ProblemError(.node(2), "is not among the 2 nodes")) {
            try graph.shortestPaths(from: 2, costs: [1.0])
        }
        #expect(throws: ProblemError(.problem, "2 costs for 1 arcs")) {
            try graph.shortestDistances(costs: [1.0, 2.0])
        }
        for cost in [Double.nan, .infinity, .greatestFiniteMagnitude] {
            #expect(throws: ProblemError.self) { try graph.shortestPaths(from: 0, costs: [cost]) }
        }
        #expect(throws: ProblemError.self) { try graph.shortestPaths(from: 0, costs: [Int64.max]) }
        #expect(throws: ProblemError.self) { try graph.negativeCycle(costs: [Int64.min]) }
        var paths = try DynamicShortestPaths(graph, source: 0, costs: [1.0])
        #expect(throws: ProblemError(.arc(3), "is not among the 1 arcs")) { try paths.update([(0, 2), (3, 1)]) }
        #expect(paths.costs == [1.0])
    }
}
