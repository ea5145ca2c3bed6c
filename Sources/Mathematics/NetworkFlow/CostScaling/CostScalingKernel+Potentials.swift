import Optimization

extension CostScalingKernel {
    /// Global update: lowers every potential by `epsilon` times the node's distance to the nearest deficit, so that
    /// excess finds admissible paths (Goldberg 1997). An arc of reduced cost `r` is `floor(r / epsilon) + 1` long,
    /// which keeps the flow epsilon-optimal. Stops when the last active node is reached; all others count as that far.
    mutating func updatePotentials(_ epsilon: Int64) {
        globalUpdates += 1
        heap.removeAll()
        var activeLeft = 0
        for node in 0..<nodeCount {
            distance[node] = Int64.max
            if excess[node] > 0 { activeLeft += 1 }
            guard excess[node] < 0 else { continue }
            distance[node] = 0
            heap.push(Int32(truncatingIfNeeded: node), at: 0)
        }
        var farthest: Int64 = 0
        while activeLeft > 0, let (node, reach) = heap.pop() {
            if distance[node] < reach { continue }
            farthest = reach
            if excess[node] > 0 { activeLeft -= 1 }
            let own = potential[node]
            for arc in first[node]..<first[Int(node) + 1] {
                let record = arcs[arc]
                if distance[record.head] <= reach || arcs[record.mate].residual == 0 { continue }
                // Epsilon-optimality makes this -epsilon or more: the length is not negative.
                let reduced = potential[record.head] - record.cost - own
                let length = reduced < 0 ? 0 : reduced / epsilon + 1
                if reach + length < distance[record.head] {
                    distance[record.head] = reach + length
                    heap.push(record.head, at: reach + length)
                }
            }
            arcsScanned &+= Int(first[Int(node) + 1] - first[node])
        }
        for node in 0..<nodeCount {
            potential[node] -= min(distance[node], farthest) * epsilon
            current[node] = first[node]
        }
    }

    /// Exact potentials of the problem's costs from those of a 1-optimal flow.
    ///
    /// In lengths `cost + 1` of scaled costs the residual network has no negative cycle, and shortest distances from
    /// anywhere are `costFactor * d + k` with `d` the shortest distance in the problem's own costs and `k` the number
    /// of arcs, below `costFactor`. The potentials at hand make all lengths 0 or more: one search of Dijkstra's.
    ///
    /// - Complexity: O(m log n).
    mutating func exactPotentials() -> [Int64] {
        heap.removeAll()
        var highest = Int64.min
        for node in 0..<nodeCount { highest = max(highest, potential[node]) }
        for node in 0..<nodeCount {
            distance[node] = highest - potential[node]
            heap.push(Int32(truncatingIfNeeded: node), at: distance[node])
        }
        while let (node, reach) = heap.pop() {
            if distance[node] < reach { continue }
            let own = potential[node]
            for arc in first[node]..<first[Int(node) + 1] where arcs[arc].residual > 0 {
                let record = arcs[arc]
                let next = reach + record.cost + 1 + own - potential[record.head]
                if next < distance[record.head] {
                    distance[record.head] = next
                    heap.push(record.head, at: next)
                }
            }
            arcsScanned &+= Int(first[Int(node) + 1] - first[node])
        }
        return (0..<nodeCount).map { node in
            let scaled = distance[node] + potential[node] - highest
            let remainder = scaled % costFactor
            return scaled / costFactor - (remainder < 0 ? 1 : 0)
        }
    }
}
