import Optimization

extension NetworkSimplexKernel {
    /// Whether no artificial arc carries flow, so that the tree's flow is feasible.
    ///
    /// - Complexity: O(n).
    var isFeasible: Bool {
        for node in 0..<root where tree[node].pred < 0 && treeFlow(node) != 0 {
            return false
        }
        return true
    }

    /// The flow of every arc of the problem, lower bounds included.
    func flows(of problem: FlowProblem) -> [Int64] {
        unsafe problem.arcs.withUnsafeBufferPointer { problemArcs in
            unsafe Array(unsafeUninitializedCapacity: problemArcs.count) { flows, count in
                for index in 0..<problemArcs.count {
                    let lower = unsafe problemArcs[index].lower
                    let position = order.position(of: index)
                    unsafe flows[index] = reversed[position] ? lower + capacities[position] : lower
                }
                var node: Int32 = 0
                while node < root {
                    let pred = tree[node].pred
                    let index = pred >= 0 ? order.element(at: Int(pred)) : problemArcs.count
                    if index < problemArcs.count {
                        unsafe flows[index] = problemArcs[index].lower + treeFlow(node)
                    }
                    node += 1
                }
                count = problemArcs.count
            }
        }
    }

    /// The potentials in the certificate's convention, the root's taken as zero: under
    /// ``FlowProblem/SupplyRule/atMost`` the slack arcs then make them 0 or more.
    var certifiedPotentials: [Int64] {
        let base = potentials[root]
        return (0..<nodeCount).map { potentials[$0] &- base }
    }

    /// The side of a violated cut once no arc prices in while artificial arcs carry flow.
    ///
    /// Nodes that hang on an artificial arc from the root have potentials near the artificial cost, all others near
    /// zero. Between the sides no arc prices in: those that enter the high side are full and those that leave it are
    /// empty, and still it lacks what its artificial arcs bring.
    var violatedCut: [Int] {
        let base = potentials[root]
        return (0..<nodeCount).filter { potentials[$0] &- base > artificialCost / 2 }
    }

    /// The cycle of the entering arc as arcs of the problem, each entering the node that the next leaves; `nil` when
    /// one of them is used against its direction or has a limit, however large.
    func unboundedCycle(in problem: FlowProblem) -> [Int]? {
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
                problem.arcs.indices.contains(index) && problem.arcs[index].upper == FlowProblem.unlimited
            }
        return hasNoLimit ? cycle : nil
    }

    /// The arc of the problem that a record stands for; no arc of the problem for slack and artificial arcs.
    private func problemArc(_ record: Int32) -> Int {
        record < 0 ? problemArcCount : order.element(at: Int(record))
    }

    /// The counters, by the names that thresholds use.
    var statistics: SolverStatistics {
        SolverStatistics([
            "pivots": pivots, "degenerate-pivots": degeneratePivots, "bound-flips": boundFlips,
            "arcs-scanned": arcsScanned, "nodes-updated": nodesUpdated,
        ])
    }
}
