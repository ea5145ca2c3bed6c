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

    /// The flow of every arc of the problem, lower bounds included.
    func flows(of network: FlowNetwork) -> [Int64] {
        unsafe network.arcs.withUnsafeBufferPointer { networkArcs in
            unsafe Array(unsafeUninitializedCapacity: networkArcs.count) { flows, count in
                positions.forEachArc(below: networkArcs.count) { index, position in
                    // Only arcs with an upper bound are ever full.
                    unsafe flows[index] = reversed[position] ? networkArcs[index].upper : networkArcs[index].lower
                }
                var node: Int32 = 0
                while node < nodeCount {
                    let pred = tree[node].pred
                    if pred >= 0, let index = positions.arc(at: pred) {
                        unsafe flows[index] = networkArcs[index].lower + treeFlow(node)
                    }
                    node += 1
                }
                count = networkArcs.count
            }
        }
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
