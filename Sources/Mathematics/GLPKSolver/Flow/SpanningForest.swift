internal import Optimization

/// Flows and potentials of a basis, recomputed in integers.
///
/// The basic arcs of a simplex basis form a forest whose trees each hold one node with a basic row, the tree's root.
/// Flows follow from the leaves up, potentials from the root (0) down.
struct SpanningForest {
    private let problem: FlowProblem
    /// The flow of each arc; it may be out of bounds.
    let flows: [Int128]
    /// The potential of each node.
    let potentials: [Int64]
    /// Whether flows respect all bounds and supplies.
    let isPrimalFeasible: Bool
    /// Whether potentials and flows satisfy complementary slackness.
    let isDualFeasible: Bool

    /// Recomputes a basis; `nil` when it is not a spanning forest.
    init?(problem: FlowProblem, basis: Basis) {
        guard basis.rows.count == problem.nodeCount, basis.columns.count == problem.arcCount else { return nil }
        self.problem = problem
        guard let order = Self.order(problem, basis) else { return nil }

        var potentials = [Int64](repeating: 0, count: problem.nodeCount)
        for (node, arcIndex) in order {
            guard let arcIndex else { continue }
            let arc = problem.arcs[arcIndex]
            // cost + potential[tail] - potential[head] = 0 on the arcs of the tree.
            potentials[node] =
                Int(arc.head) == node
                ? potentials[Int(arc.tail)] + arc.cost : potentials[Int(arc.head)] - arc.cost
        }

        var flows = problem.arcs.enumerated().map { index, arc in
            basis.columns[index] == .atUpper ? Int128(arc.upper) : Int128(arc.lower)
        }
        var lacking = problem.supplies.map { Int128($0) }
        for (index, arc) in problem.arcs.enumerated() where basis.columns[index] != .basic {
            lacking[Int(arc.tail)] -= flows[index]
            lacking[Int(arc.head)] += flows[index]
        }
        for (node, arcIndex) in order.reversed() {
            guard let arcIndex else { continue }
            let arc = problem.arcs[arcIndex]
            if Int(arc.tail) == node {
                flows[arcIndex] = lacking[node]
                lacking[Int(arc.head)] += lacking[node]
            } else {
                flows[arcIndex] = -lacking[node]
                lacking[Int(arc.tail)] += lacking[node]
            }
            lacking[node] = 0
        }
        self.potentials = potentials
        self.flows = flows
        let respectsSupplies = lacking.allSatisfy { problem.supplyRule == .equal ? $0 == 0 : $0 >= 0 }
        isPrimalFeasible =
            respectsSupplies
            && zip(problem.arcs, flows).allSatisfy { arc, flow in arc.lower <= flow && flow <= arc.upper }
        isDualFeasible = Self.isComplementary(problem, flows: flows, potentials: potentials, unused: lacking)
    }

    /// The nodes from each root outwards, each with the arc that leads to it; `nil` when that misses a node or a root.
    private static func order(_ problem: FlowProblem, _ basis: Basis) -> [(node: Int, arc: Int?)]? {
        var neighbours = [[Int]](repeating: [], count: problem.nodeCount)
        var treeArcs = 0
        for (index, arc) in problem.arcs.enumerated() where basis.columns[index] == .basic {
            neighbours[Int(arc.tail)].append(index)
            neighbours[Int(arc.head)].append(index)
            treeArcs += 1
        }
        var order: [(node: Int, arc: Int?)] = []
        order.reserveCapacity(problem.nodeCount)
        var isSeen = basis.rows.map { $0 == .basic }
        for root in isSeen.indices where isSeen[root] { order.append((root, nil)) }
        guard order.count + treeArcs == problem.nodeCount else { return nil }
        var next = 0
        while next < order.count {
            let node = order[next].node
            next += 1
            for index in neighbours[node] {
                let arc = problem.arcs[index]
                let other = Int(arc.tail) == node ? Int(arc.head) : Int(arc.tail)
                if isSeen[other] { continue }
                isSeen[other] = true
                order.append((other, index))
            }
        }
        return order.count == problem.nodeCount ? order : nil
    }

    private static func isComplementary(
        _ problem: FlowProblem, flows: [Int128], potentials: [Int64], unused: [Int128]
    ) -> Bool {
        for (arc, flow) in zip(problem.arcs, flows) {
            let reduced = arc.cost + potentials[Int(arc.tail)] - potentials[Int(arc.head)]
            if reduced > 0, flow != arc.lower { return false }
            if reduced < 0, arc.upper == FlowProblem.unlimited || flow != arc.upper { return false }
        }
        guard problem.supplyRule == .atMost else { return true }
        return zip(potentials, unused).allSatisfy { potential, unused in
            potential >= 0 && (potential == 0 || unused == 0)
        }
    }

    /// The answer that this basis gives: flows where they are feasible, potentials where they prove a bound.
    func result(_ termination: Termination, statistics: SolverStatistics) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: termination, statistics: statistics)
        if isPrimalFeasible {
            // Within its bounds a flow fits 64 bits.
            let flows = flows.map { Int64(truncatingIfNeeded: $0) }
            result.flows = flows
            result.objective = try problem.cost(of: flows)
        }
        if let bound = problem.bound(provedBy: potentials) {
            result.certificate = .potentials(potentials)
            result.bound = bound
        }
        return result
    }
}
