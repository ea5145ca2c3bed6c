import Optimization

extension NetworkSimplexKernel {
    /// Loads a problem and makes its starting tree, unless the meter says to stop; ``loadingStopped`` tells.
    ///
    /// - Parameters:
    ///   - ignoringCosts: takes every cost as zero, which leaves the question whether a flow exists.
    ///   - spareNodes: how many nodes can be added later.
    /// - Complexity: O(m + n log n).
    init(
        _ network: borrowing FlowNetwork, ignoringCosts: Bool = false, spareNodes: Int = 0, meter: inout WorkMeter
    ) {
        self.init(
            nodeCount: network.supplies.count, arcCount: network.arcs.count, hasSlack: network.supplyRule == .atMost,
            spareNodes: spareNodes)
        loadingStopped = load(network, ignoringCosts: ignoringCosts, meter: &meter)
        guard loadingStopped == nil else { return }
        let isCrashed = crash(meter: &meter)
        blockSize = max(10, Int((isCrashed ? 0.75 : 0.625) * Double(arcCount).squareRoot()))
        renumberingPeriod = arcCount <= Self.mostRenumberedArcs ? 4 * arcCount : .max
    }

    private mutating func load(
        _ network: borrowing FlowNetwork, ignoringCosts: Bool, meter: inout WorkMeter
    ) -> Termination? {
        var supplies = network.supplies
        for block in Self.blocks(of: network.arcs.count) {
            loadArcs(block, of: network, ignoringCosts: ignoringCosts, supplies: &supplies)
            if let reason = meter.spend(8 * block.count) { return reason }
        }
        startTree()
        for block in Self.blocks(of: nodeCount) {
            hangNodes(block, supplies: supplies)
            if let reason = meter.spend(16 * block.count) { return reason }
        }
        return nil
    }

    /// Ranges of elements between which there is time to look whether to stop.
    static func blocks(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: 1 << 13).map { $0..<min($0 + 1 << 13, count) }
    }

    private mutating func loadArcs(
        _ block: Range<Int>, of network: borrowing FlowNetwork, ignoringCosts: Bool, supplies: inout [Int64]
    ) {
        unsafe network.arcs.withUnsafeBufferPointer { networkArcs in
            positions.forEachArc(in: block) { index, position in
                let arc = unsafe networkArcs[index]
                if arc.lower != 0 {
                    hasLowerBounds = true
                    supplies[Int(arc.tail)] -= arc.lower
                    supplies[Int(arc.head)] += arc.lower
                }
                let isOpen = arc.upper > arc.lower
                let record = ArcRecord(tail: arc.tail, head: arc.head, cost: ignoringCosts ? 0 : arc.cost)
                arcs[position] = isOpen ? record : .dead
                capacities[position] = isOpen ? Self.kernelCapacity(lower: arc.lower, upper: arc.upper) : 0
                reversed[position] = false
            }
        }
    }

    /// The capacity above the lower bound as the kernel holds it.
    static func kernelCapacity(lower: Int64, upper: Int64) -> Int64 {
        guard upper != FlowProblem.unlimited, upper - lower < flowLimit else { return unlimited }
        return upper - lower
    }

    /// The root alone.
    private mutating func startTree() {
        tree[root] = .detached
        tree[root].size = Int32(truncatingIfNeeded: nodeCount) + 1
        tree[root].last = nodeCount == 0 ? root : Int32(truncatingIfNeeded: nodeCount) - 1
        potentials[root] = 0
        link(root, root)
    }

    /// The starting tree: a star. With slack arcs, a node that has supply hangs on its own slack arc.
    private mutating func hangNodes(_ block: Range<Int>, supplies: [Int64]) {
        for node in block {
            let supply = supplies[node]
            let node = Int32(truncatingIfNeeded: node)
            kernelNumbers[node] = node
            problemNumbers[node] = node
            if hasSlack {
                let position = positions.position(ofSlack: node)
                arcs[position] = ArcRecord(tail: node, head: root, cost: 0)
                capacities[position] = Self.unlimited
                reversed[position] = false
            }
            var entry = TreeNode.detached
            entry.parent = root
            entry.last = node
            if supply >= 0 {
                entry.pred = hasSlack ? positions.position(ofSlack: node) : Self.artificialUp
                entry.up = Self.unlimited - supply
                entry.down = supply
                potentials[node] = 0
            } else {
                entry.pred = Self.artificialDown
                entry.up = -supply
                entry.down = Self.unlimited + supply
                potentials[node] = Self.artificialCost
            }
            tree[node] = entry
            link(node == 0 ? root : node - 1, node)
            link(node, root)
        }
    }
}
