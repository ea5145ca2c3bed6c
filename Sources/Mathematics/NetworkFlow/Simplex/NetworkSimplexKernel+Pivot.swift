extension NetworkSimplexKernel {
    /// The join: the deepest common ancestor of the entering arc's ends, where the cycle it closes is highest. Notes on
    /// the way which arc of either side blocks first, so that the cycle is walked once.
    @inline(__always)
    mutating func findJoinNode() {
        let tree = tree
        var tailSide = arcs[entering].tail
        var headSide = arcs[entering].head
        var leastDown = Int64.max
        var leastUp = Int64.max
        var downNode = Self.none
        var upNode = Self.none
        while tailSide != headSide {
            if tree[tailSide].size < tree[headSide].size {
                if tree[tailSide].down < leastDown {
                    leastDown = tree[tailSide].down
                    downNode = tailSide
                }
                tailSide = tree[tailSide].parent
            } else {
                if tree[headSide].up <= leastUp {
                    leastUp = tree[headSide].up
                    upNode = headSide
                }
                headSide = tree[headSide].parent
            }
        }
        join = tailSide
        blockingDown = leastDown
        blockingDownNode = downNode
        blockingUp = leastUp
        blockingUpNode = upNode
    }

    /// The arc of the cycle that blocks first; among equals the last one met when the cycle is walked from the join
    /// along the entering arc, which keeps the tree strongly feasible (every node can send flow to the root), and so
    /// the method finite.
    @inline(__always)
    mutating func findLeavingArc() {
        delta = capacities[entering]
        leavingNode = Self.none
        leavesOnTailSide = blockingDown < delta
        if leavesOnTailSide {
            delta = blockingDown
            leavingNode = blockingDownNode
        }
        if blockingUp <= delta {
            delta = blockingUp
            leavingNode = blockingUpNode
            leavesOnTailSide = false
        }
    }

    /// Pushes ``delta`` units round the cycle.
    @inline(__always)
    mutating func changeFlow() {
        let delta = delta
        if delta == 0 {
            degeneratePivots &+= 1
            return
        }
        let tree = tree
        let arc = arcs[entering]
        var node = arc.tail
        while node != join {
            tree[node].down &-= delta
            tree[node].up &+= delta
            node = tree[node].parent
        }
        node = arc.head
        while node != join {
            tree[node].up &-= delta
            tree[node].down &+= delta
            node = tree[node].parent
        }
    }

    /// Exchanges the leaving arc for the entering one, or moves the entering arc to its other bound.
    @inline(__always)
    mutating func updateBasis() {
        pivots &+= 1
        guard leavingNode != Self.none else {
            boundFlips &+= 1
            arcs[entering].reverse()
            reversed[entering].toggle()
            return
        }
        updateTree()
        updatePotentials()
    }
}
