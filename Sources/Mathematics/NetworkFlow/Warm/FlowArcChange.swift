public import Optimization

/// New bounds and a new cost of an arc of a ``NetworkSimplex``.
public struct FlowArcChange: Sendable, Hashable {
    /// The arc's number.
    public var arc: Int
    /// The least flow it must carry from now on.
    public var lower: Int64
    /// The most flow it may carry from now on, or ``FlowProblem/unlimited``.
    public var upper: Int64
    /// The cost of one unit of flow from now on.
    public var cost: Int64

    /// Creates a change.
    public init(arc: Int, lower: Int64 = 0, upper: Int64 = FlowProblem.unlimited, cost: Int64) {
        self.arc = arc
        self.lower = lower
        self.upper = upper
        self.cost = cost
    }
}

extension NetworkSimplex {
    /// Changes bounds and costs of many arcs: the same as one by one, several times as fast.
    ///
    /// - Complexity: O(changes) now; what the next solve takes is said at ``setCost(ofArc:to:)`` and
    ///   ``setBounds(ofArc:lower:upper:)``.
    /// - Throws: ``ProblemError`` for the first change that ``FlowProblem`` would refuse; those before it hold.
    public func setArcs(_ changes: [FlowArcChange]) throws(ProblemError) {
        try Self.takeOver(
            changes, network: &network, magnitudes: &magnitudes, kernel: &kernel, pending: &pending)
    }

    /// One access to each part of the object in place of one a change.
    private static func takeOver(
        _ changes: [FlowArcChange], network: inout FlowNetwork, magnitudes: inout FlowMagnitudes,
        kernel: inout NetworkSimplexKernel, pending: inout PendingRepair
    ) throws(ProblemError) {
        for change in changes {
            let old = network.arcs[change.arc]
            var arc = old
            arc.lower = change.lower
            arc.upper = change.upper
            arc.cost = change.cost
            try magnitudes.takeOver(
                arc, index: change.arc, oldLower: old.lower, nodeCount: network.supplies.count)
            network.arcs[change.arc] = arc
            kernel.change(arc: change.arc, from: old, to: arc, pending: &pending)
        }
    }
}
