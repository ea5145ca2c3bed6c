import Optimization

extension CostScalingKernel {
    /// Sorts the arcs and their reverses into rows by counting; every arc starts empty.
    ///
    /// - Complexity: O(n + m).
    mutating func load(_ network: FlowNetwork, scope: CostScalingScope) {
        let slackNode = Int32(truncatingIfNeeded: network.supplies.count)
        for arc in network.arcs {
            first[Int(arc.tail) + 1] += 1
            first[Int(arc.head) + 1] += 1
        }
        if hasSlackNode {
            for node in 0..<Int(slackNode) { first[node + 1] += 1 }
            first[nodeCount] += slackNode
        }
        arcsScanned &+= network.arcs.count
        if mustStop() { return }
        for node in 0..<nodeCount {
            first[node + 1] += first[node]
            current[node] = first[node]
        }
        for (index, arc) in network.arcs.enumerated() {
            let capacity = arc.upper == FlowProblem.unlimited ? scope.unlimitedCapacity : arc.upper - arc.lower
            add(index, from: arc.tail, to: arc.head, capacity: capacity, cost: arc.cost)
            if arc.lower > 0 {
                excess[arc.tail] -= arc.lower
                excess[arc.head] += arc.lower
            }
            arcsScanned &+= 2
            if mustStop() { return }
        }
        for (node, supply) in network.supplies.enumerated() {
            excess[node] += supply
            guard hasSlackNode else { continue }
            excess[slackNode] -= supply
            let tail = Int32(truncatingIfNeeded: node)
            add(network.arcs.count + node, from: tail, to: slackNode, capacity: scope.unlimitedCapacity, cost: 0)
        }
    }

    @inline(__always)
    private func add(_ index: Int, from tail: Int32, to head: Int32, capacity: Int64, cost: Int64) {
        let forward = current[tail]
        current[tail] += 1
        let backward = current[head]
        current[head] += 1
        let cost = Number(truncatingIfNeeded: cost)
        arcs[forward] = ResidualArc(
            head: head, back: ~backward, residual: Number(truncatingIfNeeded: capacity), cost: cost)
        arcs[backward] = ResidualArc(
            head: tail, back: capacity > 0 ? forward : ~forward, residual: 0, cost: 0 - cost)
        position[index] = forward
    }
}
