/// A spanning tree of a transport network in floating point, and the primal network simplex on it: what makes the whole
/// numbers of ``TransportKernel`` exact again.
///
/// The flow kernel counts in units, so that demands of many digits and costs that are far apart are rounded. Its
/// answer names a tree, though, and a tree determines flows and prices from the problem's own numbers: flows from the
/// leaves up, so that each customer gets just its demand, prices from the root down. Where they then leave their bounds
/// or a reduced cost has the wrong sign, pivots go on from there.
///
/// A node but the root needs an amount, and the root supplies all. A flow within `tolerance` of a bound counts as at it;
/// a reduced cost counts from 1e-13 of the numbers that it is the difference of. Ties leave the tree by Cunningham's
/// rule (the last blocking arc from the apex on), and the number of pivots is limited, as rounding may defeat the rule.
///
/// Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), chapter 11.
struct TransportTree {
    /// An arc that carries 0 to `upper` at `cost` a unit.
    struct Arc {
        var tail: Int32
        var head: Int32
        var cost: Double
        var upper: Double
    }

    /// What is known of an arc before the start.
    enum Hint: UInt8, CaseIterable {
        /// It carries something between its bounds, or is a node's best.
        case inside
        /// Its reduced cost is zero.
        case tight
        /// Any other.
        case outside
    }

    private(set) var arcs: [Arc]
    /// How many arcs were given; those behind them are artificial and only ever leave.
    private let givenCount: Int
    private let needs: [Double]
    private let root: Int
    private let penalty: Double
    /// Flows below it count as none.
    let tolerance: Double
    /// Arcs that are not in the tree and carry all they may.
    private var isFull: [Bool]
    private var isInTree: [Bool]
    private var parents: [Int]
    private var parentArcs: [Int]
    /// The nodes, each after its parent.
    private var order: [Int] = []
    private(set) var flows: [Double]
    /// What a unit costs at each node.
    private(set) var potentials: [Double]
    /// Pivots made.
    private(set) var pivotCount = 0

    /// Lays a tree through the network, arcs `inside` first; the root must reach every node.
    ///
    /// - Parameters:
    ///   - penalty: the cost of artificial arcs, above that of any detour.
    ///   - tolerance: flows below it count as none.
    init(
        arcs: [Arc], needs: [Double], root: Int, hints: [Hint], isFull: [Bool], penalty: Double, tolerance: Double
    ) {
        self.arcs = arcs
        self.needs = needs
        self.root = root
        self.penalty = penalty
        self.tolerance = tolerance
        self.isFull = isFull
        givenCount = arcs.count
        isInTree = Array(repeating: false, count: arcs.count)
        parents = Array(repeating: -1, count: needs.count)
        parentArcs = parents
        flows = Array(repeating: 0, count: arcs.count)
        potentials = Array(repeating: 0, count: needs.count)
        span(hints)
    }

    /// Kruskal's tree over the arcs in the order of their hints.
    private mutating func span(_ hints: [Hint]) {
        var leaders = Array(needs.indices)
        func leader(_ node: Int) -> Int {
            var node = node
            while leaders[node] != node {
                leaders[node] = leaders[leaders[node]]
                node = leaders[node]
            }
            return node
        }
        var adjacent = [[Int]](repeating: [], count: needs.count)
        for hint in Hint.allCases {
            for arc in arcs.indices where hints[arc] == hint {
                let (tail, head) = (leader(Int(arcs[arc].tail)), leader(Int(arcs[arc].head)))
                guard tail != head else { continue }
                leaders[tail] = head
                isInTree[arc] = true
                isFull[arc] = false
                adjacent[Int(arcs[arc].tail)].append(arc)
                adjacent[Int(arcs[arc].head)].append(arc)
            }
        }
        order = [root]
        var next = 0
        while next < order.count {
            let node = order[next]
            next += 1
            for arc in adjacent[node] where arc != parentArcs[node] {
                let child = Int(arcs[arc].tail) == node ? Int(arcs[arc].head) : Int(arcs[arc].tail)
                parents[child] = node
                parentArcs[child] = arc
                order.append(child)
            }
        }
    }

    /// Widens the bounds of the arcs that leave the root by a part of each.
    mutating func widen(by part: Double) {
        for arc in 0..<givenCount where Int(arcs[arc].tail) == root { arcs[arc].upper *= 1 + part }
    }

    /// Pivots until no arc promises anything, or until a limit; `false` for that.
    @discardableResult
    mutating func solve() -> Bool {
        place(repairing: true)
        let limit = pivotCount + 50 * needs.count + 1000
        while let arc = entering() {
            guard pivotCount < limit else { return false }
            pivotCount += 1
            pivot(on: arc)
        }
        return true
    }

