extension NetworkSimplexKernel {
    /// An arc that priced in when it was last looked at.
    struct Candidate: BitwiseCopyable {
        var reducedCost: Int64
        var arc: Int32

        static let none = Candidate(reducedCost: 0, arc: NetworkSimplexKernel.none)
    }

    /// How many candidates are kept from pivot to pivot.
    static let keptCandidates = 16
    /// How many arcs a block is priced for at a time, each of which may give a candidate.
    static let lanes = 4

    /// Multiple partial pricing: the arc of most negative reduced cost among the candidates of earlier searches and
    /// the best arcs of the next block, going on where the last search ended. Further blocks are searched only while
    /// there is no candidate at all. Sets ``entering``, to ``none`` when every arc prices out or `limit` arcs were
    /// scanned in vain.
    ///
    /// - Complexity: O(arcs scanned).
    @inline(__always)
    mutating func findEnteringArc(scanLimit limit: Int) {
        var best = repriceCandidates()
        let count = arcCount
        var position = nextArc
        var scanned = 0
        while cleanArcs < count, scanned < limit {
            let end = min(position &+ blockSize, count)
            best = priceBlock(position..<end, best: best)
            scanned &+= end &- position
            cleanArcs &+= end &- position
            position = end == count ? 0 : end
            if candidateCount > 0 { break }
        }
        nextArc = position
        arcsScanned &+= scanned
        guard candidateCount > 0 else {
            entering = Self.none
            enteringReducedCost = 0
            return
        }
        cleanArcs = 0
        entering = candidates[best].arc
        enteringReducedCost = candidates[best].reducedCost
        removeCandidate(best)
        while candidateCount > Self.keptCandidates { removeWorstCandidate() }
    }

    /// Prices the candidates again and drops those that price out; returns the best one's place.
    @inline(__always)
    private mutating func repriceCandidates() -> Int {
        let (arcs, potentials, candidates) = (arcs, potentials, candidates)
        var best = 0
        var bestCost: Int64 = 0
        var kept = 0
        for index in 0..<candidateCount {
            let arc = candidates[index].arc
            let record = arcs[arc]
            let reduced = record.cost &+ potentials[record.tail] &- potentials[record.head]
            candidates[kept] = Candidate(reducedCost: reduced, arc: arc)
            if reduced < bestCost {
                bestCost = reduced
                best = kept
            }
            kept &+= reduced < 0 ? 1 : 0
        }
        arcsScanned &+= candidateCount
        candidateCount = kept
        return best
    }

    /// Prices a block and adds the best arc of each lane to the candidates; returns the place of the best of all.
    @inline(__always)
    private mutating func priceBlock(_ block: Range<Int>, best: Int) -> Int {
        let (arcs, potentials) = (arcs, potentials)
        @inline(__always) func price(_ index: Int, _ lane: inout Candidate) {
            let record = arcs[index]
            let reduced = record.cost &+ potentials[record.tail] &- potentials[record.head]
            let isBetter = reduced < lane.reducedCost
            lane.reducedCost = isBetter ? reduced : lane.reducedCost
            lane.arc = isBetter ? Int32(truncatingIfNeeded: index) : lane.arc
        }
        var (first, second, third, fourth) = (Candidate.none, Candidate.none, Candidate.none, Candidate.none)
        var index = block.lowerBound
        while index &+ Self.lanes <= block.upperBound {
            price(index, &first)
            price(index &+ 1, &second)
            price(index &+ 2, &third)
            price(index &+ 3, &fourth)
            index &+= Self.lanes
        }
        while index < block.upperBound {
            price(index, &first)
            index &+= 1
        }
        return addCandidate(fourth, addCandidate(third, addCandidate(second, addCandidate(first, best))))
    }

    /// Adds an arc to the candidates if it prices in; returns the place of the better of it and `best`.
    @inline(__always)
    private mutating func addCandidate(_ candidate: Candidate, _ best: Int) -> Int {
        guard candidate.reducedCost < 0 else { return best }
        let place = candidateCount
        candidates[place] = candidate
        candidateCount &+= 1
        return place == 0 || candidate.reducedCost < candidates[best].reducedCost ? place : best
    }

    @inline(__always)
    private mutating func removeCandidate(_ place: Int) {
        candidateCount &-= 1
        candidates[place] = candidates[candidateCount]
    }

    @inline(__always)
    private mutating func removeWorstCandidate() {
        var worst = 0
        for index in 1..<candidateCount where candidates[index].reducedCost > candidates[worst].reducedCost {
            worst = index
        }
        removeCandidate(worst)
    }
}
