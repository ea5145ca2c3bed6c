public import Optimization

/// What a search over costs of either sign found.
public enum SignedPathOutcome<Cost: PathCost>: Sendable, Hashable {
    /// Cheapest paths exist.
    case tree(ShortestPathTree<Cost>)
    /// A directed cycle of negative cost that the source reaches, as its arcs in the order they are travelled: no
    /// cheapest paths exist.
    case negativeCycle([Int])
    /// The clock or the interrupter ended the search.
    case stopped(Termination)
}

extension CompressedGraph {
    /// The cheapest paths from one node to all others, over costs of either sign, or a negative cycle.
    ///
    /// Bellman and Ford's algorithm with a queue; the tree is searched for a cycle after every n improvements, which
    /// finds a negative cycle soon after it has formed at no more than a constant factor of time.
    ///
    /// Sources: Ahuja, Magnanti, Orlin, "Network Flows" (1993), 5.4 and 5.5; Cherkassky and Goldberg, "Negative-cycle
    /// detection algorithms" (1999). Costs in `Double` that sum to zero around a cycle may round to a negative cycle.
    /// - Complexity: O(n m) at worst.
    /// - Throws: ``ProblemError`` naming a node that does not exist or an arc whose cost is too large or not a number.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public func shortestPathsOverSignedCosts<Cost: PathCost>(
        from source: Int, costs: [Cost], monitor: StopMonitor = StopMonitor(criteria: .none, interrupter: nil)
    ) throws(ProblemError) -> SignedPathOutcome<Cost> {
        try check(node: source)
        try check(costs: costs, allowsNegative: true)
        var tree = ShortestPathTree<Cost>(
            source: source, distances: Array(repeating: .unreachable, count: nodeCount),
            parentArcs: Array(repeating: -1, count: nodeCount))
        tree.distances[source] = .zero
        switch improve(&tree, costs: costs, startingWith: [Int32(source)], monitor: monitor) {
        case .done: return .tree(tree)
        case .cycle(let arcs): return .negativeCycle(arcs)
        case .stopped: return .stopped(monitor.stopReason ?? .cancelled)
        }
    }

    /// A directed cycle of negative cost anywhere in the graph, as its arcs in order; `nil` when there is none.
    ///
    /// - Complexity: O(n m) at worst.
    /// - Throws: ``ProblemError`` as ``shortestPathsOverSignedCosts(from:costs:)``.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public func negativeCycle<Cost: PathCost>(costs: [Cost]) throws(ProblemError) -> [Int]? {
        try check(costs: costs, allowsNegative: true)
        // All nodes at distance 0: as from one more node that has a free arc to each.
        var forest = ShortestPathTree<Cost>(
            source: -1, distances: Array(repeating: .zero, count: nodeCount),
            parentArcs: Array(repeating: -1, count: nodeCount))
        let monitor = StopMonitor(criteria: .none, interrupter: nil)
        let outcome = improve(&forest, costs: costs, startingWith: (0..<nodeCount).map(Int32.init), monitor: monitor)
        if case .cycle(let arcs) = outcome { return arcs }
        return nil
    }

    private enum Improvement {
        case done
        case cycle([Int])
        case stopped
    }

    /// Improves distances until none can be, or finds a negative cycle.
    @inline(__always)
    private func improve<Cost: PathCost>(
        _ tree: inout ShortestPathTree<Cost>, costs: [Cost], startingWith nodes: [Int32], monitor: StopMonitor
    ) -> Improvement {
        var meter = SearchMeter(monitor)
        var queue = NodeQueue(capacity: nodeCount)
        for node in nodes { queue.append(node) }
        var improvements = 0
        while let node = queue.popFirst() {
            let distance = tree.distances[Int(node)]
            if meter.isStopped(after: Int(outgoing.starts[Int(node) + 1] - outgoing.starts[Int(node)]) + 1) {
                return .stopped
            }
            for slot in Int(outgoing.starts[Int(node)])..<Int(outgoing.starts[Int(node) + 1]) {
                let head = Int(outgoing.ends[slot])
                let arc = outgoing.arcs[slot]
                let candidate = distance + costs[Int(arc)]
                guard candidate < tree.distances[head] else { continue }
                tree.distances[head] = candidate
                tree.parentArcs[head] = arc
                queue.append(Int32(head))
                improvements += 1
                if improvements.isMultiple(of: nodeCount), let cycle = parentCycle(tree.parentArcs) {
                    return .cycle(cycle)
                }
            }
        }
        return .done
    }

    /// A cycle of the arcs by which nodes were reached last: such a cycle is always negative.
    private func parentCycle(_ parentArcs: [Int32]) -> [Int]? {
        var walk = Array(repeating: Int32(-1), count: nodeCount)
        for start in 0..<nodeCount where walk[start] < 0 {
            var node = start
            while walk[node] < 0 {
                walk[node] = Int32(start)
                guard parentArcs[node] >= 0 else { break }
                node = Int(tails[Int(parentArcs[node])])
            }
            guard walk[node] == Int32(start), parentArcs[node] >= 0 else { continue }
            var arcs: [Int] = []
            let first = node
            repeat {
                let arc = Int(parentArcs[node])
                arcs.append(arc)
                node = Int(tails[arc])
            } while node != first
            return arcs.reversed()
        }
        return nil
    }
}

/// A queue in which a node stands once at most.
private struct NodeQueue {
    private var ring: [Int32]
    private var isQueued: [Bool]
    private var first = 0
    private var count = 0

    init(capacity: Int) {
        ring = Array(repeating: 0, count: max(1, capacity))
        isQueued = Array(repeating: false, count: capacity)
    }

    mutating func append(_ node: Int32) {
        guard !isQueued[Int(node)] else { return }
        isQueued[Int(node)] = true
        let slot = first + count
        ring[slot < ring.count ? slot : slot - ring.count] = node
        count += 1
    }

    mutating func popFirst() -> Int32? {
        guard count > 0 else { return nil }
        let node = ring[first]
        first = first + 1 == ring.count ? 0 : first + 1
        count -= 1
        isQueued[Int(node)] = false
        return node
    }
}
