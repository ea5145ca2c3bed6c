import Optimization

extension CostScalingKernel {
    /// Makes a feasible flow optimal: `epsilon` falls by 16 down to 1, and each time the flow is
    /// made epsilon-optimal (no residual arc of reduced cost below -epsilon). After each ``feasible`` holds the flow.
    ///
    /// - Complexity: O(n^2 m log(nC)) (Goldberg and Tarjan 1990).
    /// - Returns: Why it stopped early, or `nil`.
    mutating func optimise(monitor: StopMonitor, iterationLimit: Int, feasible: inout [Int64]) -> Termination? {
        var epsilon = largestCost
        while epsilon > 1 {
            epsilon = max(1, epsilon / 16)
            refinements += 1
            if let reason = refine(epsilon, monitor: monitor, iterationLimit: iterationLimit) { return reason }
            feasible = residuals()
        }
        return nil
    }

    /// The residual capacity of each arc of the problem.
    func residuals() -> [Int64] {
        (0..<position.count).map { arcs[position[$0]].residual }
    }

    /// Push and relabel along partial paths of at most four arcs (as LEMON's default does), from active nodes in the
    /// order in which they became active.
    private mutating func refine(_ epsilon: Int64, monitor: StopMonitor, iterationLimit: Int) -> Termination? {
        saturateNegativeArcs()
        var begin = 0
        var waiting = 0
        for node in 0..<nodeCount where excess[node] > 0 {
            queue[waiting] = Int32(truncatingIfNeeded: node)
            isWaiting[node] = true
            waiting += 1
        }
        var relabelsAtLastUpdate = relabels - nodeCount
        var scannedAtLastLook = arcsScanned
        while waiting > 0 {
            let start = queue[begin]
            if excess[start] <= 0 {
                isWaiting[start] = false
                begin = begin + 1 == nodeCount ? 0 : begin + 1
                waiting -= 1
                continue
            }
            if relabels >= iterationLimit { return .limitReached(.iterations) }
            if arcsScanned &- scannedAtLastLook >= 1 << 16 {
                scannedAtLastLook = arcsScanned
                if let reason = monitor.stopReason { return reason }
            }
            if relabels - relabelsAtLastUpdate >= nodeCount {
                updatePotentials(epsilon)
                relabelsAtLastUpdate = relabels
            }
            growPath(from: start, epsilon)
            var tail = start
            for arc in path {
                push(min(excess[tail], arcs[arc].residual), from: tail, over: arc)
                tail = arcs[arc].head
            }
            for arc in path where excess[arcs[arc].head] > 0 && !isWaiting[arcs[arc].head] {
                let end = begin + waiting
                queue[end >= nodeCount ? end - nodeCount : end] = arcs[arc].head
                isWaiting[arcs[arc].head] = true
                waiting += 1
            }
            pushes += path.count
        }
        return nil
    }

    private mutating func saturateNegativeArcs() {
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            let own = potential[node]
            for arc in first[node]..<first[Int(node) + 1] {
                let record = arcs[arc]
                if record.residual > 0, record.cost + own - potential[record.head] < 0 {
                    push(record.residual, from: node, over: arc)
                }
            }
            current[node] = first[node]
        }
        arcsScanned &+= arcs.count
    }

    /// Collects in ``path`` admissible arcs from an active node: up to four, or up to a deficit.
    private mutating func growPath(from start: Int32, _ epsilon: Int64) {
        path.removeAll(keepingCapacity: true)
        var tip = start
        while path.count < 4, excess[tip] >= 0 {
            let own = potential[tip]
            let end = first[Int(tip) + 1]
            let begin = current[tip]
            var arc = begin
            while arc < end {
                let record = arcs[arc]
                if record.residual > 0, record.cost + own - potential[record.head] < 0 { break }
                arc += 1
            }
            arcsScanned &+= Int(arc - begin) + 1
            if arc < end {
                current[tip] = arc
                path.append(arc)
                tip = arcs[arc].head
                continue
            }
            relabel(tip, epsilon)
            if let last = path.popLast() { tip = arcs[arcs[last].mate].head }
        }
    }

    /// Lowers a node's potential as far as epsilon-optimality allows, which makes an arc that leaves it admissible.
    private mutating func relabel(_ node: Int32, _ epsilon: Int64) {
        let own = potential[node]
        var least = Int64.max
        for arc in first[node]..<first[Int(node) + 1] {
            let record = arcs[arc]
            if record.residual > 0 { least = min(least, record.cost + own - potential[record.head]) }
        }
        arcsScanned &+= Int(first[Int(node) + 1] - first[node])
        current[node] = first[node]
        relabels += 1
        // Nothing can leave a dead end, which holds no excess; it only has to become unattractive.
        potential[node] = own - (least == .max ? Int64(nodeCount) * epsilon : least) - epsilon
    }
}
