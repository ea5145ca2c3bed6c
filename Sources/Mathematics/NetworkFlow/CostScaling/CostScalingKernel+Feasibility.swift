import Optimization

extension CostScalingKernel {
    /// Sends every excess to a deficit without regard to costs, as far as that is possible: maximum flow by blocking
    /// flows in layered networks (Dinic 1970). Leaves in ``distance`` the layers of the last search.
    ///
    /// - Complexity: O(n^2 m) in the worst case.
    /// - Returns: Why it stopped early, or `nil`.
    mutating func findFeasibleFlow(monitor: StopMonitor) -> Termination? {
        while layerTowardsDeficits() {
            if let reason = monitor.stopReason { return reason }
            for node in 0..<nodeCount { current[node] = first[node] }
            var scannedAtLastLook = arcsScanned
            for start in 0..<Int32(truncatingIfNeeded: nodeCount) {
                while excess[start] > 0, distance[start] < Int64.max, augment(from: start) {
                    if arcsScanned &- scannedAtLastLook < 1 << 16 { continue }
                    scannedAtLastLook = arcsScanned
                    if let reason = monitor.stopReason { return reason }
                }
            }
        }
        return nil
    }

    /// The nodes that excess left over by ``findFeasibleFlow(monitor:)`` reaches, which violate their cut: nothing
    /// leaves or enters the side any further. `nil` when no excess is left.
    func reachOfExcess() -> [Bool]? {
        var reached = (0..<nodeCount).map { excess[$0] > 0 }
        var stack = (0..<nodeCount).filter { reached[$0] }
        if stack.isEmpty { return nil }
        while let node = stack.popLast() {
            for arc in first[node]..<first[node + 1] where arcs[arc].residual > 0 {
                let head = Int(arcs[arc].head)
                if reached[head] { continue }
                reached[head] = true
                stack.append(head)
            }
        }
        return reached
    }

    /// Numbers the nodes by how many residual arcs they are away from a deficit; says whether an excess reaches one.
    private mutating func layerTowardsDeficits() -> Bool {
        var end = 0
        for node in 0..<nodeCount {
            distance[node] = Int64.max
            guard excess[node] < 0 else { continue }
            distance[node] = 0
            queue[end] = Int32(truncatingIfNeeded: node)
            end += 1
        }
        var begin = 0
        var reachesExcess = false
        while begin < end {
            let node = queue[begin]
            begin += 1
            if excess[node] > 0 { reachesExcess = true }
            let next = distance[node] + 1
            for arc in first[node]..<first[Int(node) + 1] {
                let record = arcs[arc]
                if distance[record.head] < Int64.max || arcs[record.mate].residual == 0 { continue }
                distance[record.head] = next
                queue[end] = record.head
                end += 1
            }
            arcsScanned &+= Int(first[Int(node) + 1] - first[node])
        }
        return reachesExcess
    }

    /// Sends flow along one path down the layers; `false` when there is none left from that node.
    private mutating func augment(from start: Int32) -> Bool {
        path.removeAll(keepingCapacity: true)
        var tip = start
        while excess[tip] >= 0 || tip == start {
            let end = first[Int(tip) + 1]
            let begin = current[tip]
            var arc = begin
            while arc < end {
                let record = arcs[arc]
                if record.residual > 0, distance[record.head] == distance[tip] - 1 { break }
                arc += 1
            }
            arcsScanned &+= Int(arc - begin) + 1
            current[tip] = arc
            if arc < end {
                path.append(arc)
                tip = arcs[arc].head
            } else {
                guard let last = path.popLast() else { return false }
                tip = arcs[arcs[last].mate].head
                current[tip] += 1
            }
        }
        var amount = min(excess[start], 0 - excess[tip])
        for arc in path { amount = min(amount, arcs[arc].residual) }
        var tail = start
        for arc in path {
            push(amount, from: tail, over: arc)
            tail = arcs[arc].head
        }
        pushes += path.count
        return true
    }
}
