import Optimization

extension CostScalingKernel {
    /// Finds an optimal flow: `epsilon`, a power of two, falls by 16 a phase from a sixteenth of the largest cost to 1,
    /// and each time the flow is made epsilon-optimal (no residual arc of reduced cost below -epsilon), unless other
    /// potentials show that it is so already.
    ///
    /// - Complexity: O(n^2 m log(nC)) (Goldberg and Tarjan 1990).
    /// - Returns: Whether a flow exists; ``stopReason`` says whether the answer came before the end.
    mutating func optimise() -> Bool {
        var epsilonShift = Int64(Int64.bitWidth - 1 - max(1, largestCost / 16).leadingZeroBitCount)
        while true {
            if stopReason != nil { return true }
            if feasibleFlow == .none || !refinePrices(epsilonShift) {
                if stopReason != nil { return true }
                if !refine(epsilonShift) || isOutOfRange { return false }
            }
            if epsilonShift == 0 { return true }
            epsilonShift = max(0, epsilonShift - 4)
        }
    }

    /// Push and relabel along partial paths of at most four arcs, from active nodes (those with excess) in the order in
    /// which they became active (Kovacs 2015, 3.3.2).
    ///
    /// - Returns: `false` when some excess reaches no deficit.
    private mutating func refine(_ epsilonShift: Int64) -> Bool {
        refinements += 1
        let epsilon = Int64(1) << epsilonShift
        // Later phases start without a cycle of negative arcs, and only those beyond epsilon have to be saturated.
        guard saveFlow(), saturateArcs(below: feasibleFlow == .none ? 0 : 0 - epsilon) else { return true }
        var begin = 0
        var waiting = 0
        for node in 0..<nodeCount {
            isWaiting[node] = excess[node] > 0
            guard excess[node] > 0 else { continue }
            queue[waiting] = Int32(truncatingIfNeeded: node)
            waiting += 1
        }
        var relabelsAtUpdate = relabels
        while waiting > 0 {
            let start = queue[begin]
            if excess[start] <= 0 {
                isWaiting[start] = false
                begin = begin + 1 == nodeCount ? 0 : begin + 1
                waiting -= 1
                continue
            }
            if relabels >= relabelLimit { stopReason = .limitReached(.iterations) }
            if mustStop() { return true }
            if relabels >= relabelsAtUpdate {
                if !updatePotentials(epsilonShift) { return stopReason != nil }
                relabelsAtUpdate = relabels + nodeCount
            }
            let relabelGoal = min(relabelsAtUpdate, relabelLimit)
            guard let length = growPath(from: start, epsilon, relabelsUpTo: relabelGoal) else { return false }
            for step in 0..<length {
                let tail = pathNodes[step]
                let head = pathNodes[step + 1]
                let arc = pathArcs[step]
                let amount = min(excess[tail], Int64(truncatingIfNeeded: arcs[arc].residual))
                if amount <= 0 { continue }
                push(amount, from: tail, over: arc)
                if excess[head] > 0, !isWaiting[head] {
                    let end = begin + waiting
                    queue[end >= nodeCount ? end - nodeCount : end] = head
                    isWaiting[head] = true
                    waiting += 1
                }
            }
            pushes &+= length
        }
        feasibleFlow = .present
        return true
    }

    /// Keeps the feasible flow at hand, if there is one, for a solve that has to stop.
    ///
    /// - Returns: `false` when ``stopReason`` is set.
    private mutating func saveFlow() -> Bool {
        guard feasibleFlow == .present else { return true }
        for node in 0..<nodeCount {
            for arc in first[node]..<first[node + 1] { saved[arc] = arcs[arc].residual }
            arcsScanned &+= Int(first[node + 1] - first[node])
            if mustStop() { return false }
        }
        feasibleFlow = .saved
        return true
    }

    /// Fills the residual arcs of reduced cost below a limit.
    ///
    /// - Returns: `false` when ``stopReason`` is set.
    private mutating func saturateArcs(below limit: Int64) -> Bool {
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            let own = potential[node]
            let end = first[Int(node) + 1]
            for arc in first[node]..<end {
                let record = arcs[arc]
                if record.residual > 0, reducedCost(record, tailPotential: own) < limit {
                    push(Int64(truncatingIfNeeded: record.residual), from: node, over: arc)
                }
            }
            current[node] = first[node]
            arcsScanned &+= Int(end - first[node])
            if mustStop() { return false }
        }
        return true
    }
}
