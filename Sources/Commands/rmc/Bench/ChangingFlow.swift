internal import MeshInstances
internal import NetworkFlow
internal import Optimization

/// A flow problem that changes from tick to tick, at random from a seed: costs wander around what they were at first,
/// and in the shape `assignment` clusters gain and lose participants.
struct ChangingFlow {
    /// What one tick changed.
    struct Change {
        var arcs: [(index: Int, arc: FlowProblem.Arc)] = []
        var supplies: [(node: Int, supply: Int64)] = []
    }

    private let original: FlowProblem
    private let assignment: AssignmentFlowParameters?
    private var supplies: [Int64]
    private var arcs: [FlowProblem.Arc]
    private var random: SeededRandom

    /// - Parameter assignment: how the problem was made, if it is assignment-shaped.
    init(_ problem: FlowProblem, assignment: AssignmentFlowParameters?, seed: UInt64) {
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
        for index in arcs.indices where original.arcs[index].cost != 0 && random.chance(part) {
            // Up to a fifth more or less than at first, so that costs do not drift away.
            let factor = 0.8 + 0.4 * random.fraction()
            arcs[index].cost = Int64((Double(original.arcs[index].cost) * factor).rounded())
            changed[index] = true
        }
        var change = Change()
        if let assignment { changeClusters(assignment, part, &change, &changed) }
        for index in arcs.indices where changed[index] { change.arcs.append((index, arcs[index])) }
        return change
    }

    /// Draws new numbers of participants; a cluster's arcs carry no more than it has.
    private mutating func changeClusters(
        _ shape: AssignmentFlowParameters, _ part: Double, _ change: inout Change, _ changed: inout [Bool]
    ) {
        let sink = supplies.count - 1
        for cluster in 0..<shape.clusters where random.chance(part) {
            let weight = Int64(random.integer(in: shape.weights))
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
        for (index, arc) in change.arcs {
            try setCost(ofArc: index, to: arc.cost)
            try setBounds(ofArc: index, lower: arc.lower, upper: arc.upper)
        }
        for (node, supply) in change.supplies { try setSupply(ofNode: node, to: supply) }
    }
}
