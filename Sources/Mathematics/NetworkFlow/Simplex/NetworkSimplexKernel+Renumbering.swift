extension NetworkSimplexKernel {
    /// Networks of more arcs keep their numbers: renumbering is not interrupted, and takes a few nanoseconds an arc.
    static let mostRenumberedArcs = 1 << 20

    /// Renumbers the nodes in preorder when walks over the tree have touched many nodes since it was last done.
    ///
    /// Pivots shuffle the preorder, and walks along it or up to the root then wait for memory at each node. In
    /// preorder a subtree is a stretch of memory and a chain of first children is contiguous.
    ///
    /// - Complexity: O(n + m), a constant part of the walks that it follows.
    @inline(__always)
    mutating func renumberIfScattered() {
        if nodesUpdated &- nodesUpdatedWhenNumbered > renumberingPeriod { renumber() }
    }

    /// Gives every node its place in the preorder as its number inside the kernel.
    mutating func renumber() {
        nodesUpdatedWhenNumbered = nodesUpdated
        let numbers = FlatStorage<Int32>(repeating: root, count: Int(root) + 1)
        defer { numbers.deallocate() }
        var node = thread[root]
        var number: Int32 = 0
        while node != root {
            numbers[node] = number
            number &+= 1
            node = thread[node]
        }
        let tree = FlatStorage<TreeNode>(repeating: .detached, count: tree.count)
        let potentials = FlatStorage<Int64>(repeating: 0, count: potentials.count)
        node = root
        repeat {
            var entry = self.tree[node]
            if entry.parent != Self.none { entry.parent = numbers[entry.parent] }
            entry.last = numbers[entry.last]
            tree[numbers[node]] = entry
            potentials[numbers[node]] = self.potentials[node]
            node = thread[node]
        } while node != root
        self.tree.deallocate()
        self.potentials.deallocate()
        self.tree = tree
        self.potentials = potentials
        link(root, nodeCount == 0 ? root : 0)
        for number in 0..<Int32(truncatingIfNeeded: nodeCount) {
            link(number, number &+ 1 == nodeCount ? root : number &+ 1)
        }
        for index in 0..<arcCount {
            let record = arcs[index]
            arcs[index] = ArcRecord(tail: numbers[record.tail], head: numbers[record.head], cost: record.cost)
        }
        for node in 0..<nodeCount { kernelNumbers[node] = numbers[kernelNumbers[node]] }
        for node in 0..<nodeCount { problemNumbers[kernelNumbers[node]] = Int32(truncatingIfNeeded: node) }
    }
}
