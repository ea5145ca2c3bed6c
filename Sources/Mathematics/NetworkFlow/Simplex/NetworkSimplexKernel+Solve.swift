import Optimization

extension NetworkSimplexKernel {
    /// How the pivoting ended.
    enum Outcome {
        /// No arc prices in; artificial arcs may still carry flow.
        case optimal
        /// Flow without limit can be pushed round the cycle of the entering arc.
        case unboundedCycle
        /// A flow grew to 2^61.
        case overflow
        /// The criteria or the interrupter stopped it.
        case stopped(Termination)
    }

    /// Pivots until no arc prices in or something stops it.
    mutating func run(meter: inout WorkMeter, iterationLimit: Int = .max) -> Outcome {
        if let reason = loadingStopped ?? meter.look() { return .stopped(reason) }
        var workBefore = work
        while true {
            let work = work
            if let reason = meter.spend(work &- workBefore) { return .stopped(reason) }
            workBefore = work
            if pivots >= iterationLimit { return .stopped(.limitReached(.iterations)) }
            findEnteringArc(scanLimit: WorkMeter.patience)
            if entering == Self.none {
                if cleanArcs >= arcCount { return .optimal }
                continue
            }
            findJoinNode()
            findLeavingArc()
            if delta >= Self.flowLimit { return .unboundedCycle }
            if leavingNode != Self.none, delta > 0, leavingArcHasNoLimit { return .overflow }
            changeFlow()
            updateBasis()
            renumberIfScattered()
        }
    }

    /// What was done so far, in units of an arc scanned.
    private var work: Int { arcsScanned &+ 4 &* nodesUpdated &+ 256 &* pivots }

    /// Whether the leaving arc would leave full although its capacity only stands for none.
    private var leavingArcHasNoLimit: Bool {
        let node = tree[leavingNode]
        guard node.up &+ node.down == Self.unlimited else { return false }
        return pointsUp(leavingNode) != leavesOnTailSide
    }

    /// Whether the arc between a node and its parent leads from the node to the parent.
    func pointsUp(_ node: Int32) -> Bool {
        switch tree[node].pred {
        case Self.artificialUp: true
        case Self.artificialDown: false
        case let pred: (reversed[pred] ? arcs[pred].head : arcs[pred].tail) == node
        }
    }

    /// The flow on the arc between a node and its parent, above its lower bound.
    func treeFlow(_ node: Int32) -> Int64 {
        pointsUp(node) ? tree[node].down : tree[node].up
    }
}
