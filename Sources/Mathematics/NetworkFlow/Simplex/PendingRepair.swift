/// What changes left to be done before a tree is a feasible start again.
struct PendingRepair {
    /// By node: how much more it sends than its tree arcs account for.
    var excess: [Int64]
    /// The nodes with excess, or whose arc to the parent has other bounds.
    private(set) var nodes: [Int32] = []
    /// By node: how many children's excess is still to come; ``unmarked`` while the node is not above a change.
    var waiting: [Int32]
    private var isListed: [Bool]
    /// Nodes whose arc to the parent changed its cost.
    var repriced: [Int32] = []

    static let unmarked: Int32 = -1

    init(nodeCount: Int) {
        excess = Array(repeating: 0, count: nodeCount)
        waiting = Array(repeating: Self.unmarked, count: nodeCount)
        isListed = Array(repeating: false, count: nodeCount)
    }

    /// Notes that a node sends more, or only that the arc to its parent must be looked at.
    mutating func add(_ amount: Int64, at node: Int32) {
        excess[Int(node)] += amount
        if !isListed[Int(node)] {
            isListed[Int(node)] = true
            nodes.append(node)
        }
    }

    /// Makes room for one more node.
    mutating func addNode() {
        excess.append(0)
        waiting.append(Self.unmarked)
        isListed.append(false)
    }

    /// Forgets what has been repaired.
    mutating func clear() {
        for node in nodes { isListed[Int(node)] = false }
        nodes.removeAll(keepingCapacity: true)
        repriced.removeAll(keepingCapacity: true)
    }
}
