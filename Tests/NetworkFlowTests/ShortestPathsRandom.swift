import NetworkFlow
import TestSupport

/// A random graph with costs, some of its arcs parallel, some self-loops, not always connected.
struct RandomPathInstance {
    var graph: CompressedGraph
    var costs: [Int64]

    init(_ random: inout SplitMix64, nodes: ClosedRange<Int>, costRange: ClosedRange<Int>) throws {
        let nodeCount = random.integer(nodes)
        let arcCount = random.integer(0...(nodeCount * random.integer(1...5)))
        var arcs: [(tail: Int, head: Int)] = []
        for _ in 0..<arcCount {
            arcs.append((random.integer(0...(nodeCount - 1)), random.integer(0...(nodeCount - 1))))
        }
        graph = try CompressedGraph(nodeCount: nodeCount, arcs: arcs)
        costs = arcs.map { _ in Int64(random.integer(costRange)) }
    }

    /// All distances by Floyd and Warshall's closure; `nil` when there is a negative cycle.
    func closure() -> [[Int64]]? {
        let count = graph.nodeCount
        var matrix = Array(repeating: Array(repeating: Int64.max, count: count), count: count)
        for node in 0..<count { matrix[node][node] = 0 }
        for arc in costs.indices {
            let (tail, head) = (Int(graph.tails[arc]), Int(graph.heads[arc]))
            matrix[tail][head] = min(matrix[tail][head], costs[arc])
        }
        for middle in 0..<count {
            for tail in 0..<count where matrix[tail][middle] < .max {
                for head in 0..<count where matrix[middle][head] < .max {
                    matrix[tail][head] = min(matrix[tail][head], matrix[tail][middle] + matrix[middle][head])
                }
            }
        }
        return (0..<count).allSatisfy { matrix[$0][$0] >= 0 } ? matrix : nil
    }

    /// The cost of a walk given by its arcs; `nil` when they do not join up.
    func cost(ofWalk arcs: [Int], from source: Int, to target: Int) -> Int64? {
        var node = source
        var total: Int64 = 0
        for arc in arcs {
            guard Int(graph.tails[arc]) == node else { return nil }
            node = Int(graph.heads[arc])
            total += costs[arc]
        }
        return node == target ? total : nil
    }
}
