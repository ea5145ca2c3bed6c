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
    private let heap: PathHeap<Cost>
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
    func run(from source: Int) { run(from: source, to: -1, isOpen: { _ in true }, remaining: { _ in .zero }) }

    /// Dijkstra's algorithm over the open slots, until `target` is settled; without a target, until all are.
    ///
    /// Nodes are settled in the order of their distance plus what remains to the target at least (Hart, Nilsson, Raphael
    /// 1968). That must not exceed the truth; nodes from which it is ``PathCost/unreachable`` are left out.
    @inline(__always)
    func run(from source: Int, to target: Int32, isOpen: (Int32) -> Bool, remaining: (Int32) -> Cost) {
        for node in 0..<graph.nodeCount {
            distances[node] = .unreachable
            parentSlots[node] = -1
        }
        // A copy whose changes the compiler sees; the entries are shared.
        var heap = self.heap
        var scanned = 0
        distances[source] = .zero
        heap.removeAll()
        heap.push(Int32(source), at: remaining(Int32(source)))
        while let nearest = heap.pop() {
            let sum = distances[nearest.node]
            guard nearest.distance == sum + remaining(nearest.node) else { continue }
            if nearest.node == target { break }
            let slots = starts[nearest.node]..<starts[nearest.node + 1]
            scanned += slots.count
            for slot in slots where isOpen(slot) {
                let distance = sum + slotCosts[slot]
                let end = ends[slot]
                if distance < distances[end] {
                    let rest = remaining(end)
                    guard rest < .unreachable else { continue }
                    distances[end] = distance
                    parentSlots[end] = slot
                    heap.push(end, at: distance + rest)
                }
            }
        }
        arcsScanned += scanned
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
