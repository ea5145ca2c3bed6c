internal import Optimization

/// A graph prepared for shortest paths between many pairs under costs that change all at once, again and again.
///
/// Nodes are eliminated one by one, those with the fewest neighbours first; the neighbours of an eliminated node are
/// joined to each other by shortcuts. What a node was joined to when its turn came are its *upper* neighbours, and the
/// lowest of these is its parent in the elimination tree. A cheapest path between two nodes climbs from either end along
/// ancestors in that tree and meets at a common one, so that a search touches the ancestors of its ends and nothing else.
///
/// The order does not depend on costs. New costs are carried through all shortcuts in one pass over the triangles
/// (`ContractionHierarchy+Costs.swift`). On sparse networks, such as those of carriers, all of this is small: Kdl's 754
/// nodes have 1,757 edges with shortcuts, 1,650 triangles, and 23 ancestors on average.
///
/// Source: Dibbelt, Strasser, Wagner, "Customizable contraction hierarchies", ACM J. Exp. Algorithmics 21 (2016); the
/// order is that of minimum degree (Rose 1972).
final class ContractionHierarchy {
    let graph: CompressedGraph
    /// The place of each node in the order of elimination, and the node at each place. All else goes by place.
    let ranks, nodes: FlatStorage<Int32>
    /// The upper neighbours of place `v` are `heads[starts[v] ..< starts[v + 1]]`, ascending.
    let starts, heads: FlatStorage<Int32>
    /// The lower end of each edge.
    let tails: FlatStorage<Int32>
    /// The next ancestor of each place; -1 above the last.
    let parents: FlatStorage<Int32>
    /// For each pair of upper neighbours of each place, in order: the slot of the edge that joins the two.
    let triangles: FlatStorage<Int32>
    /// The slot of each arc of the graph; -1 for a loop.
    let slots: FlatStorage<Int32>
    /// The cost of each edge upwards and downwards, and how it comes about: a place below it, or the complement of an arc.
    let upCosts, downCosts: FlatStorage<Double>
    let upVias, downVias: FlatStorage<Int32>
    /// The cost from the source of the present search; infinite at places that are no ancestors of it.
    let distances: FlatStorage<Double>
    /// The slot by which a place was reached from below, in the search from the source and in that from a target.
    let sourceSlots, targetSlots: FlatStorage<Int32>
    let targetDistances: FlatStorage<Double>
    /// The cost from every place to the target of the last ``searchAll(to:)``.
    let remaining: FlatStorage<Double>
    /// The path in which each place was passed last, and the number of the last path.
    let marks: FlatStorage<Int32>
    var lastMark: Int32 = 0
    /// The place of the present source; -1 before the first search.
    var source: Int32 = -1
    /// How many edges were looked at.
    var edgesScanned = 0

    /// Eliminates all nodes, unless that makes more than 4 edges or 16 triangles an arc, or the monitor ends it: then
    /// there is no hierarchy.
    ///
    /// - Complexity: O((edges + triangles) log n).
    init?(_ graph: CompressedGraph, monitor: StopMonitor) {
        guard
            let order = EliminationOrder(
                graph, edgeLimit: 4 * graph.arcCount, triangleLimit: 16 * graph.arcCount, monitor: monitor)
        else { return nil }
        self.graph = graph
        let nodeCount = graph.nodeCount
        nodes = FlatStorage(order.nodes)
        let ranks = FlatStorage<Int32>(repeating: 0, count: nodeCount)
        self.ranks = ranks
        for (place, node) in order.nodes.enumerated() { ranks[node] = Int32(place) }
        var starts: [Int32] = [0]
        var heads: [Int32] = []
        for upper in order.upperNeighbours {
            heads += upper.map { ranks[$0] }.sorted()
            starts.append(Int32(heads.count))
        }
        (self.starts, self.heads) = (FlatStorage(starts), FlatStorage(heads))
        tails = FlatStorage(repeating: 0, count: heads.count)
        parents = FlatStorage(repeating: -1, count: nodeCount)
        for place in 0..<nodeCount where starts[place] < starts[place + 1] {
            parents[place] = heads[Int(starts[place])]
            for slot in starts[place]..<starts[place + 1] { tails[slot] = Int32(place) }
        }
        func slot(_ low: Int32, _ high: Int32) -> Int32 {
            var slot = starts[Int(low)]
            while heads[Int(slot)] != high { slot += 1 }
            return slot
        }
        var triangles: [Int32] = []
        for place in 0..<nodeCount {
            let upper = heads[Int(starts[place])..<Int(starts[place + 1])]
            for (offset, low) in upper.enumerated() {
                for high in upper.dropFirst(offset + 1) { triangles.append(slot(low, high)) }
            }
        }
        self.triangles = FlatStorage(triangles)
        slots = FlatStorage(repeating: -1, count: graph.arcCount)
        for arc in 0..<graph.arcCount where graph.tails[arc] != graph.heads[arc] {
            let (tail, head) = (ranks[graph.tails[arc]], ranks[graph.heads[arc]])
            slots[arc] = slot(min(tail, head), max(tail, head))
        }
        upCosts = FlatStorage(repeating: .infinity, count: heads.count)
        downCosts = FlatStorage(repeating: .infinity, count: heads.count)
        upVias = FlatStorage(repeating: 0, count: heads.count)
        downVias = FlatStorage(repeating: 0, count: heads.count)
        distances = FlatStorage(repeating: .infinity, count: nodeCount)
        targetDistances = FlatStorage(repeating: .infinity, count: nodeCount)
        remaining = FlatStorage(repeating: .infinity, count: nodeCount)
        sourceSlots = FlatStorage(repeating: -1, count: nodeCount)
        targetSlots = FlatStorage(repeating: -1, count: nodeCount)
        marks = FlatStorage(repeating: 0, count: nodeCount)
    }

