extension NetworkSimplexKernel {
    /// Block search: the arc of most negative reduced cost in the first block, from where the last search ended, that
    /// has one. Sets ``entering``, to ``none`` when every arc prices out or `limit` arcs were scanned in vain.
    ///
    /// - Complexity: O(arcs scanned).
    @inline(__always)
    mutating func findEnteringArc(scanLimit limit: Int) {
        let arcs = arcs
        let potentials = potentials
        let count = arcCount
        var best: Int64 = 0
        var bestArc = -1
        var position = nextArc
        var scanned = 0
        while cleanArcs < count, scanned < limit {
            let end = min(position &+ blockSize, count)
            for index in position..<end {
                let arc = arcs[index]
                let reduced = arc.cost &+ potentials[arc.tail] &- potentials[arc.head]
                if reduced < best {
                    best = reduced
                    bestArc = index
                }
            }
            scanned &+= end &- position
            cleanArcs &+= end &- position
            position = end == count ? 0 : end
            if bestArc >= 0 {
                cleanArcs = 0
                break
            }
        }
        nextArc = position
        arcsScanned &+= scanned
        entering = Int32(truncatingIfNeeded: bestArc)
        enteringReducedCost = best
    }

    /// The join: the deepest common ancestor of the entering arc's ends, where the cycle it closes is highest.
    @inline(__always)
    mutating func findJoinNode() {
        var left = arcs[entering].tail
        var right = arcs[entering].head
        while left != right {
            if tree[left].size < tree[right].size {
                left = tree[left].parent
            } else {
                right = tree[right].parent
            }
        }
        join = left
    }

    /// The arc of the cycle that blocks first; among equals the last one met when the cycle is walked from the join
    /// along the entering arc, which keeps the tree strongly feasible (every node can send flow to the root), and so
    /// the method finite.
    @inline(__always)
    mutating func findLeavingArc() {
        let tree = tree
        let arc = arcs[entering]
        var least = capacities[entering]
        var leaving = Self.none
        var node = arc.tail
        while node != join {
            if tree[node].down < least {
                least = tree[node].down
                leaving = node
            }
            node = tree[node].parent
        }
        leavesOnTailSide = leaving != Self.none
        node = arc.head
        while node != join {
            if tree[node].up <= least {
                least = tree[node].up
                leaving = node
                leavesOnTailSide = false
            }
            node = tree[node].parent
        }
        leavingNode = leaving
        delta = least
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
