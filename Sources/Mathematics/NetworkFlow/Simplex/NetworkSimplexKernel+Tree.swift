extension NetworkSimplexKernel {
    /// Makes a node the next one in preorder after another.
    @inline(__always)
    func link(_ node: Int32, _ next: Int32) {
        thread[node] = next
        reverseThread[next] = node
    }

    /// Leaves the leaving arc at its bound, turns the path between the entering and the leaving arc round, and hangs
    /// the subtree on the entering arc's other end.
    ///
    /// - Complexity: O(length of the cycle + depth).
    @inline(__always)
    mutating func updateTree() {
        let arc = arcs[entering]
        let enteringNode = leavesOnTailSide ? arc.tail : arc.head
        let newParent = leavesOnTailSide ? arc.head : arc.tail
        let oldParent = tree[leavingNode].parent
        settle(tree[leavingNode].pred, pushingFrom: leavesOnTailSide ? leavingNode : oldParent)
        updateSizes(from: newParent)
        moveThread(of: enteringNode, to: newParent)
        turnStem(from: enteringNode, to: newParent)
    }

    @inline(__always)
    private mutating func updateSizes(from newParent: Int32) {
        let tree = tree
        let moved = tree[leavingNode].size
        var node = newParent
        while node != join {
            tree[node].size &+= moved
            node = tree[node].parent
        }
        node = tree[leavingNode].parent
        while node != join {
            tree[node].size &-= moved
            node = tree[node].parent
        }
    }

    /// Moves the subtree's stretch of the preorder behind its new parent, rearranged for its new top.
    ///
    /// The stretch of each stem node (from the new top up to the leaving node) is the node and what comes before its
    /// stem child, the child's own stretch, and what comes after; the child's stretch is taken out and put in front.
    @inline(__always)
    private mutating func moveThread(of enteringNode: Int32, to newParent: Int32) {
        let tree = tree
        var node = enteringNode
        var oldLast = tree[node].last
        var tail = oldLast
        var before = reverseThread[node]
        var after = thread[oldLast]
        while node != leavingNode {
            node = tree[node].parent
            let nodeBefore = reverseThread[node]
            let nodeLast = tree[node].last
            link(tail, node)
            tail = before
            if nodeLast != oldLast {
                link(tail, after)
                tail = nodeLast
                after = thread[nodeLast]
            }
            oldLast = nodeLast
            before = nodeBefore
        }
        link(before, after)
        var ancestor = tree[leavingNode].parent
        while ancestor != Self.none, tree[ancestor].last == oldLast {
            tree[ancestor].last = before
            ancestor = tree[ancestor].parent
        }
        link(tail, thread[newParent])
        link(newParent, enteringNode)
        ancestor = newParent
        while ancestor != Self.none, tree[ancestor].last == newParent {
            tree[ancestor].last = tail
            ancestor = tree[ancestor].parent
        }
        tree[enteringNode].last = tail
    }

    /// Turns parents, arcs, residuals and sizes round along the stem.
    @inline(__always)
    private mutating func turnStem(from enteringNode: Int32, to newParent: Int32) {
        let tree = tree
        let moved = tree[leavingNode].size
        let tail = tree[enteringNode].last
        // Residuals of the entering arc, seen from the node that it joins to its parent.
        let back = delta
        let forth = capacities[entering] &- delta
        var up = leavesOnTailSide ? forth : back
        var down = leavesOnTailSide ? back : forth
        var pred = entering
        var parent = newParent
        var movedBelow: Int32 = 0
        var node = enteringNode
        while true {
            let old = tree[node]
            tree[node] = TreeNode(
                parent: parent, pred: pred, size: moved &- movedBelow, last: tail, up: up, down: down)
            if node == leavingNode { return }
            movedBelow = old.size
            pred = old.pred
            up = old.down
            down = old.up
            parent = node
            node = old.parent
        }
    }

    /// Shifts the potentials of the subtree that moved, or of all other nodes when those are fewer, so that the
    /// entering arc prices out at zero. Only differences of potentials mean anything.
    ///
    /// - Complexity: O(min(nodes moved, nodes that stayed)).
    @inline(__always)
    mutating func updatePotentials() {
        let arc = arcs[entering]
        let enteringNode = leavesOnTailSide ? arc.tail : arc.head
        let shift = leavesOnTailSide ? 0 &- enteringReducedCost : enteringReducedCost
        let moved = tree[enteringNode].size
        let last = tree[enteringNode].last
        if moved &* 2 <= tree[root].size {
            shiftPotentials(from: enteringNode, through: last, count: moved, by: shift)
        } else {
            shiftPotentials(
                from: thread[last], through: reverseThread[enteringNode], count: tree[root].size &- moved,
                by: 0 &- shift)
        }
    }

    /// Adds to the potentials of a stretch of the preorder, from both ends at once: the walk waits for memory at each
    /// step, and two walks wait together.
    @inline(__always)
    mutating func shiftPotentials(from first: Int32, through last: Int32, count: Int32, by shift: Int64) {
        let potentials = potentials
        let thread = thread
        let reverseThread = reverseThread
        nodesUpdated &+= Int(count)
        var forward = first
        var backward = last
        var remaining = count
        while remaining >= 2 {
            potentials[forward] &+= shift
            potentials[backward] &+= shift
            forward = thread[forward]
            backward = reverseThread[backward]
            remaining &-= 2
        }
        if remaining == 1 { potentials[forward] &+= shift }
    }
}
