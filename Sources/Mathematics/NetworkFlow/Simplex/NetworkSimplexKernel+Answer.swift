import Optimization

extension NetworkSimplexKernel {
    /// Whether no artificial arc carries flow, so that the tree's flow is feasible.
    ///
    /// - Complexity: O(n).
    var isFeasible: Bool {
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) where tree[node].pred < 0 && treeFlow(node) != 0 {
            return false
        }
        return true
    }

    /// The flow of every arc of the problem, lower bounds included, and what it costs.
    ///
    /// `nil` when it is cancelled meanwhile; a time limit leaves time for this.
    ///
    /// Most arcs are empty: only those that are full or in the tree are looked up, unless there are lower bounds.
    ///
    /// - Complexity: O(m) for writing zeros and reading a byte an arc; O(n + full arcs) beyond that.
    /// - Throws: ``SolverError`` when the cost does not fit 64 bits.
    func flowsAndCost(
        of network: FlowNetwork, meter: inout WorkMeter
    ) throws(SolverError) -> (flows: [Int64], cost: Int64)? {
        var cost = FlowArithmetic.Accumulator()
        var flows: [Int64] = []
        flows.reserveCapacity(network.arcs.count)
        for block in Self.blocks(of: network.arcs.count) {
            if hasLowerBounds {
                flows.append(contentsOf: network.arcs[block].lazy.map(\.lower))
                for arc in network.arcs[block] where arc.lower != 0 { cost.add(arc.lower, times: arc.cost) }
            } else {
                flows.append(contentsOf: repeatElement(0, count: block.count))
            }
            guard meter.spend(2 * block.count) != .cancelled else { return nil }
        }
        // Some full arcs are in the tree, which settles their flow.
        for block in Self.blocks(of: arcCount) {
            var full = 0
            reversed.forEachTrue(in: block) { position in
                full += 1
                guard let index = positions.arc(at: Int32(truncatingIfNeeded: position)) else { return }
                flows[index] += capacities[position]
                cost.add(capacities[position], times: 0 - arcs[position].cost)
            }
            guard meter.spend(block.count / 8 + 16 * full) != .cancelled else { return nil }
        }
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            guard meter.spend(16) != .cancelled else { return nil }
            let entry = tree[node]
            guard entry.pred >= 0, let index = positions.arc(at: entry.pred) else { continue }
            let record = arcs[entry.pred]
            if reversed[entry.pred] {
                let flow = (record.head == node ? entry.down : entry.up) - capacities[entry.pred]
                flows[index] += flow
                cost.add(flow, times: 0 - record.cost)
            } else {
                let flow = record.tail == node ? entry.down : entry.up
                flows[index] += flow
                cost.add(flow, times: record.cost)
            }
        }
        guard let value = cost.value else { throw FlowArithmetic.costOverflow }
        return (flows, value)
    }

    /// The potentials in the certificate's convention, the root's taken as zero: under
    /// ``FlowProblem/SupplyRule/atMost`` the slack arcs then make them 0 or more.
    var certifiedPotentials: [Int64] {
        let base = potentials[root]
        return (0..<nodeCount).map { potentials[kernelNumbers[$0]] &- base }
    }

    /// The side of a violated cut once no arc prices in while artificial arcs carry flow.
    ///
    /// Nodes that hang on an artificial arc from the root have potentials near the artificial cost, all others near
    /// zero. Between the sides no arc prices in: those that enter the high side are full and those that leave it are
    /// empty, and still it lacks what its artificial arcs bring.
    var violatedCut: [Int] {
        let base = potentials[root]
        return (0..<nodeCount).filter { potentials[kernelNumbers[$0]] &- base > Self.artificialCost / 2 }
    }

    /// The cycle of the entering arc as arcs of the problem, each entering the node that the next leaves; `nil` when
    /// one of them is used against its direction or has a limit, however large.
    func unboundedCycle(in network: FlowNetwork) -> [Int]? {
        let record = arcs[entering]
        var upward: [Int] = []
        var downward: [Int] = []
        var node = record.head
        while node != join {
            guard pointsUp(node) else { return nil }
            upward.append(problemArc(tree[node].pred))
            node = tree[node].parent
        }
        node = record.tail
        while node != join {
            guard !pointsUp(node) else { return nil }
            downward.append(problemArc(tree[node].pred))
            node = tree[node].parent
        }
        let cycle = [problemArc(entering)] + upward + downward.reversed()
        let hasNoLimit =
            !reversed[entering]
            && cycle.allSatisfy { index in
                network.arcs.indices.contains(index) && network.arcs[index].upper == FlowProblem.unlimited
            }
        return hasNoLimit ? cycle : nil
    }

    /// The arc of the problem that a record stands for; -1 for slack and artificial arcs.
    private func problemArc(_ record: Int32) -> Int {
        record < 0 ? -1 : positions.arc(at: record) ?? -1
    }

    /// The counters, by the names that thresholds use.
    var statistics: SolverStatistics {
        SolverStatistics([
            "pivots": pivots, "degenerate-pivots": degeneratePivots, "bound-flips": boundFlips,
            "arcs-scanned": arcsScanned, "nodes-updated": nodesUpdated,
        ])
    }
}
