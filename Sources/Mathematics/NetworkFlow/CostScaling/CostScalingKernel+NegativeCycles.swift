extension CostScalingKernel {
    // What a search in depth notes of a node in place of its parent.
    private static var isUnseen: Int32 { -1 }
    private static var isRoot: Int32 { -2 }
    private static var isDone: Int32 { -3 }

    /// Puts the nodes into ``queue`` so that residual arcs of negative reduced cost lead from later to earlier ones:
    /// a search in depth along them. A cycle met on the way is cancelled by pushing flow round it, which leaves a
    /// feasible flow feasible and makes it cheaper.
    ///
    /// - Complexity: O(m + n for each cycle).
    /// - Returns: `false` when ``stopReason`` is set.
    mutating func sortByNegativeArcs() -> Bool {
        for node in 0..<nodeCount {
            current[node] = first[node]
            rank[node] = Self.isUnseen
        }
        var done = 0
        for root in 0..<Int32(truncatingIfNeeded: nodeCount) where rank[root] == Self.isUnseen {
            rank[root] = Self.isRoot
            var tip = root
            while tip >= 0 {
                if mustStop() { return false }
                guard let arc = nextOpenArc(of: tip) else {
                    let parent = rank[tip]
                    rank[tip] = Self.isDone
                    queue[done] = tip
                    done += 1
                    tip = parent
                    continue
                }
                let head = arcs[arc].head
                if rank[head] == Self.isUnseen {
                    rank[head] = tip
                    tip = head
                } else {
                    tip = cancelCycle(closedBy: arc, from: tip)
                }
            }
        }
        return true
    }

    /// The next residual arc of negative reduced cost to a node that is not done; moves ``current`` to it.
    @inline(__always)
    private mutating func nextOpenArc(of node: Int32) -> Int32? {
        let own = potential[node]
        let begin = current[node]
        let end = first[Int(node) &+ 1]
        var arc = begin
        while arc < end {
            let record = arcs[arc]
            if record.residual > 0, reducedCost(record, tailPotential: own) < 0, rank[record.head] != Self.isDone {
                break
            }
            arc &+= 1
        }
        current[node] = arc
        arcsScanned &+= Int(arc &- begin) &+ 1
        return arc < end ? arc : nil
    }

    /// Pushes as much flow as fits round the cycle of a stretch of the search's path and the arc that closes it.
    ///
    /// - Returns: The tail of the first arc that is full now, from which the search goes on; nodes beyond it are unseen
    ///   again.
    private mutating func cancelCycle(closedBy closing: Int32, from tip: Int32) -> Int32 {
        cyclesCancelled += 1
        let top = arcs[closing].head
        var amount = arcs[closing].residual
        var blocking = tip
        var node = tip
        while node != top {
            node = rank[node]
            if arcs[current[node]].residual <= amount {
                amount = arcs[current[node]].residual
                blocking = node
            }
        }
        let pushed = Int64(truncatingIfNeeded: amount)
        push(pushed, from: tip, over: closing)
        node = tip
        while node != top {
            node = rank[node]
            push(pushed, from: node, over: current[node])
        }
        node = tip
        while node != blocking {
            let parent = rank[node]
            rank[node] = Self.isUnseen
            current[node] = first[node]
            node = parent
        }
        return blocking
    }
}
