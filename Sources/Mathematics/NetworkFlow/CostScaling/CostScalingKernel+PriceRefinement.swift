extension CostScalingKernel {
    /// Tries to make the flow epsilon-optimal by other potentials alone (Goldberg 1997, 4.3; Buennagel, Korte and Vygen
    /// 1998): sorts the nodes so that arcs of negative reduced cost lead on, finds how many epsilons each node must
    /// fall, and lowers the nodes in the order of these ranks; again until none must fall, or until lower potentials
    /// close a cycle of such arcs.
    ///
    /// - Returns: Whether the flow is epsilon-optimal now. If not, no cycle of residual arcs has negative reduced costs
    ///   only, or ``stopReason`` is set.
    mutating func refinePrices(_ epsilonShift: Int64) -> Bool {
        priceRefinements += 1
        for round in 0..<Self.priceRoundLimit {
            let cyclesBefore = cyclesCancelled
            if !sortByNegativeArcs() || (round > 0 && cyclesCancelled > cyclesBefore) { return false }
            guard let highest = findRanks(epsilonShift) else { return false }
            if highest == 0 { return true }
            if !lowerByRank(epsilonShift, from: highest) { return false }
        }
        _ = sortByNegativeArcs()
        return false
    }

    /// After so many rounds the phase is run after all; four were the most that any success took.
    private static var priceRoundLimit: Int { 12 }

    /// How many epsilons each node must fall because of the arcs of negative reduced cost that lead to it.
    ///
    /// - Returns: The highest rank; `nil` when it leaves the range of the buckets or ``stopReason`` is set.
    private mutating func findRanks(_ epsilonShift: Int64) -> Int32? {
        let limit = Int64(buckets.rankLimit)
        for node in 0..<nodeCount { rank[node] = 0 }
        buckets.removeAll()
        var place = nodeCount
        while place > 0 {
            place -= 1
            let node = queue[place]
            let own = potential[node]
            let ownRank = Int64(rank[node])
            let begin = first[node]
            let end = first[Int(node) &+ 1]
            var arc = begin
            while arc < end {
                let record = arcs[arc]
                arc &+= 1
                let reduced = reducedCost(record, tailPotential: own)
                guard record.residual > 0, reduced < 0 else { continue }
                let needed = ownRank &+ ((-1 &- reduced) &>> epsilonShift)
                if needed <= Int64(rank[record.head]) { continue }
                if needed >= limit { return nil }
                rank[record.head] = Int32(truncatingIfNeeded: needed)
            }
            arcsScanned &+= Int(end &- begin)
            if rank[node] > 0 { buckets.push(node, at: rank[node]) }
            if mustStop() { return nil }
        }
        return max(buckets.highest, 0)
    }

    /// Lowers each node by its rank, highest first, and with it the nodes that its arcs would leave behind.
    ///
    /// - Returns: `false` when ``stopReason`` is set.
    private mutating func lowerByRank(_ epsilonShift: Int64, from highest: Int32) -> Bool {
        var level = highest
        while level > 0 {
            guard let node = buckets.pop(at: level) else {
                level &-= 1
                continue
            }
            if rank[node] != level { continue }
            let own = potential[node]
            let begin = first[node]
            let end = first[Int(node) &+ 1]
            var arc = begin
            while arc < end {
                let record = arcs[arc]
                arc &+= 1
                let known = rank[record.head]
                guard record.residual > 0, known >= 0, known < level else { continue }
                let reduced = reducedCost(record, tailPotential: own)
                let needed = reduced < 0 ? Int64(level) : Int64(level) &- 1 &- (reduced &>> epsilonShift)
                if needed > Int64(known) {
                    rank[record.head] = Int32(truncatingIfNeeded: needed)
                    buckets.push(record.head, at: Int32(truncatingIfNeeded: needed))
                }
            }
            // Done: no arc that is looked at later may raise its rank.
            rank[node] = -1
            potential[node] = own &- (Int64(level) &<< epsilonShift)
            arcsScanned &+= Int(end &- begin)
            if mustStop() { return false }
        }
        return true
    }
}
