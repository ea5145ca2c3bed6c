import Optimization

extension NetworkSimplexKernel {
    /// Loads a problem and hangs every node on the root by an artificial arc that carries its supply.
    ///
    /// - Parameter ignoringCosts: takes every cost as zero, which leaves the question whether a flow exists.
    /// - Complexity: O(n + m).
    init(_ problem: FlowProblem, ignoringCosts: Bool = false) {
        let nodeCount = problem.nodeCount
        let slackCount = problem.supplyRule == .atMost ? nodeCount : 0
        self.init(nodeCount: nodeCount, arcCount: problem.arcCount, slackCount: slackCount)
        var supplies = problem.supplies
        var largestCost: Int64 = 0
        unsafe problem.arcs.withUnsafeBufferPointer { problemArcs in
            for index in 0..<problemArcs.count {
                let arc = unsafe problemArcs[index]
                if arc.lower != 0 {
                    supplies[Int(arc.tail)] -= arc.lower
                    supplies[Int(arc.head)] += arc.lower
                }
                guard arc.upper > arc.lower else { continue }
                let cost = ignoringCosts ? 0 : arc.cost
                largestCost = max(largestCost, abs(cost))
                let position = order.position(of: index)
                arcs[position] = ArcRecord(tail: arc.tail, head: arc.head, cost: cost)
                capacities[position] = Self.kernelCapacity(lower: arc.lower, upper: arc.upper)
            }
        }
        for node in 0..<slackCount {
            let position = order.position(of: problem.arcCount + node)
            arcs[position] = ArcRecord(tail: Int32(truncatingIfNeeded: node), head: root, cost: 0)
            capacities[position] = Self.unlimited
        }
        artificialCost = (2 * Int64(nodeCount) + 1) * largestCost + 1
        hangAllNodes(supplies: supplies)
        blockSize = max(10, Int((crash() ? 1.5 : 1.25) * Double(arcCount).squareRoot()))
    }

    /// The capacity above the lower bound as the kernel holds it.
    static func kernelCapacity(lower: Int64, upper: Int64) -> Int64 {
        guard upper != FlowProblem.unlimited, upper - lower < flowLimit else { return unlimited }
        return upper - lower
    }

    /// The starting tree: a star. With slack arcs, a node that has supply hangs on its own slack arc.
    private mutating func hangAllNodes(supplies: [Int64]) {
        tree[root] = .detached
        tree[root].size = root + 1
        tree[root].last = root == 0 ? root : root - 1
        link(root, root)
        potentials[root] = 0
        let hasSlack = arcCount > problemArcCount
        for (node, supply) in supplies.enumerated() {
            let node = Int32(truncatingIfNeeded: node)
            if supply >= 0 {
                tree[node].pred = hasSlack ? slackPosition(of: node) : Self.artificialUp
                tree[node].up = Self.unlimited - supply
                tree[node].down = supply
                potentials[node] = 0
            } else {
                tree[node].pred = Self.artificialDown
                tree[node].up = -supply
                tree[node].down = Self.unlimited + supply
                potentials[node] = artificialCost
            }
            tree[node].parent = root
            tree[node].last = node
            link(node == 0 ? root : node - 1, node)
            link(node, root)
        }
    }

    private func slackPosition(of node: Int32) -> Int32 {
        Int32(truncatingIfNeeded: order.position(of: problemArcCount + Int(node)))
    }
}
