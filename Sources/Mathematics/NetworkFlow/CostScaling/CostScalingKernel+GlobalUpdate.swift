extension CostScalingKernel {
    /// Global update: lowers every potential by `epsilon` times the node's distance to the nearest deficit, so that
    /// excess finds admissible paths (Goldberg 1997, 4.2). An arc of reduced cost `r` is `floor(r / epsilon) + 1` long,
    /// which keeps the flow epsilon-optimal. Stops when the last active node is reached; all others count as that far.
    ///
    /// - Complexity: O(m + the farthest distance).
    /// - Returns: `false` when some excess reaches no deficit, or when ``stopReason`` or ``isOutOfRange`` is set.
    mutating func updatePotentials(_ epsilonShift: Int64) -> Bool {
        globalUpdates += 1
        let rank = rank
        let potential = potential
        let limit = buckets.rankLimit
        buckets.removeAll()
        var activeLeft = 0
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            rank[node] = limit
            if excess[node] > 0 { activeLeft += 1 }
            guard excess[node] < 0 else { continue }
            rank[node] = 0
            buckets.push(node, at: 0)
        }
        var reach: Int32 = 0
        while activeLeft > 0, reach <= buckets.highest {
            guard let node = buckets.pop(at: reach) else {
                reach &+= 1
                continue
            }
            if rank[node] != reach { continue }
            rank[node] = ~reach
            if excess[node] > 0 { activeLeft &-= 1 }
            followArcsBack(to: node, at: reach, epsilonShift)
            if mustStop() { return false }
        }
        if activeLeft > 0 {
            if !everyExcessReachesDeficit() { return false }
            // All that was not reached is farther than the buckets go.
            reach = limit
        }
        for node in 0..<nodeCount {
            let known = rank[node]
            let drop = known < 0 ? ~known : min(known, reach)
            guard drop > 0 else { continue }
            potential[node] &-= Int64(drop) &<< epsilonShift
            current[node] = first[node]
            if potential[node] < Self.lowestPotential { isOutOfRange = true }
        }
        return !isOutOfRange
    }

    @inline(__always)
    private mutating func followArcsBack(to node: Int32, at reach: Int32, _ epsilonShift: Int64) {
        let own = potential[node]
        let begin = first[node]
        let end = first[Int(node) &+ 1]
        var arc = begin
        while arc < end {
            let record = arcs[arc]
            arc &+= 1
            let known = rank[record.head]
            if record.back < 0 || known <= reach { continue }
            // The arc back costs the opposite. Epsilon-optimality makes this -epsilon or more: no length is negative.
            let reduced = 0 &- reducedCost(record, tailPotential: own)
            let next = Int64(reach) &+ (reduced &>> epsilonShift) &+ 1
            if next < Int64(known) {
                rank[record.head] = Int32(truncatingIfNeeded: next)
                buckets.push(record.head, at: Int32(truncatingIfNeeded: next))
            }
        }
        arcsScanned &+= Int(end &- begin)
    }

    private func everyExcessReachesDeficit() -> Bool {
        let reaches = nodesThatReachDeficits()
        return (0..<nodeCount).allSatisfy { excess[$0] <= 0 || reaches[$0] }
    }

    /// Whether residual arcs lead from a node to a deficit; O(m).
    func nodesThatReachDeficits() -> [Bool] {
        var reaches = (0..<nodeCount).map { excess[$0] < 0 }
        var stack = (0..<nodeCount).filter { reaches[$0] }
        while let node = stack.popLast() {
            for arc in first[node]..<first[node + 1] where arcs[arc].back >= 0 {
                let head = Int(arcs[arc].head)
                if reaches[head] { continue }
                reaches[head] = true
                stack.append(head)
            }
        }
        return reaches
    }
}
