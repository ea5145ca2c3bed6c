/// Shortest paths from one node to all others, as a tree.
public struct ShortestPathTree<Cost: PathCost>: Sendable, Hashable {
    /// The node where all paths begin.
    public let source: Int
    /// The cost of a cheapest path to each node; ``PathCost/unreachable`` where there is none.
    public internal(set) var distances: [Cost]
    /// The last arc of a cheapest path to each node; -1 at the source and where there is no path.
    public internal(set) var parentArcs: [Int32]

    /// Whether there is a path to this node.
    public func reaches(_ node: Int) -> Bool { distances[node] < .unreachable }

    /// The arcs of a cheapest path to `node`, in the order they are travelled; `nil` when there is none.
    ///
    /// - Complexity: O(arcs on the path).
    public func path(to node: Int, in graph: CompressedGraph) -> [Int]? {
        guard distances.indices.contains(node), reaches(node) else { return nil }
        var arcs: [Int] = []
        var current = node
        while parentArcs[current] >= 0 {
            let arc = Int(parentArcs[current])
            arcs.append(arc)
            current = Int(graph.tails[arc])
        }
        return arcs.reversed()
    }
}
