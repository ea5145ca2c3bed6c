/// A minimum-cost flow problem on a directed graph.
///
///     minimise    sum over arcs a of cost[a] * x[a]
///     subject to  (flow out of v) - (flow into v)  =  supply[v]      for every node v, or <= with ``SupplyRule/atMost``
///                 lower[a] <= x[a] <= upper[a]                      for every arc a
///
/// Nodes are numbered from 0. Parallel arcs and self-loops are allowed, costs may be negative, an upper bound of
/// ``unlimited`` means none. All data are integers, so that an optimal integer flow exists and is found exactly.
///
/// **Overflow.** Building refuses data on which 64-bit arithmetic could go wrong: with `n` nodes and largest absolute
/// cost `C`, `(n + 1) * C` must stay under 2^60 (node potentials are sums of at most `n` costs), and the sums of the
/// absolute supplies and of the lower bounds under 2^60. Objectives are summed in 128 bits by the checker.
///
/// Sources: Ahuja, Magnanti, Orlin, "Network Flows" (1993), ch. 9; sign conventions as in OR-Tools `min_cost_flow.h`.
public struct FlowProblem: Sendable, Hashable {
    /// How a node's supply binds it.
    public enum SupplyRule: String, Sendable, Hashable, Codable {
        /// Outflow less inflow equals the supply. The supplies must sum to zero for a flow to exist.
        case equal
        /// Outflow less inflow is at most the supply: a source may keep some, a sink receives at least its demand.
        case atMost = "at-most"
    }

    /// One arc; 32 bytes.
    public struct Arc: Sendable, Hashable {
        /// The node it leaves.
        public var tail: Int32
        /// The node it enters.
        public var head: Int32
        /// The least flow it must carry; not negative.
        public var lower: Int64
        /// The most flow it may carry; at least `lower`, or ``FlowProblem/unlimited``.
        public var upper: Int64
        /// The cost of one unit of flow; may be negative.
        public var cost: Int64

        /// Creates an arc.
        public init(tail: Int, head: Int, lower: Int64 = 0, upper: Int64 = FlowProblem.unlimited, cost: Int64) {
            // A node number that does not fit becomes one that no problem has, so that the problem refuses it.
            self.tail = Int32(exactly: tail) ?? -1
            self.head = Int32(exactly: head) ?? -1
            self.lower = lower
            self.upper = upper
            self.cost = cost
        }
    }

    /// The upper bound that means none.
    public static let unlimited = Int64.max
    /// Sums of supplies, of lower bounds and of costs along a path stay below this (2^60).
    public static let magnitudeLimit = Int64(1) << 60

    /// What each node sends out (positive) or takes in (negative).
    public let supplies: [Int64]
    /// The arcs.
    public let arcs: [Arc]
    /// How the supplies bind.
    public let supplyRule: SupplyRule

    /// How many nodes there are.
    public var nodeCount: Int { supplies.count }
    /// How many arcs there are.
    public var arcCount: Int { arcs.count }

    /// Builds a problem, or says which node or arc is wrong.
    ///
    /// Unbalanced supplies are not refused: they make an infeasible problem, which is a result.
    ///
    /// - Complexity: O(n + m).
    /// - Throws: ``ProblemError`` for an endpoint that does not exist, a negative lower bound, a negative upper bound,
    ///   an upper bound below the lower one, or numbers so large that the arithmetic could overflow.
    public init(supplies: [Int64], arcs: [Arc], supplyRule: SupplyRule = .equal) throws(ProblemError) {
        try Self.check(supplies: supplies)
        try Self.check(arcs: arcs, nodeCount: supplies.count)
        self.supplies = supplies
        self.arcs = arcs
        self.supplyRule = supplyRule
    }

    private static func check(supplies: [Int64]) throws(ProblemError) {
        guard supplies.count < Int(Int32.max) else {
            throw ProblemError(.problem, "\(supplies.count) nodes; at most \(Int32.max - 1) are supported")
        }
        var total: UInt64 = 0
        for (node, supply) in supplies.enumerated() {
            let (sum, overflow) = total.addingReportingOverflow(supply.magnitude)
            guard !overflow, sum < magnitudeLimit.magnitude else {
                throw ProblemError(
                    .node(node), "supply \(supply) brings the total to 2^60 or more; scale it down")
            }
            total = sum
        }
    }

    private static func check(arcs: [Arc], nodeCount: Int) throws(ProblemError) {
        guard arcs.count < Int(Int32.max) else {
            throw ProblemError(.problem, "\(arcs.count) arcs; at most \(Int32.max - 1) are supported")
        }
        let costLimit = magnitudeLimit.magnitude / UInt64(nodeCount + 1)
        var totalLower: Int64 = 0
        for (index, arc) in arcs.enumerated() {
            guard arc.tail >= 0, arc.head >= 0, Int(max(arc.tail, arc.head)) < nodeCount else {
                throw ProblemError(.arc(index), "joins a node that is not among the \(nodeCount) nodes")
            }
            guard arc.lower >= 0 else {
                throw ProblemError(.arc(index), "lower bound \(arc.lower) is negative; expected 0 or more")
            }
            guard arc.upper >= 0 else {
                throw ProblemError(.arc(index), "capacity \(arc.upper) is negative; expected 0 or more")
            }
            guard arc.lower <= arc.upper else {
                throw ProblemError(.arc(index), "lower bound \(arc.lower) exceeds the capacity \(arc.upper)")
            }
            guard arc.cost.magnitude < costLimit else {
                throw ProblemError(
                    .arc(index), "cost \(arc.cost) is too large for \(nodeCount) nodes; expected under \(costLimit)")
            }
            let (sum, overflow) = totalLower.addingReportingOverflow(arc.lower)
            guard !overflow, sum < magnitudeLimit else {
                throw ProblemError(.arc(index), "lower bounds sum to 2^60 or more; scale the flow down")
            }
            totalLower = sum
        }
    }
}
