internal import MeshInstances
internal import NetworkFlow
internal import Optimization

/// A flow problem that changes from tick to tick, at random from a seed: costs drift around what they were at first,
/// and in the shape `assignment` clusters gain and lose participants.
struct ChangingFlow {
    /// What one tick changed.
    struct Change {
        var arcs: [FlowArcChange] = []
        var supplies: [(node: Int, supply: Int64)] = []
    }

    /// How far costs and demands drift from what they were at first, as a part of them.
    private let drift: Double
    private let original: FlowProblem
    private let assignment: AssignmentFlowParameters?
    private var supplies: [Int64]
    private var arcs: [FlowProblem.Arc]
    private var random: SeededRandom

    /// - Parameter assignment: how the problem was made, if it is assignment-shaped.
    init(_ problem: FlowProblem, assignment: AssignmentFlowParameters?, drift: Double, seed: UInt64) {
        self.drift = drift
        original = problem
        self.assignment = assignment
        supplies = problem.supplies
        arcs = problem.arcs
        // Not the stream that the problem itself was drawn from.
        random = SeededRandom(seed: seed ^ 0x7469_636B)
    }

    /// The problem as it is now.
    func problem() throws -> FlowProblem {
        try FlowProblem(supplies: supplies, arcs: arcs, supplyRule: original.supplyRule)
    }

    /// Changes that part of the costs, and of the clusters' participants.
    mutating func tick(changing part: Double) -> Change {
        var changed = Array(repeating: false, count: arcs.count)
        for index in arcs.indices where isPriced(original.arcs[index]) && random.chance(part) {
            let factor = 1 - drift + 2 * drift * random.fraction()
            arcs[index].cost = Int64((Double(original.arcs[index].cost) * factor).rounded())
            changed[index] = true
        }
        var change = Change()
        if let assignment { changeClusters(assignment, part, &change, &changed) }
        for (index, arc) in arcs.enumerated() where changed[index] {
            change.arcs.append(FlowArcChange(arc: index, lower: arc.lower, upper: arc.upper, cost: arc.cost))
        }
        return change
    }

    /// Whether the arc's cost drifts: those of leaving people unserved do not.
    private func isPriced(_ arc: FlowProblem.Arc) -> Bool {
        arc.cost != 0 && (assignment == nil || arc.cost != AssignmentFlowParameters.unservedCost)
    }

    /// Draws new numbers of participants, one more or less at least; a cluster's arcs carry no more than it has.
    private mutating func changeClusters(
        _ shape: AssignmentFlowParameters, _ part: Double, _ change: inout Change, _ changed: inout [Bool]
    ) {
        let sink = supplies.count - 1
        for cluster in 0..<shape.clusters where random.chance(part) {
            let most = max(1, Int((drift * Double(original.supplies[cluster])).rounded()))
            let step = random.integer(in: 1...most)
            let weight = max(1, original.supplies[cluster] + Int64(random.chance(0.5) ? step : -step))
            supplies[sink] += supplies[cluster] - weight
            supplies[cluster] = weight
            change.supplies.append((cluster, weight))
            let first = cluster * (shape.degree + 1)
            for index in first...(first + shape.degree) {
                arcs[index].upper = weight
                changed[index] = true
            }
        }
        change.supplies.append((sink, supplies[sink]))
    }
}

extension NetworkSimplex {
    /// Takes over what a tick changed.
    func apply(_ change: ChangingFlow.Change) throws {
        try setArcs(change.arcs)
        for (node, supply) in change.supplies { try setSupply(ofNode: node, to: supply) }
    }
}
