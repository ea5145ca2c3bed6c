import Optimization

extension NetworkSimplexKernel {
    /// Loads a problem and makes its starting tree.
    ///
    /// - Parameters:
    ///   - ignoringCosts: takes every cost as zero, which leaves the question whether a flow exists.
    ///   - spareNodes: how many nodes can be added later.
    /// - Complexity: O(m + n log n).
    init(_ network: borrowing FlowNetwork, ignoringCosts: Bool = false, spareNodes: Int = 0) {
        self.init(
            nodeCount: network.supplies.count, arcCount: network.arcs.count, hasSlack: network.supplyRule == .atMost,
            spareNodes: spareNodes)
        var supplies = network.supplies
        unsafe network.arcs.withUnsafeBufferPointer { networkArcs in
            positions.forEachArc(below: networkArcs.count) { index, position in
                let arc = unsafe networkArcs[index]
                if arc.lower != 0 {
                    supplies[Int(arc.tail)] -= arc.lower
                    supplies[Int(arc.head)] += arc.lower
                }
                guard arc.upper > arc.lower else { return }
                arcs[position] = ArcRecord(tail: arc.tail, head: arc.head, cost: ignoringCosts ? 0 : arc.cost)
                capacities[position] = Self.kernelCapacity(lower: arc.lower, upper: arc.upper)
            }
        }
        for node in 0..<Int32(truncatingIfNeeded: hasSlack ? nodeCount : 0) {
            let position = positions.position(ofSlack: node)
            arcs[position] = ArcRecord(tail: node, head: root, cost: 0)
            capacities[position] = Self.unlimited
        }
        hangAllNodes(supplies: supplies)
        blockSize = max(10, Int((crash() ? 0.75 : 0.625) * Double(arcCount).squareRoot()))
        renumberingPeriod = 4 * arcCount
    }

    /// The capacity above the lower bound as the kernel holds it.
    static func kernelCapacity(lower: Int64, upper: Int64) -> Int64 {
        guard upper != FlowProblem.unlimited, upper - lower < flowLimit else { return unlimited }
        return upper - lower
    }

    /// The starting tree: a star. With slack arcs, a node that has supply hangs on its own slack arc.
    private mutating func hangAllNodes(supplies: [Int64]) {
        tree[root] = .detached
        tree[root].size = Int32(truncatingIfNeeded: nodeCount) + 1
        tree[root].last = nodeCount == 0 ? root : Int32(truncatingIfNeeded: nodeCount) - 1
        potentials[root] = 0
        link(root, root)
        for (node, supply) in supplies.enumerated() {
            let node = Int32(truncatingIfNeeded: node)
            tree[node] = .detached
            tree[node].parent = root
            tree[node].last = node
            if supply >= 0 {
                tree[node].pred = hasSlack ? positions.position(ofSlack: node) : Self.artificialUp
                tree[node].up = Self.unlimited - supply
                tree[node].down = supply
                potentials[node] = 0
            } else {
                tree[node].pred = Self.artificialDown
                tree[node].up = -supply
                tree[node].down = Self.unlimited + supply
                potentials[node] = Self.artificialCost
            }
            link(node == 0 ? root : node - 1, node)
            link(node, root)
        }
    }
}
