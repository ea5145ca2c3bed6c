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
    mutating func run(monitor: StopMonitor, iterationLimit: Int = .max) -> Outcome {
        // Work between two looks at the clock: a few hundred microseconds at most.
        let patience = 1 << 16
        var workAtLastLook = -patience
        while true {
            let work = arcsScanned &+ 4 &* nodesUpdated &+ 256 &* pivots
            if work &- workAtLastLook >= patience {
                workAtLastLook = work
                if let reason = monitor.stopReason { return .stopped(reason) }
            }
            if pivots >= iterationLimit { return .stopped(.limitReached(.iterations)) }
            findEnteringArc(scanLimit: patience)
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
