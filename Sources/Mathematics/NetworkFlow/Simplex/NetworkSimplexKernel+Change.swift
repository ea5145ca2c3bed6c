import Optimization

extension NetworkSimplexKernel {
    /// The node whose arc to its parent is that record; ``none`` when the record is not in the tree.
    func treeNode(of position: Int32) -> Int32 {
        let record = arcs[position]
        if record.tail != root, tree[record.tail].pred == position { return record.tail }
        if record.head != root, tree[record.head].pred == position { return record.head }
        return Self.none
    }

    /// Takes over an arc's new bounds and cost. O(1), besides what it leaves in `pending`.
    mutating func change(
        arc index: Int, from old: FlowProblem.Arc, to new: FlowProblem.Arc, pending: inout PendingRepair
    ) {
        let position = Int32(truncatingIfNeeded: positions.position(ofArc: index))
        if new.lower != old.lower {
            hasLowerBounds = true
            pending.add(old.lower - new.lower, at: kernelNumbers[new.tail])
            pending.add(new.lower - old.lower, at: kernelNumbers[new.head])
        }
        let capacity = new.upper > new.lower ? Self.kernelCapacity(lower: new.lower, upper: new.upper) : 0
        let node = treeNode(of: position)
        if node == Self.none || new.tail == new.head {
            if capacity == capacities[position] {
                if capacity > 0 { arcs[position].cost = reversed[position] ? 0 - new.cost : new.cost }
            } else {
                changeOutsideTree(position, to: new, capacity: capacity, pending: &pending)
            }
            return
        }
        let grown = capacity - capacities[position]
        if grown != 0 {
            if pointsUp(node) { tree[node].up += grown } else { tree[node].down += grown }
            capacities[position] = capacity
            pending.add(0, at: node)
        }
        if new.cost != old.cost {
            arcs[position].cost = reversed[position] ? 0 - new.cost : new.cost
            pending.repriced.append(node)
        }
    }

    /// An arc outside the tree keeps its bound: at the lower it stays empty, at the upper it stays full, unless there
    /// is no upper bound any more.
    private mutating func changeOutsideTree(
        _ position: Int32, to new: FlowProblem.Arc, capacity: Int64, pending: inout PendingRepair
    ) {
        let wasFull = reversed[position]
        let isFull = wasFull && capacity > 0 && capacity < Self.unlimited
        let before = wasFull ? capacities[position] : 0
        let after = isFull ? capacity : 0
        if before != after {
            pending.add(before - after, at: kernelNumbers[new.tail])
            pending.add(after - before, at: kernelNumbers[new.head])
        }
        capacities[position] = capacity
        reversed[position] = isFull
        arcs[position] = capacity == 0 ? .dead : record(of: new)
        if isFull { arcs[position].reverse() }
    }

    /// An arc of the problem as it is priced while it is empty.
    private func record(of arc: FlowProblem.Arc) -> ArcRecord {
        ArcRecord(tail: kernelNumbers[arc.tail], head: kernelNumbers[arc.head], cost: arc.cost)
    }

    /// Forgets the counters of the last solve.
    mutating func resetCounters() {
        nodesUpdatedWhenNumbered -= nodesUpdated
        pivots = 0
        degeneratePivots = 0
        boundFlips = 0
        arcsScanned = 0
        nodesUpdated = 0
    }

    /// Adds a record at its lower bound outside the tree.
    private mutating func append(_ record: ArcRecord, capacity: Int64) {
        if arcCount == arcs.count {
            let room = max(16, 2 * arcCount)
            arcs = arcs.resized(to: room, repeating: .dead)
            capacities = capacities.resized(to: room, repeating: 0)
            reversed = reversed.resized(to: room, repeating: false)
        }
        arcs[arcCount] = capacity == 0 ? .dead : record
        capacities[arcCount] = capacity
        reversed[arcCount] = false
        arcCount += 1
    }

    /// Adds an arc; O(1) amortised.
    mutating func append(_ arc: FlowProblem.Arc, pending: inout PendingRepair) {
        let capacity = arc.upper > arc.lower ? Self.kernelCapacity(lower: arc.lower, upper: arc.upper) : 0
        append(record(of: arc), capacity: capacity)
        positions.appendArc()
        if arc.lower != 0 {
            hasLowerBounds = true
            pending.add(0 - arc.lower, at: kernelNumbers[arc.tail])
            pending.add(arc.lower, at: kernelNumbers[arc.head])
        }
    }

    /// Adds a node without supply, hung on the root; O(1). There must be room below the root's number.
    mutating func appendNode(pending: inout PendingRepair) {
        let node = Int32(truncatingIfNeeded: nodeCount)
        nodeCount += 1
        kernelNumbers[node] = node
        problemNumbers[node] = node
        if hasSlack {
            append(ArcRecord(tail: node, head: root, cost: 0), capacity: Self.unlimited)
            positions.appendSlack()
        }
        tree[node] = TreeNode(
            parent: root, pred: hasSlack ? positions.position(ofSlack: node) : Self.artificialUp, size: 1, last: node,
            up: Self.unlimited, down: 0)
        potentials[node] = potentials[root]
        if tree[root].last == root { tree[root].last = node }
        tree[root].size += 1
        link(node, thread[root])
        link(root, node)
        pending.addNode()
    }
}
