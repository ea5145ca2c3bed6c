public import Optimization

/// A minimum-cost flow problem whose arcs cost more per unit the more they carry: piecewise-linear, convex costs.
///
/// It is solved as an ordinary ``FlowProblem`` with one parallel arc a segment: as slopes ascend, an optimal flow fills the
/// segments in order. Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), 14.3.
public struct ConvexFlowProblem: Sendable, Hashable {
    /// A stretch of an arc's cost function.
    public struct Segment: Sendable, Hashable {
        /// How many units it takes; positive. ``FlowProblem/unlimited``, for no end, in the last segment only.
        public var width: Int64
        /// What each of these units costs; at least what a unit of the segment before costs. May be negative.
        public var slope: Int64

        /// Creates a segment.
        public init(width: Int64, slope: Int64) {
            self.width = width
            self.slope = slope
        }
    }

    /// An arc. Its capacity is the sum of its segments' widths; without segments it carries nothing.
    public struct Arc: Sendable, Hashable {
        /// The node it leaves.
        public var tail: Int
        /// The node it enters.
        public var head: Int
        /// The least flow it must carry.
        public var lower: Int64
        /// Its cost function from a flow of 0 on.
        public var segments: [Segment]

        /// Creates an arc.
        public init(tail: Int, head: Int, lower: Int64 = 0, segments: [Segment]) {
            self.tail = tail
            self.head = head
            self.lower = lower
            self.segments = segments
        }
    }

    /// The arcs.
    public let arcs: [Arc]
    /// The ordinary problem with an arc a segment; its results and certificates are those of this problem.
    public let expansion: FlowProblem
    /// The arcs of the expansion that stand for arc `a` are `firstSegments[a] ..< firstSegments[a + 1]`.
    public let firstSegments: [Int]

    /// Builds a problem and its expansion, or says which node or arc is wrong.
    ///
    /// - Complexity: O(nodes + segments).
    /// - Throws: ``ProblemError`` for slopes that descend, a width that is not positive, an unlimited segment that is not
    ///   the last, a lower bound that is negative or above the capacity, and what ``FlowProblem`` refuses.
    public init(
        supplies: [Int64], arcs: [Arc], supplyRule: FlowProblem.SupplyRule = .equal
    ) throws(ProblemError) {
        var expanded: [FlowProblem.Arc] = []
        var first = [0]
        for (index, arc) in arcs.enumerated() {
            try Self.expand(arc, index: index, into: &expanded)
            first.append(expanded.count)
        }
        do {
            expansion = try FlowProblem(supplies: supplies, arcs: expanded, supplyRule: supplyRule)
        } catch {
            guard case .arc(let segment) = error.element else { throw error }
            let arc = (first.firstIndex { $0 > segment } ?? 1) - 1
            throw ProblemError(.arc(arc), "segment \(segment - first[arc]): \(error.message)")
        }
        self.arcs = arcs
        firstSegments = first
    }

    private static func expand(
        _ arc: Arc, index: Int, into expanded: inout [FlowProblem.Arc]
    ) throws(ProblemError) {
        guard arc.lower >= 0 else {
            throw ProblemError(.arc(index), "lower bound \(arc.lower) is negative; expected 0 or more")
        }
        var lower = arc.lower
        var before = Int64.min
        for (number, segment) in arc.segments.enumerated() {
            guard segment.slope >= before else {
                throw ProblemError(
                    .arc(index), "slope \(segment.slope) of segment \(number) is below \(before) before it: not convex")
            }
            guard segment.width > 0 else {
                throw ProblemError(.arc(index), "width \(segment.width) of segment \(number); expected a positive one")
            }
            guard segment.width != FlowProblem.unlimited || number == arc.segments.count - 1 else {
                throw ProblemError(.arc(index), "segment \(number) has no end, but is not the last")
            }
            before = segment.slope
            let part = min(lower, segment.width)
            lower -= part
            expanded.append(
                .init(tail: arc.tail, head: arc.head, lower: part, upper: segment.width, cost: segment.slope))
        }
        guard lower == 0 else {
            throw ProblemError(.arc(index), "lower bound \(arc.lower) exceeds the capacity \(arc.lower - lower)")
        }
    }

    /// The flow of each arc from that of the expansion's arcs.
    ///
    /// - Complexity: O(segments).
    /// - Throws: ``ProblemError`` when there is not one flow an arc of the expansion.
    public func folded(_ flows: [Int64]) throws(ProblemError) -> [Int64] {
        guard flows.count == expansion.arcCount else {
            throw ProblemError(.problem, "\(flows.count) flows for \(expansion.arcCount) segments")
        }
        return arcs.indices.map { arc in
            (firstSegments[arc]..<firstSegments[arc + 1]).reduce(0) { $0 + flows[$1] }
        }
    }

    /// What a flow on an arc costs; the flow is taken to be within the capacity.
    public func cost(of flow: Int64, onArc arc: Int) -> Int128 {
        var rest = flow
        var total: Int128 = 0
        for segment in arcs[arc].segments where rest > 0 {
            total += Int128(min(rest, segment.width)) * Int128(segment.slope)
            rest -= min(rest, segment.width)
        }
        return total
    }
}
