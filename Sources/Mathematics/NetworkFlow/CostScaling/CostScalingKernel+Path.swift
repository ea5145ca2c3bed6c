extension CostScalingKernel {
    /// Collects in ``pathArcs`` admissible arcs (residual, of negative reduced cost) from an active node: up to four,
    /// or up to a deficit. Nodes without one are relabelled on the way, until that has been done so many times in all.
    ///
    /// - Returns: How many; `nil` when nothing can leave the active node, ever.
    @inline(__always)
    mutating func growPath(from start: Int32, _ epsilon: Int64, relabelsUpTo relabelGoal: Int) -> Int? {
        var length = 0
        var tip = start
        pathNodes[0] = start
        while length < Self.pathLimit, length == 0 || excess[tip] >= 0, relabels < relabelGoal {
            let own = potential[tip]
            let begin = current[tip]
            let end = first[Int(tip) &+ 1]
            var (arc, least) = leastArc(begin..<end, tailPotential: own, below: Int64.max, otherwise: begin)
            if least < 0 {
                arcsScanned &+= Int(arc &- begin) &+ 1
            } else {
                (arc, least) = leastArc(first[tip]..<begin, tailPotential: own, below: least, otherwise: arc)
                arcsScanned &+= Int(end &- first[tip])
            }
            current[tip] = arc
            if least >= 0 {
                relabels &+= 1
                if length > 0 {
                    // The arc that led here has to become inadmissible, and its reverse must not fall below -epsilon
                    // once flow is pushed: no reason to go lower than both ask for.
                    let towards = reducedCost(
                        arcs[pathArcs[length &- 1]], tailPotential: potential[pathNodes[length &- 1]])
                    potential[tip] = own &- min(least, 0 &- towards) &- epsilon
                    length &-= 1
                    tip = pathNodes[length]
                    continue
                }
                if least == .max { return nil }
                potential[tip] = own &- least &- epsilon
            }
            pathArcs[length] = arc
            length &+= 1
            tip = arcs[arc].head
            pathNodes[length] = tip
        }
        return length
    }

    /// The first admissible arc of a stretch of a row; without one, the residual arc of least reduced cost, if that is
    /// less than what is known.
    @inline(__always)
    private func leastArc(
        _ stretch: Range<Int32>, tailPotential: Int64, below known: Int64, otherwise knownArc: Int32
    ) -> (arc: Int32, reducedCost: Int64) {
        var least = known
        var leastArc = knownArc
        var arc = stretch.lowerBound
        while arc < stretch.upperBound {
            let record = arcs[arc]
            let reduced = reducedCost(record, tailPotential: tailPotential)
            if record.residual > 0, reduced < least {
                least = reduced
                leastArc = arc
                if reduced < 0 { break }
            }
            arc &+= 1
        }
        return (leastArc, least)
    }
}
