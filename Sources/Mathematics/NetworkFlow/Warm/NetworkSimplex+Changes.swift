public import Optimization

extension NetworkSimplex {
    /// Changes an arc's cost; O(1) now, O(nodes below the arc) in the next solve if it is in the tree.
    ///
    /// - Throws: ``ProblemError`` for a cost so large that potentials could overflow; nothing changes then.
    public func setCost(ofArc index: Int, to cost: Int64) throws(ProblemError) {
        var arc = network.arcs[index]
        arc.cost = cost
        try replace(index, by: arc)
    }

    /// Changes an arc's bounds; O(1) now, O(depth of its ends) in the next solve.
    ///
    /// - Throws: ``ProblemError`` for a negative lower bound, an upper bound below it, or lower bounds that sum to 2^60.
    public func setBounds(ofArc index: Int, lower: Int64 = 0, upper: Int64) throws(ProblemError) {
        var arc = network.arcs[index]
        arc.lower = lower
        arc.upper = upper
        try replace(index, by: arc)
    }

    /// Removes an arc: it keeps its number and has no capacity and no cost.
    public func removeArc(_ index: Int) throws(ProblemError) {
        let arc = network.arcs[index]
        try replace(index, by: .init(tail: Int(arc.tail), head: Int(arc.head), upper: 0, cost: 0))
    }

    /// Changes what a node sends (positive) or takes (negative); O(1) now, O(its depth) in the next solve.
    ///
    /// - Throws: ``ProblemError`` when the absolute supplies sum to 2^60 or more; nothing changes then.
    public func setSupply(ofNode node: Int, to supply: Int64) throws(ProblemError) {
        let old = network.supplies[node]
        try magnitudes.takeOver(supply: supply, ofNode: node, old: old)
        network.supplies[node] = supply
        if supply != old { pending.add(supply - old, at: kernel.kernelNumbers[node]) }
    }

    /// Adds a node; O(1) amortised.
    ///
    /// - Returns: its number.
    /// - Throws: ``ProblemError`` when costs are too large for one node more, or its supply is too large.
    public func addNode(supply: Int64 = 0) throws(ProblemError) -> Int {
        let node = nodeCount
        try magnitudes.check(nodeCount: node + 1)
        network.supplies.append(0)
        if node < Int(kernel.root) {
            kernel.appendNode(pending: &pending)
        } else {
            startCold()
        }
        try setSupply(ofNode: node, to: supply)
        return node
    }

    /// Removes a node with every arc at it: it keeps its number and has neither supply nor arcs.
    ///
    /// - Complexity: O(m).
    public func removeNode(_ node: Int) throws(ProblemError) {
        for (index, arc) in network.arcs.enumerated() where Int(arc.tail) == node || Int(arc.head) == node {
            try removeArc(index)
        }
        try setSupply(ofNode: node, to: 0)
    }

    /// Adds an arc; O(1) amortised.
    ///
    /// - Returns: its number.
    /// - Throws: ``ProblemError`` for an arc that ``FlowProblem`` would refuse; nothing changes then.
    public func addArc(_ arc: FlowProblem.Arc) throws(ProblemError) -> Int {
        let index = arcCount
        guard arc.tail >= 0, arc.head >= 0, Int(max(arc.tail, arc.head)) < nodeCount else {
            throw ProblemError(.arc(index), "joins a node that is not among the \(nodeCount) nodes")
        }
        try magnitudes.takeOver(arc, index: index, oldLower: 0, nodeCount: nodeCount)
        network.arcs.append(arc)
        kernel.append(arc, pending: &pending)
        return index
    }

    private func replace(_ index: Int, by arc: FlowProblem.Arc) throws(ProblemError) {
        let old = network.arcs[index]
        guard arc != old else { return }
        try magnitudes.takeOver(arc, index: index, oldLower: old.lower, nodeCount: nodeCount)
        network.arcs[index] = arc
        kernel.change(arc: index, from: old, to: arc, pending: &pending)
    }
}
