public import Optimization

/// A directed graph with its arcs sorted by the node they leave and by the node they enter (compressed sparse rows).
///
/// Nodes and arcs are numbered from 0, arcs in the order they were given. Parallel arcs and self-loops are allowed.
/// A graph takes 8 bytes a node and 24 bytes an arc.
public struct CompressedGraph: Sendable, Hashable {
    /// How many nodes there are.
    public let nodeCount: Int
    /// The node that each arc leaves.
    public let tails: [Int32]
    /// The node that each arc enters.
    public let heads: [Int32]
    /// The arcs that leave a node or enter it, node by node.
    package let outgoing, incoming: ArcIndex

    /// How many arcs there are.
    public var arcCount: Int { heads.count }

    /// Arcs grouped by one of their ends.
    package struct ArcIndex: Sendable, Hashable {
        /// The slots of node `v` are `starts[v] ..< starts[v + 1]`.
        package let starts: [Int32]
        /// The arc of each slot; ascending within a node, so that ties are broken by arc number.
        package let arcs: [Int32]
        /// The other end of that arc.
        package let ends: [Int32]

        /// Groups the arcs by `near`, by counting: O(n + m).
        init(nodeCount: Int, near: [Int32], far: [Int32]) {
            var starts = Array(repeating: Int32(0), count: nodeCount + 1)
            for node in near { starts[Int(node) + 1] += 1 }
            for node in 0..<nodeCount { starts[node + 1] += starts[node] }
            var next = starts
            var arcs = Array(repeating: Int32(0), count: near.count)
            var ends = arcs
            for arc in near.indices {
                let slot = Int(next[Int(near[arc])])
                next[Int(near[arc])] += 1
                arcs[slot] = Int32(arc)
                ends[slot] = far[arc]
            }
            self.starts = starts
            self.arcs = arcs
            self.ends = ends
        }
    }

    /// Builds a graph, or says which arc is wrong.
    ///
    /// - Complexity: O(n + m).
    /// - Throws: ``ProblemError`` for an arc that joins a node which does not exist, or for too many nodes or arcs.
    public init(
        nodeCount: Int, arcs: some Collection<(tail: Int, head: Int)>
    ) throws(ProblemError) {
        guard nodeCount >= 0, nodeCount < Int(Int32.max), arcs.count < Int(Int32.max) else {
            throw ProblemError(
                .problem, "\(nodeCount) nodes and \(arcs.count) arcs; at most \(Int32.max - 1) of each are supported")
        }
        var tails: [Int32] = []
        var heads: [Int32] = []
        tails.reserveCapacity(arcs.count)
        heads.reserveCapacity(arcs.count)
        for (index, arc) in arcs.enumerated() {
            guard (0..<nodeCount).contains(arc.tail), (0..<nodeCount).contains(arc.head) else {
                throw ProblemError(
                    .arc(index), "joins nodes \(arc.tail) and \(arc.head), not both among the \(nodeCount) nodes")
            }
            tails.append(Int32(arc.tail))
            heads.append(Int32(arc.head))
        }
        self.init(nodeCount: nodeCount, checkedTails: tails, heads: heads)
    }

    /// Builds a graph from ends that are known to be nodes.
    init(nodeCount: Int, checkedTails tails: [Int32], heads: [Int32]) {
        self.nodeCount = nodeCount
        self.tails = tails
        self.heads = heads
        outgoing = ArcIndex(nodeCount: nodeCount, near: tails, far: heads)
        incoming = ArcIndex(nodeCount: nodeCount, near: heads, far: tails)
    }

    /// Refuses a vector of arc costs that a search could not handle.
    ///
    /// - Throws: ``ProblemError`` for a wrong number of costs, a cost that is too large (or not a number), or a negative
    ///   one where `allowsNegative` is false.
    func check<Cost: PathCost>(costs: [Cost], allowsNegative: Bool) throws(ProblemError) {
        guard costs.count == arcCount else {
            throw ProblemError(.problem, "\(costs.count) costs for \(arcCount) arcs")
        }
        for (arc, cost) in costs.enumerated() {
            try check(cost: cost, of: arc, allowsNegative: allowsNegative)
        }
    }

    /// Refuses one arc's cost; see ``check(costs:allowsNegative:)``.
    func check<Cost: PathCost>(cost: Cost, of arc: Int, allowsNegative: Bool) throws(ProblemError) {
        guard cost.isSafe(forPathsOf: nodeCount + 1) else {
            throw ProblemError(.arc(arc), "cost \(cost) is too large for paths in \(nodeCount) nodes, or not a number")
        }
        guard allowsNegative || cost >= .zero else {
            throw ProblemError(.arc(arc), "cost \(cost) is negative; expected 0 or more")
        }
    }

    /// Refuses a node that the graph does not have.
    func check(node: Int) throws(ProblemError) {
        guard (0..<nodeCount).contains(node) else {
            throw ProblemError(.node(node), "is not among the \(nodeCount) nodes")
        }
    }
}
