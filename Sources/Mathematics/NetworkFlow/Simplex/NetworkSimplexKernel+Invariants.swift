package import Optimization

extension NetworkSimplexKernel {
    /// What is wrong with the tree, one line each: structure, preorder, sizes, potentials, strong feasibility, balance.
    ///
    /// - Complexity: O(n + m).
    func invariantViolations(network: FlowNetwork) -> [String] {
        structureViolations() + flowViolations(network: network)
    }

    private func structureViolations() -> [String] {
        var violations: [String] = []
        var order: [Int32] = []
        var node = root
        repeat {
            order.append(node)
            if reverseThread[thread[node]] != node {
                violations.append("thread and its reverse differ at node \(node)")
            }
            node = thread[node]
        } while node != root && order.count <= nodeCount
        guard order.count == nodeCount + 1, node == root, Set(order).count == order.count else {
            return violations + ["the preorder visits \(Set(order).count) of \(nodeCount + 1) nodes"]
        }
        var sizes = [Int32](repeating: 1, count: Int(root) + 1)
        var lasts = (0...root).map { $0 }
        var depths = [Int](repeating: 0, count: Int(root) + 1)
        for (position, node) in order.enumerated().dropFirst() {
            let parent = tree[node].parent
            guard parent != Self.none else { return violations + ["node \(node) has no parent"] }
            depths[Int(node)] = depths[Int(parent)] + 1
            let ancestorDepth = depths[Int(order[position - 1])]
            if depths[Int(node)] > ancestorDepth + 1 { violations.append("node \(node) does not follow its parent") }
        }
        for node in order.dropFirst().reversed() {
            let parent = Int(tree[node].parent)
            sizes[parent] += sizes[Int(node)]
            if lasts[parent] == tree[node].parent { lasts[parent] = lasts[Int(node)] }
        }
        for node in order where tree[node].size != sizes[Int(node)] || tree[node].last != lasts[Int(node)] {
            violations.append("node \(node): size \(tree[node].size), last \(tree[node].last) are wrong")
        }
        return violations
    }

    private func flowViolations(network: FlowNetwork) -> [String] {
        var violations: [String] = []
        var excess = [Int64](repeating: 0, count: Int(root) + 1)
        for (node, supply) in network.supplies.enumerated() { excess[Int(kernelNumbers[node])] = supply }
        excess[Int(root)] = 0 - network.supplies.reduce(0, +)
        for arc in network.arcs {
            excess[Int(kernelNumbers[arc.tail])] -= arc.lower
            excess[Int(kernelNumbers[arc.head])] += arc.lower
        }
        var inTree = [Bool](repeating: false, count: arcCount)
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            let entry = tree[node]
            let flow = treeFlow(node)
            let isUp = pointsUp(node)
            excess[Int(node)] -= isUp ? flow : 0 - flow
            excess[Int(entry.parent)] += isUp ? flow : 0 - flow
            if entry.up < 0 || entry.down < 0 { violations.append("the arc over node \(node) is out of bounds") }
            if entry.up == 0 { violations.append("node \(node) cannot send flow to the root") }
            let cost: Int64
            switch entry.pred {
            case Self.artificialUp: cost = 0
            case Self.artificialDown: cost = Self.artificialCost
            default:
                inTree[Int(entry.pred)] = true
                cost = reversed[entry.pred] ? 0 - arcs[entry.pred].cost : arcs[entry.pred].cost
                if entry.up + entry.down != capacities[entry.pred] {
                    violations.append("residuals over node \(node) do not sum to the capacity")
                }
            }
            if entry.pred < 0, entry.parent != root { violations.append("artificial arc below node \(entry.parent)") }
            let rise = potentials[node] &- potentials[entry.parent]
            if rise != (isUp ? 0 - cost : cost) { violations.append("the arc over node \(node) does not price out") }
        }
        for index in 0..<arcCount where !inTree[index] && reversed[index] {
            excess[Int(arcs[index].head)] -= capacities[index]
            excess[Int(arcs[index].tail)] += capacities[index]
        }
        for (node, rest) in excess.enumerated() where rest != 0 {
            violations.append("node \(node) is out of balance by \(rest)")
        }
        return violations
    }
}

extension NetworkSimplexSolver {
    /// Solves the problem one pivot at a time and returns what is wrong with the kernel's state, for tests.
    package static func invariantViolations(solving problem: FlowProblem) -> [String] {
        guard FlowNetwork(problem).unbalancedResult == nil else { return [] }
        let network = FlowNetwork(problem)
        var meter = WorkMeter.unlimited(for: network)
        var kernel = NetworkSimplexKernel(network, meter: &meter)
        var violations = kernel.invariantViolations(network: network)
        while violations.isEmpty {
            let limit = kernel.pivots + 1
            guard case .stopped = kernel.run(meter: &meter, iterationLimit: limit) else { return violations }
            violations = kernel.invariantViolations(network: network)
        }
        return violations
    }
}
