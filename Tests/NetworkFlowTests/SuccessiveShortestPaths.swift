import Optimization

/// The oracle: negative cycles cancelled and paths augmented one at a time by Bellman-Ford, in the plainest words.
///
/// Shares nothing with the kernels. Source: Ahuja, Magnanti, Orlin (1993), 9.6 and 9.7.
struct SuccessiveShortestPaths {
    /// What the oracle found.
    enum Answer: Equatable {
        case optimal(Int64)
        case infeasible
        case unbounded
    }

    private struct Edge {
        var to: Int
        var residual: Int64
        var cost: Int64
    }

    private static let large = Int64(1) << 40
    private var edges: [Edge] = []
    private var adjacency: [[Int]]

    private init(nodeCount: Int) { adjacency = Array(repeating: [], count: nodeCount) }

    private mutating func add(_ tail: Int, _ head: Int, capacity: Int64, cost: Int64) {
        adjacency[tail].append(edges.count)
        edges.append(Edge(to: head, residual: capacity, cost: cost))
        adjacency[head].append(edges.count)
        edges.append(Edge(to: tail, residual: 0, cost: -cost))
    }

    /// Solves a problem whose bounds and supplies are small.
    static func solve(_ problem: FlowProblem) -> Answer {
        let source = problem.nodeCount
        let sink = source + 1
        var excess = problem.supplies
        let total = excess.reduce(0, +)
        if total < 0 || (total > 0 && problem.supplyRule == .equal) { return .infeasible }
        var network = SuccessiveShortestPaths(nodeCount: sink + 2)
        var cost: Int64 = 0
        for arc in problem.arcs {
            excess[Int(arc.tail)] -= arc.lower
            excess[Int(arc.head)] += arc.lower
            cost += arc.lower * arc.cost
            let room = arc.upper == FlowProblem.unlimited ? large : arc.upper - arc.lower
            network.add(Int(arc.tail), Int(arc.head), capacity: room, cost: arc.cost)
        }
        let slack = sink + 1
        var wanted: Int64 = 0
        for (node, rest) in excess.enumerated() {
            if rest > 0 { network.add(source, node, capacity: rest, cost: 0) }
            if rest < 0 { network.add(node, sink, capacity: -rest, cost: 0) }
            wanted += max(0, rest)
            if problem.supplyRule == .atMost { network.add(node, slack, capacity: large, cost: 0) }
        }
        if total > 0 { network.add(slack, sink, capacity: total, cost: 0) }
        while let cycle = network.negativeCycle() {
            cost += network.augment(cycle)
            if cost < -large / 4 {
                return network.isFeasible(from: source, to: sink, wanted) ? .unbounded : .infeasible
            }
        }
        while let path = network.shortestPath(from: source, to: sink) { cost += network.augment(path) }
        return network.sent(from: source) == wanted ? .optimal(cost) : .infeasible
    }

    private func sent(from source: Int) -> Int64 {
        adjacency[source].reduce(0) { $0 + edges[$1 ^ 1].residual }
    }

    private func isFeasible(from source: Int, to sink: Int, _ wanted: Int64) -> Bool {
        var free = self
        for index in free.edges.indices { free.edges[index].cost = 0 }
        while let path = free.shortestPath(from: source, to: sink) { _ = free.augment(path) }
        return free.sent(from: source) == wanted
    }

    private mutating func augment(_ path: [Int]) -> Int64 {
        let amount = path.map { edges[$0].residual }.min() ?? 0
        for index in path {
            edges[index].residual -= amount
            edges[index ^ 1].residual += amount
        }
        return amount * path.reduce(0) { $0 + edges[$1].cost }
    }

    private func shortestPath(from source: Int, to sink: Int) -> [Int]? {
        var distance = [Int64](repeating: .max, count: adjacency.count)
        var entry = [Int](repeating: -1, count: adjacency.count)
        distance[source] = 0
        var changed = [source]
        while !changed.isEmpty {
            var next: Set<Int> = []
            for node in changed {
                for index in adjacency[node] where edges[index].residual > 0 {
                    let reached = distance[node] + edges[index].cost
                    if reached < distance[edges[index].to] {
                        distance[edges[index].to] = reached
                        entry[edges[index].to] = index
                        next.insert(edges[index].to)
                    }
                }
            }
            changed = next.sorted()
        }
        guard distance[sink] < .max else { return nil }
        return trace(back: sink, to: source, entry)
    }

    private func trace(back node: Int, to stop: Int, _ entry: [Int]) -> [Int] {
        var path: [Int] = []
        var node = node
        repeat {
            path.append(entry[node])
            node = edges[entry[node] ^ 1].to
        } while node != stop
        return path.reversed()
    }

    private func negativeCycle() -> [Int]? {
        var distance = [Int64](repeating: 0, count: adjacency.count)
        var entry = [Int](repeating: -1, count: adjacency.count)
        var last = -1
        for _ in 0...adjacency.count {
            last = -1
            for (index, edge) in edges.enumerated() where edge.residual > 0 {
                let tail = edges[index ^ 1].to
                if distance[tail] + edge.cost < distance[edge.to] {
                    distance[edge.to] = distance[tail] + edge.cost
                    entry[edge.to] = index
                    last = edge.to
                }
            }
            if last < 0 { return nil }
        }
        for _ in 0..<adjacency.count { last = edges[entry[last] ^ 1].to }
        return trace(back: last, to: last, entry)
    }
}