    deinit {
        for storage in [ranks, nodes, starts, heads, tails, parents, triangles, slots] { storage.deallocate() }
        for storage in [upVias, downVias, sourceSlots, targetSlots, marks] { storage.deallocate() }
        for storage in [upCosts, downCosts, distances, targetDistances, remaining] { storage.deallocate() }
    }

    /// The slots of the edges that lead up from a place.
    @inline(__always)
    func upperSlots(of place: Int32) -> Range<Int32> { starts[place]..<starts[place + 1] }

    /// How many edges a search looks at, on average over all nodes.
    var meanSearch: Double {
        var edges = Array(repeating: 0, count: graph.nodeCount)
        for place in (0..<Int32(graph.nodeCount)).reversed() {
            let above = parents[place] < 0 ? 0 : edges[Int(parents[place])]
            edges[Int(place)] = upperSlots(of: place).count + above
        }
        return Double(edges.reduce(0, +)) / Double(max(1, graph.nodeCount))
    }
}

/// Nodes in the order of minimum degree, each with the neighbours it had when its turn came.
private struct EliminationOrder {
    private(set) var nodes: [Int32] = []
    private(set) var upperNeighbours: [[Int32]] = []

    init?(_ graph: CompressedGraph, edgeLimit: Int, triangleLimit: Int, monitor: StopMonitor) {
        var meter = SearchMeter(monitor)
        var neighbours = (0..<graph.nodeCount).map { node in
            let ends = [graph.outgoing, graph.incoming].flatMap { index in
                index.ends[Int(index.starts[node])..<Int(index.starts[node + 1])]
            }
            return Self.ascending(ends.filter { $0 != Int32(node) })
        }
        var queue = DistanceHeap(capacity: graph.nodeCount)
        defer { queue.deallocate() }
        var isEliminated = Array(repeating: false, count: graph.nodeCount)
        // Ties go by the node's number.
        func key(_ node: Int32) -> Int64 { Int64(neighbours[Int(node)].count) << 32 | Int64(node) }
        for node in 0..<Int32(graph.nodeCount) { queue.push(node, at: key(node)) }
        var (edgeCount, triangleCount) = (0, 0)
        while let next = queue.pop() {
            guard !isEliminated[Int(next.node)], next.distance == key(next.node) else { continue }
            let upper = neighbours[Int(next.node)]
            isEliminated[Int(next.node)] = true
            edgeCount += upper.count
            triangleCount += upper.count * (upper.count - 1) / 2
            guard edgeCount <= edgeLimit, triangleCount <= triangleLimit else { return nil }
            for node in upper {
                // Sorting takes some ten units a number.
                if meter.isStopped(after: 10 * (upper.count + neighbours[Int(node)].count)) { return nil }
                let joined = Self.ascending(neighbours[Int(node)] + upper)
                neighbours[Int(node)] = joined.filter { $0 != node && $0 != next.node }
                queue.push(node, at: key(node))
            }
            nodes.append(next.node)
            upperNeighbours.append(upper)
            neighbours[Int(next.node)] = []
        }
    }

    /// The distinct numbers, ascending.
    private static func ascending(_ numbers: [Int32]) -> [Int32] {
        var distinct: [Int32] = []
        for number in numbers.sorted() where number != distinct.last { distinct.append(number) }
        return distinct
    }
}
