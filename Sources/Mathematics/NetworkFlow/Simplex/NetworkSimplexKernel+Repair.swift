extension NetworkSimplexKernel {
    /// Makes the tree a feasible, strongly feasible start again after changes.
    ///
    /// What nodes send more is pushed up the tree. An arc that this takes out of its bounds stays at its bound and
    /// leaves the tree: its subtree is hung on the root, by an artificial arc that carries what is left over, and the
    /// pivots that follow drive it out. So does an arc that could send nothing more towards the root.
    ///
    /// - Complexity: O(nodes above a change + nodes whose potentials move), O(n) at most.
    mutating func repair(_ pending: inout PendingRepair) {
        cleanArcs = 0
        candidateCount = 0
        let cut = pushExcess(&pending)
        reprice(cut: cut, repriced: pending.repriced)
        pending.clear()
    }

    /// Pushes excess from the leaves up, each node once its children are done; returns the nodes whose arc to the
    /// parent left the tree. Those have their new arc already, not their new parent.
    private mutating func pushExcess(_ pending: inout PendingRepair) -> [Int32] {
        var ready = markAbove(&pending)
        var cut: [Int32] = []
        while let node = ready.popLast() {
            var amount = pending.excess[Int(node)]
            pending.excess[Int(node)] = 0
            pending.waiting[Int(node)] = PendingRepair.unmarked
            tree[node].up -= amount
            tree[node].down += amount
            if tree[node].up <= 0 {
                let rest = 0 - tree[node].up
                amount -= rest
                settle(tree[node].pred, pushingFrom: tree[node].parent)
                hangOnRoot(node, sending: rest)
                cut.append(node)
            } else if tree[node].down < 0 {
                let rest = 0 - tree[node].down
                amount += rest
                settle(tree[node].pred, pushingFrom: node)
                hangOnRoot(node, sending: 0 - rest)
                cut.append(node)
            }
            let parent = tree[node].parent
            guard parent != root else { continue }
            pending.excess[Int(parent)] += amount
            pending.waiting[Int(parent)] -= 1
            if pending.waiting[Int(parent)] == 0 { ready.append(parent) }
        }
        return cut
    }

    /// Marks every node above a change with the number of its marked children; returns those without any.
    private func markAbove(_ pending: inout PendingRepair) -> [Int32] {
        for start in pending.nodes where pending.waiting[Int(start)] == PendingRepair.unmarked {
            pending.waiting[Int(start)] = 0
            var node = tree[start].parent
            while node != root {
                if pending.waiting[Int(node)] != PendingRepair.unmarked {
                    pending.waiting[Int(node)] += 1
                    break
                }
                pending.waiting[Int(node)] = 1
                node = tree[node].parent
            }
        }
        return pending.nodes.filter { pending.waiting[Int($0)] == 0 }
    }

    /// Stores an arc that leaves the tree in the direction in which flow can be pushed.
    @inline(__always)
    mutating func settle(_ leaving: Int32, pushingFrom tail: Int32) {
        guard leaving >= 0 else { return }
        if capacities[leaving] == 0 {
            arcs[leaving] = .dead
            reversed[leaving] = false
        } else if arcs[leaving].tail != tail {
            arcs[leaving].reverse()
            reversed[leaving].toggle()
        }
    }

    /// Gives a node an arc to the root that carries `amount`, or brings it when negative. Where supplies are upper
    /// limits the node's slack arc may carry it.
    private mutating func hangOnRoot(_ node: Int32, sending amount: Int64) {
        if amount >= 0 {
            tree[node].pred = hasSlack ? positions.position(ofSlack: problemNumbers[node]) : Self.artificialUp
            tree[node].up = Self.unlimited - amount
            tree[node].down = amount
        } else {
            tree[node].pred = Self.artificialDown
            tree[node].up = 0 - amount
            tree[node].down = Self.unlimited + amount
        }
    }

    /// Moves cut subtrees below the root and makes every changed arc price out: one subtree at a time, or all at once
    /// when that is less work.
    private mutating func reprice(cut: [Int32], repriced: [Int32]) {
        let work = (cut + repriced).reduce(0) { $0 + Int(tree[$1].size) }
        if work > nodeCount {
            for node in cut { tree[node].parent = root }
            if cut.isEmpty { recomputePotentials() } else { rebuildTree() }
            nodesUpdated += nodeCount
            return
        }
        for node in cut { moveBelowRoot(node) }
        for node in cut + repriced {
            let shift = potentials[tree[node].parent] &+ rise(to: node) &- potentials[node]
            guard shift != 0 else { continue }
            shiftPotentials(from: node, through: tree[node].last, count: tree[node].size, by: shift)
        }
    }

    private mutating func recomputePotentials() {
        var node = thread[root]
        while node != root {
            potentials[node] = potentials[tree[node].parent] &+ rise(to: node)
            node = thread[node]
        }
    }

    /// Moves a subtree's stretch of the preorder to the front, as the root's first child.
    private mutating func moveBelowRoot(_ node: Int32) {
        let parent = tree[node].parent
        guard parent != root else { return }
        let moved = tree[node].size
        let last = tree[node].last
        let before = reverseThread[node]
        link(before, thread[last])
        var ancestor = parent
        var endsHere = true
        while ancestor != Self.none {
            if ancestor != root { tree[ancestor].size -= moved }
            endsHere = endsHere && tree[ancestor].last == last
            if endsHere { tree[ancestor].last = before }
            ancestor = tree[ancestor].parent
        }
        link(last, thread[root])
        link(root, node)
        tree[node].parent = root
    }
}
