import Optimization

/// The sums that ``FlowProblem`` keeps below 2^60, kept up as a network changes.
struct FlowMagnitudes {
    /// The largest absolute cost there has been.
    private var largestCost: UInt64
    /// The sum of the absolute supplies.
    private var supplies: UInt64
    /// The sum of the lower bounds.
    private var lowerBounds: Int64

    init(_ problem: FlowProblem) {
        largestCost = problem.arcs.reduce(0) { max($0, $1.cost.magnitude) }
        supplies = problem.supplies.reduce(0) { $0 + $1.magnitude }
        lowerBounds = problem.arcs.reduce(0) { $0 + $1.lower }
    }

    private static func costLimit(nodeCount: Int) -> UInt64 {
        FlowProblem.magnitudeLimit.magnitude / UInt64(nodeCount + 1)
    }

    /// Takes over an arc, if ``FlowProblem`` would; else nothing changes.
    mutating func takeOver(_ arc: FlowProblem.Arc, index: Int, oldLower: Int64, nodeCount: Int) throws(ProblemError) {
        guard arc.lower >= 0 else {
            throw ProblemError(.arc(index), "lower bound \(arc.lower) is negative; expected 0 or more")
        }
        guard arc.lower <= arc.upper else {
            throw ProblemError(.arc(index), "lower bound \(arc.lower) exceeds the capacity \(arc.upper)")
        }
        let magnitude = arc.cost.magnitude
        if magnitude > largestCost {
            let limit = Self.costLimit(nodeCount: nodeCount)
            guard magnitude < limit else {
                throw ProblemError(
                    .arc(index), "cost \(arc.cost) is too large for \(nodeCount) nodes; expected under \(limit)")
            }
        }
        let (sum, overflow) = (lowerBounds - oldLower).addingReportingOverflow(arc.lower)
        guard !overflow, sum < FlowProblem.magnitudeLimit else {
            throw ProblemError(.arc(index), "lower bounds sum to 2^60 or more; scale the flow down")
        }
        lowerBounds = sum
        largestCost = max(largestCost, magnitude)
    }

    /// Takes over a node's supply, if ``FlowProblem`` would; else nothing changes.
    mutating func takeOver(supply: Int64, ofNode node: Int, old: Int64) throws(ProblemError) {
        let (total, overflow) = (supplies - old.magnitude).addingReportingOverflow(supply.magnitude)
        guard !overflow, total < FlowProblem.magnitudeLimit.magnitude else {
            throw ProblemError(.node(node), "supply \(supply) brings the total to 2^60 or more; scale it down")
        }
        supplies = total
    }

    /// Checks that the costs there are would not be too large for so many nodes.
    func check(nodeCount: Int) throws(ProblemError) {
        guard largestCost < Self.costLimit(nodeCount: nodeCount) else {
            throw ProblemError(
                .node(nodeCount - 1), "costs of \(largestCost) are too large for \(nodeCount) nodes")
        }
    }
}
