import Optimization

/// The record of a branch and bound over facilities: which fixings lead to which part, and the leaves with the prices
/// that bound them. Fixings are kept as a chain of parents, prices are shared between leaves.
struct SearchTree {
    /// A step in the tree: one facility fixed below `parent`.
    private struct Step {
        var parent: Int32
        var facility: Int32
        /// The customer whose service by the facility is fixed; -1 when the facility itself is.
        var customer: Int32 = -1
        var isOpen: Bool
    }

    /// A part of the search that needs no more work.
    struct Leaf {
        var place: Int
        var prices: [Double]
        var bound: Double
    }

    /// The slots that steps fix; `nil` where they are facilities.
    let slots: SlotLayout?
    private var steps: [Step] = []
    private(set) var leaves: [Leaf] = []
    /// Numbers held by leaves, shared prices counted once as far as that is seen.
    private var storedNumbers = 0
    /// Whether leaves were let go because there were too many to keep.
    private(set) var isTruncated = false
    /// The least bound among the leaves, also of those let go.
    private(set) var leastBound = Double.infinity

    /// Starts a tree over slots, or over facilities with one slot each.
    init(slots: SlotLayout? = nil) {
        self.slots = slots
    }

    /// How many numbers the leaves may hold, in prices and when their fixings are written out.
    static let storageLimit = 24_000_000

    /// The place of the whole problem.
    static let root = -1

    /// The place below `parent` where `facility` is fixed.
    mutating func fix(_ facility: Int, open: Bool, below parent: Int) -> Int {
        steps.append(Step(parent: Int32(parent), facility: Int32(facility), isOpen: open))
        return steps.count - 1
    }

    /// The place below `parent` where the facility serves the customer, or is fixed not to.
    mutating func fix(_ facility: Int, serves: Bool, customer: Int, below parent: Int) -> Int {
        steps.append(
            Step(parent: Int32(parent), facility: Int32(facility), customer: Int32(customer), isOpen: serves))
        return steps.count - 1
    }

    /// Notes a leaf. `sharesPrices` says that the leaf before it holds the same prices.
    mutating func addLeaf(_ place: Int, prices: [Double], bound: Double, depth: Int, sharesPrices: Bool = false) {
        leastBound = min(leastBound, bound)
        guard !isTruncated else { return }
        storedNumbers += depth + (sharesPrices ? 0 : prices.count)
        if storedNumbers > Self.storageLimit {
            isTruncated = true
            leaves = []
        } else {
            leaves.append(Leaf(place: place, prices: prices, bound: bound))
        }
    }

    /// The certificate that the leaves make: a single leaf at the root is a dual solution.
    func certificate() -> FacilityCertificate {
        if isTruncated || leaves.isEmpty { return .none }
        if leaves.count == 1, let leaf = leaves.first, leaf.place == Self.root { return .dual(prices: leaf.prices) }
        return .branchAndBound(
            leaves: leaves.map { leaf in
                var written = FacilityCertificate.Leaf(open: [], closed: [], prices: leaf.prices)
                var place = leaf.place
                while place >= 0 {
                    let step = steps[place]
                    let facility = Int(step.facility)
                    let pair = FacilityCertificate.Leaf.Pair(customer: Int(step.customer), facility: facility)
                    switch (step.customer < 0, step.isOpen) {
                    case (true, _): write(facility, isOpen: step.isOpen, into: &written)
                    case (false, true): written.served.append(pair)
                    case (false, false): written.refused.append(pair)
                    }
                    place = Int(step.parent)
                }
                return written
            })
    }

    /// Writes what is fixed about a slot: whether its facility is open, or how many servers it has.
    private func write(_ slot: Int, isOpen: Bool, into leaf: inout FacilityCertificate.Leaf) {
        let facility = slots?.facilities[slot] ?? slot
        let before = slot - (slots?.starts[facility] ?? slot)
        switch (before == 0, isOpen) {
        case (true, true): leaf.open.append(facility)
        case (true, false): leaf.closed.append(facility)
        case (false, true): leaf.atLeast.append(.init(facility: facility, servers: before + 1))
        case (false, false): leaf.atMost.append(.init(facility: facility, servers: before))
        }
    }
}

/// What a queue orders by.
protocol BoundedNode {
    var bound: Double { get }
}

/// A part of the search that waits: what is fixed, the best prices known for it, and where to split it.
struct SearchNode: BoundedNode {
    var place: Int
    var depth: Int
    var fixings: Fixings
    var prices: [Double]
    var bound: Double
    /// The facility to branch on, and its fraction in the relaxation.
    var branching: (facility: Int, fraction: Double)
}

/// A binary heap of nodes, the one with the least bound on top.
struct NodeQueue<Node: BoundedNode> {
    private var nodes: [Node] = []

    var isEmpty: Bool { nodes.isEmpty }
    var count: Int { nodes.count }
    var leastBound: Double? { nodes.first?.bound }

    mutating func push(_ node: Node) {
        nodes.append(node)
        var child = nodes.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard nodes[child].bound < nodes[parent].bound else { return }
            nodes.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Node? {
        guard !nodes.isEmpty else { return nil }
        nodes.swapAt(0, nodes.count - 1)
        let top = nodes.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < nodes.count {
                if nodes[child].bound < nodes[least].bound { least = child }
            }
            guard least != parent else { return top }
            nodes.swapAt(parent, least)
            parent = least
        }
    }
}
