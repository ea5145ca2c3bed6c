internal import Optimization

/// A cycle of negative cost whose arcs have no upper bound: the only reason for which a flow problem can be unbounded.
///
/// Bellman, Ford and Moore's label correcting from all nodes at once (Ahuja, Magnanti, Orlin, 5.5), over the arcs
/// without an upper bound alone. O(n m) at worst; nothing where no such arc has a negative cost.
enum NegativeCycle {
    /// The arcs of a cycle in order, or `nil` when there is none.
    static func find(in problem: FlowProblem) -> [Int]? {
        let unlimited = problem.arcs.indices.filter { problem.arcs[$0].upper == FlowProblem.unlimited }
        guard unlimited.contains(where: { problem.arcs[$0].cost < 0 }) else { return nil }
        // In the pass in which a cycle arises labels may go round it: 64 bits might not do.
        var label = [Int128](repeating: 0, count: problem.nodeCount)
        var entering = [Int](repeating: -1, count: problem.nodeCount)
        for _ in 0...problem.nodeCount {
            var lastChanged = -1
            for index in unlimited {
                let arc = problem.arcs[index]
                let candidate = label[Int(arc.tail)] + Int128(arc.cost)
                guard candidate < label[Int(arc.head)] else { continue }
                label[Int(arc.head)] = candidate
                entering[Int(arc.head)] = index
                lastChanged = Int(arc.head)
            }
            if lastChanged < 0 { return nil }
            if let cycle = cycle(through: lastChanged, entering: entering, problem: problem) { return cycle }
        }
        return nil
    }

    /// Follows the entering arcs back from a node; a cycle among them has negative cost.
    private static func cycle(through node: Int, entering: [Int], problem: FlowProblem) -> [Int]? {
        var isSeen = [Bool](repeating: false, count: problem.nodeCount)
        var node = node
        while !isSeen[node] {
            isSeen[node] = true
            guard entering[node] >= 0 else { return nil }
            node = Int(problem.arcs[entering[node]].tail)
        }
        var arcs: [Int] = []
        let start = node
        repeat {
            arcs.append(entering[node])
            node = Int(problem.arcs[entering[node]].tail)
        } while node != start
        return arcs.reversed()
    }
}
