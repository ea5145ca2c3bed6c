extension NetworkSimplexKernel {
    /// Builds the preorder, the sizes and the potentials anew from every node's parent and arc.
    ///
    /// - Complexity: O(n).
    mutating func rebuildTree() {
        let firstChild = FlatStorage<Int32>(repeating: Self.none, count: Int(root) + 1)
        let sibling = FlatStorage<Int32>(repeating: Self.none, count: Int(root) + 1)
        defer {
            firstChild.deallocate()
            sibling.deallocate()
        }
        var node = Int32(truncatingIfNeeded: nodeCount) - 1
        while node >= 0 {
            let parent = tree[node].parent
            sibling[node] = firstChild[parent]
            firstChild[parent] = node
            node -= 1
        }
        node = root
        var previous = root
        tree[root].size = 1
        tree[root].last = root
        while true {
            // Down to the next node of the preorder, or up past every node whose subtree is done.
            if firstChild[node] != Self.none {
                node = firstChild[node]
            } else {
                while node != root, sibling[node] == Self.none {
                    node = finishSubtree(of: node)
                }
                if node == root { break }
                let next = sibling[node]
                _ = finishSubtree(of: node)
                node = next
            }
            link(previous, node)
            previous = node
            tree[node].size = 1
            tree[node].last = node
            potentials[node] = potentials[tree[node].parent] &+ rise(to: node)
        }
        link(previous, root)
    }

    private mutating func finishSubtree(of node: Int32) -> Int32 {
        let parent = tree[node].parent
        tree[parent].size &+= tree[node].size
        tree[parent].last = tree[node].last
        return parent
    }

    /// The potential of a node less that of its parent: what makes the arc between them price out.
    func rise(to node: Int32) -> Int64 {
        switch tree[node].pred {
        case Self.artificialUp: return 0
        case Self.artificialDown: return Self.artificialCost
        case let pred:
            let record = arcs[pred]
            return record.head == node ? record.cost : 0 &- record.cost
        }
    }
}
