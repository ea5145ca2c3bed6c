public import Optimization

/// Shortest paths from one node that follow changes of the arcs' costs, at a price in proportion to what the changes
/// touch.
///
/// An arc that gets dearer matters only where the tree uses it: the nodes behind it are cut off, hung on the cheapest
/// of their neighbours that were not cut off, and settled in order of distance. An arc that gets cheaper matters only
/// where it shortens a path. Costs are not negative.
///
/// Source: Ramalingam and Reps, "An incremental algorithm for a generalization of the shortest-path problem" (1996);
/// the affected nodes here are the whole subtree, as in the tree variant of Frigioni, Marchetti-Spaccamela and Nanni.
public struct DynamicShortestPaths<Cost: PathCost>: Sendable {
    /// The graph; it does not change.
    public let graph: CompressedGraph
    /// The cost of each arc now.
    public private(set) var costs: [Cost]
    /// The cheapest paths at these costs.
    public private(set) var tree: ShortestPathTree<Cost>
    /// How many nodes were settled again by updates so far.
    public private(set) var nodesSettled = 0

    /// Finds the paths for the first time.
    ///
    /// - Complexity: O((n + m) log n).
    /// - Throws: ``ProblemError`` as ``CompressedGraph/shortestPaths(from:costs:)``.
    public init(_ graph: CompressedGraph, source: Int, costs: [Cost]) throws(ProblemError) {
        tree = try graph.shortestPaths(from: source, costs: costs)
        self.graph = graph
        self.costs = costs
    }

    /// Changes the cost of one arc.
    public mutating func update(arc: Int, cost: Cost) throws(ProblemError) {
        try update([(arc, cost)])
    }

    /// Changes the costs of some arcs together; of an arc that occurs twice the last cost counts.
    ///
    /// - Complexity: O(k + a log a) for `k` changes that touch `a` nodes and arcs.
    /// - Throws: ``ProblemError`` naming an arc that does not exist or a cost that is negative or too large; nothing is
    ///   changed then.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public mutating func update(_ changes: [(arc: Int, cost: Cost)]) throws(ProblemError) {
        for (arc, cost) in changes {
            guard (0..<graph.arcCount).contains(arc) else {
                throw ProblemError(.arc(arc), "is not among the \(graph.arcCount) arcs")
            }
            try graph.check(cost: cost, of: arc, allowsNegative: false)
        }
        var cutOff: [Int] = []
        var cheaper: [Int] = []
        for (arc, cost) in changes {
            let before = costs[arc]
            costs[arc] = cost
            if cost < before {
                cheaper.append(arc)
            } else if cost > before, tree.parentArcs[Int(graph.heads[arc])] == Int32(arc) {
                cutSubtree(below: Int(graph.heads[arc]), into: &cutOff)
            }
        }
        settle(seeds(cutOff: cutOff, cheaper: cheaper))
    }

    /// Marks a node and all whose path leads through it as not reached.
    private mutating func cutSubtree(below node: Int, into cutOff: inout [Int]) {
        var position = cutOff.count
        cutOff.append(node)
        tree.distances[node] = .unreachable
        tree.parentArcs[node] = -1
        while position < cutOff.count {
            let current = cutOff[position]
            position += 1
            for slot in Int(graph.outgoing.starts[current])..<Int(graph.outgoing.starts[current + 1]) {
                let head = Int(graph.outgoing.ends[slot])
                guard tree.parentArcs[head] == graph.outgoing.arcs[slot] else { continue }
                cutOff.append(head)
                tree.distances[head] = .unreachable
                tree.parentArcs[head] = -1
            }
        }
    }

    /// Gives every node that was cut off, or that a cheaper arc reaches sooner, its best distance from the others.
    private mutating func seeds(cutOff: [Int], cheaper: [Int]) -> [Int] {
        var seeds: [Int] = []
        let isCutOff = Set(cutOff)
        for node in cutOff {
            for slot in Int(graph.incoming.starts[node])..<Int(graph.incoming.starts[node + 1]) {
                let tail = Int(graph.incoming.ends[slot])
                guard tree.reaches(tail), !isCutOff.contains(tail) else { continue }
                improve(node, along: Int(graph.incoming.arcs[slot]), from: tail)
            }
            if tree.reaches(node) { seeds.append(node) }
        }
        for arc in cheaper {
            let tail = Int(graph.tails[arc])
            let head = Int(graph.heads[arc])
            guard tree.reaches(tail), !isCutOff.contains(tail) else { continue }
            if improve(head, along: arc, from: tail) { seeds.append(head) }
        }
        return seeds
    }

    @discardableResult
    @inline(__always)
    private mutating func improve(_ node: Int, along arc: Int, from tail: Int) -> Bool {
        let distance = tree.distances[tail] + costs[arc]
        guard distance < tree.distances[node] else { return false }
        tree.distances[node] = distance
        tree.parentArcs[node] = Int32(arc)
        return true
    }

    /// Dijkstra's algorithm from nodes whose distances are first guesses.
    @inline(__always)
    private mutating func settle(_ seeds: [Int]) {
        guard !seeds.isEmpty else { return }
        var heap = PathHeap<Cost>(capacity: graph.arcCount + seeds.count)
        defer { heap.deallocate() }
        for node in seeds { heap.push(Int32(node), at: tree.distances[node]) }
        while let nearest = heap.pop() {
            let node = Int(nearest.node)
            guard nearest.distance == tree.distances[node] else { continue }
            nodesSettled += 1
            for slot in Int(graph.outgoing.starts[node])..<Int(graph.outgoing.starts[node + 1]) {
                let head = Int(graph.outgoing.ends[slot])
                if improve(head, along: Int(graph.outgoing.arcs[slot]), from: node) {
                    heap.push(Int32(head), at: tree.distances[head])
                }
            }
        }
    }
}
