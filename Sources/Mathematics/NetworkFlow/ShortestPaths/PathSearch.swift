/// The working memory of shortest-path searches on one graph, used again from search to search.
///
/// Costs are not checked here: whoever calls has checked them once.
final class PathSearch<Cost: PathCost> {
    let graph: CompressedGraph
    /// The costs of the arcs in the order of the slots of `graph.outgoing`, so that a scan reads memory in order.
    private let slotCosts: FlatStorage<Cost>
    private let starts, ends: FlatStorage<Int32>
    let distances: FlatStorage<Cost>
    /// The slot of the last arc of the path to each node; -1 where there is none.
    let parentSlots: FlatStorage<Int32>
    private var heap: PathHeap<Cost>
    /// How many arcs were looked at so far.
    private(set) var arcsScanned = 0

    init(_ graph: CompressedGraph) {
        self.graph = graph
        slotCosts = FlatStorage(repeating: .zero, count: graph.arcCount)
        starts = FlatStorage(graph.outgoing.starts)
        ends = FlatStorage(graph.outgoing.ends)
        distances = FlatStorage(repeating: .unreachable, count: graph.nodeCount)
        parentSlots = FlatStorage(repeating: -1, count: graph.nodeCount)
        heap = PathHeap(capacity: graph.arcCount + 1)
    }

    deinit {
        slotCosts.deallocate()
        starts.deallocate()
        ends.deallocate()
        distances.deallocate()
        parentSlots.deallocate()
        heap.deallocate()
    }

    /// Takes over the costs of all arcs, in the arcs' own order.
    func load(costs: [Cost]) {
        for (slot, arc) in graph.outgoing.arcs.enumerated() { slotCosts[slot] = costs[Int(arc)] }
    }

    /// Dijkstra's algorithm from one node, over the costs loaded last.
    ///
    /// - Complexity: O((n + m) log n).
    @inline(__always)
    func run(from source: Int) {
        for node in 0..<graph.nodeCount {
            distances[node] = .unreachable
            parentSlots[node] = -1
        }
        distances[source] = .zero
        heap.removeAll()
        heap.push(Int32(source), at: .zero)
        while let nearest = heap.pop() {
            guard nearest.distance == distances[nearest.node] else { continue }
            let slots = starts[nearest.node]..<starts[nearest.node + 1]
            arcsScanned += slots.count
            for slot in slots {
                let distance = nearest.distance + slotCosts[slot]
                let end = ends[slot]
                if distance < distances[end] {
                    distances[end] = distance
                    parentSlots[end] = slot
                    heap.push(end, at: distance)
                }
            }
        }
    }

    /// The tree of the last search.
    func tree(from source: Int) -> ShortestPathTree<Cost> {
        let arcs = graph.outgoing.arcs
        return ShortestPathTree(
            source: source, distances: distances.array(prefix: graph.nodeCount),
            parentArcs: parentSlots.array(prefix: graph.nodeCount).map { $0 < 0 ? -1 : arcs[Int($0)] })
    }
}

extension FlatStorage {
    /// A copy of the elements of an array.
    init(_ elements: [Element]) where Element: AdditiveArithmetic {
        self.init(repeating: .zero, count: elements.count)
        for (index, element) in elements.enumerated() { self[index] = element }
    }
}