    /// Computes flows and potentials of the tree. `repairing` takes arcs that are out of bounds out of the tree, and hangs
    /// what was below them on the root by an artificial arc.
    private mutating func place(repairing: Bool) {
        var left = needs
        for arc in arcs.indices where !isInTree[arc] {
            flows[arc] = isFull[arc] ? arcs[arc].upper : 0
            guard isFull[arc] else { continue }
            left[Int(arcs[arc].head)] -= arcs[arc].upper
            left[Int(arcs[arc].tail)] += arcs[arc].upper
        }
        for node in order.reversed() where node != root {
            let arc = parentArcs[node]
            let isDown = Int(arcs[arc].head) == node
            var flow = isDown ? left[node] : -left[node]
            if repairing, flow < -tolerance || flow > arcs[arc].upper + tolerance {
                isInTree[arc] = false
                isFull[arc] = flow > 0
                flows[arc] = flow > 0 ? arcs[arc].upper : 0
                let rest = left[node] - (isDown ? flows[arc] : -flows[arc])
                left[parents[node]] += isDown ? flows[arc] : -flows[arc]
                hang(node, rest)
                continue
            }
            flow = min(max(flow, 0), arcs[arc].upper)
            flows[arc] = flow
            left[parents[node]] += left[node]
        }
        if repairing { sort() }
        potentials[root] = 0
        for node in order where node != root {
            let arc = arcs[parentArcs[node]]
            let base = potentials[parents[node]]
            potentials[node] = Int(arc.head) == node ? base + arc.cost : base - arc.cost
        }
    }

    /// Hangs a node that lacks an amount (or has too much, below zero) on the root.
    private mutating func hang(_ node: Int, _ amount: Double) {
        let ends = amount >= 0 ? (root, node) : (node, root)
        arcs.append(Arc(tail: Int32(ends.0), head: Int32(ends.1), cost: penalty, upper: .infinity))
        flows.append(abs(amount))
        isInTree.append(true)
        isFull.append(false)
        parents[node] = root
        parentArcs[node] = arcs.count - 1
    }

    /// Puts the nodes in an order in which each comes after its parent.
    private mutating func sort() {
        var firsts = Array(repeating: -1, count: needs.count)
        var nexts = firsts
        for node in needs.indices where node != root {
            nexts[node] = firsts[parents[node]]
            firsts[parents[node]] = node
        }
        order.removeAll(keepingCapacity: true)
        order.append(root)
        var next = 0
        while next < order.count {
            var child = firsts[order[next]]
            next += 1
            while child >= 0 {
                order.append(child)
                child = nexts[child]
            }
        }
    }

    /// The arc outside the tree whose reduced cost promises most, if any does.
    private func entering() -> Int? {
        var best: Int?
        var most = 0.0
        for arc in 0..<givenCount where !isInTree[arc] && arcs[arc].upper > 0 {
            let (tail, head) = (potentials[Int(arcs[arc].tail)], potentials[Int(arcs[arc].head)])
            let reduced = arcs[arc].cost + tail - head
            let promise = isFull[arc] ? reduced : -reduced
            guard promise > most, promise > 1e-13 * (abs(arcs[arc].cost) + abs(tail) + abs(head)) else { continue }
            most = promise
            best = arc
        }
        return best
    }

    private mutating func pivot(on entering: Int) {
        // Flow is pushed from `first` to `second` along the arc, then back through the tree.
        let ends = (Int(arcs[entering].tail), Int(arcs[entering].head))
        let (first, second) = isFull[entering] ? (ends.1, ends.0) : ends
        var step = arcs[entering].upper
        var leaving = entering
        var isLeavingFull = !isFull[entering]
        // The node below the arc that leaves, and on which side of the apex it is.
        var cut = -1
        var isCutFirst = false
        let apex = commonAncestor(first, second)
        var node = first
        while node != apex {
            let arc = parentArcs[node]
            // The cycle comes down here: from the parent to the node.
            let isForward = Int(arcs[arc].head) == node
            let room = residual(arc, forward: isForward)
            if room < step { (step, leaving, isLeavingFull, cut, isCutFirst) = (room, arc, isForward, node, true) }
            node = parents[node]
        }
        node = second
        while node != apex {
            let arc = parentArcs[node]
            let isForward = Int(arcs[arc].tail) == node
            let room = residual(arc, forward: isForward)
            if room <= step { (step, leaving, isLeavingFull, cut, isCutFirst) = (room, arc, isForward, node, false) }
            node = parents[node]
        }
        isFull[leaving] = isLeavingFull
        if leaving != entering {
            isInTree[leaving] = false
            isInTree[entering] = true
            isFull[entering] = false
            // The parents from the arc's end in the part that is cut off, up to the cut, turn around.
            var node = isCutFirst ? first : second
            var (parent, parentArc) = (isCutFirst ? second : first, entering)
            while true {
                let next = (parents[node], parentArcs[node])
                parents[node] = parent
                parentArcs[node] = parentArc
                if node == cut { break }
                (parent, parentArc) = (node, next.1)
                node = next.0
            }
            sort()
        }
        place(repairing: false)
    }

    private func residual(_ arc: Int, forward: Bool) -> Double {
        let room = forward ? arcs[arc].upper - flows[arc] : flows[arc]
        return room > tolerance ? room : 0
    }

    private func commonAncestor(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        var (high, low) = (depth(of: first), depth(of: second))
        while first != second {
            if high >= low {
                first = parents[first]
                high -= 1
            } else {
                second = parents[second]
                low -= 1
            }
        }
        return first
    }

    private func depth(of node: Int) -> Int {
        var (node, depth) = (node, 0)
        while node != root {
            node = parents[node]
            depth += 1
        }
        return depth
    }

    /// What the artificial arcs carry together.
    var artificialFlow: Double { flows[givenCount...].reduce(0) { $0 + ($1 > tolerance ? $1 : 0) } }
}
