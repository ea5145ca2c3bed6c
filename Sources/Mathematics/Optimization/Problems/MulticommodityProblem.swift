/// Minimum-cost multicommodity flow: volumes between pairs of nodes, routed over links that they share.
///
///     minimise    sum over links e of ( cost[e] * load[e] + congestion[e](load[e]) )
///                 + sum over commodities k of dropPenalty[k] * (volume[k] - what is routed of it)
///     subject to  load[e] = sum of the path flows that use e  <=  capacity[e]
///                 the path flows of k lead from its source to its target, and sum to at most volume[k]
///
/// Volumes may be split over any number of paths. A commodity whose penalty is infinite must be routed in full: then the
/// problem may be infeasible. With finite penalties there is always an answer, and the objective says what is dropped.
/// Capacities and volumes are in Mbit/s (any one unit will do), costs in cost per Mbit/s, such as latency.
///
/// Source: Ahuja, Magnanti, Orlin, "Network Flows" (1993), ch. 17; convex link costs as in Fortz and Thorup (2000).
public struct MulticommodityProblem: Sendable, Hashable {
    /// From some load on, each further unit costs more.
    public struct CongestionStep: Sendable, Hashable {
        /// The load from which the step applies; 0 or more, below the link's capacity.
        public var start: Double
        /// What a unit beyond `start` costs on top of the link's cost; more than at the step before.
        public var slope: Double

        /// Creates a step.
        public init(start: Double, slope: Double) {
            self.start = start
            self.slope = slope
        }
    }

    /// A directed link.
    public struct Link: Sendable, Hashable {
        /// The node it leaves.
        public var tail: Int32
        /// The node it enters.
        public var head: Int32
        /// The most it carries; infinity for no limit.
        public var capacity: Double
        /// The cost of a unit of load; 0 or more.
        public var cost: Double
        /// What congestion adds: a convex, piecewise-linear function of the load. Empty for none.
        public var congestion: [CongestionStep]

        /// Creates a link.
        public init(tail: Int, head: Int, capacity: Double, cost: Double, congestion: [CongestionStep] = []) {
            // A node number that does not fit becomes one that no problem has, so that the problem refuses it.
            self.tail = Int32(exactly: tail) ?? -1
            self.head = Int32(exactly: head) ?? -1
            self.capacity = capacity
            self.cost = cost
            self.congestion = congestion
        }
    }

    /// A volume from one node to another.
    public struct Commodity: Sendable, Hashable {
        /// Where it comes from.
        public var source: Int32
        /// Where it goes; a commodity that stays where it is costs nothing.
        public var target: Int32
        /// How much there is of it; 0 or more.
        public var volume: Double
        /// The price of each unit that is not routed; infinity (the default) when all of it must be.
        public var dropPenalty: Double

        /// Creates a commodity.
        public init(source: Int, target: Int, volume: Double, dropPenalty: Double = .infinity) {
            self.source = Int32(exactly: source) ?? -1
            self.target = Int32(exactly: target) ?? -1
            self.volume = volume
            self.dropPenalty = dropPenalty
        }
    }

    /// Numbers stay below this, so that sums of products of them are finite.
    public static let magnitudeLimit = 1e100

    /// How many nodes there are.
    public let nodeCount: Int
    /// The links.
    public let links: [Link]
    /// The commodities.
    public let commodities: [Commodity]

    /// Builds a problem, or says which link or commodity is wrong.
    ///
    /// - Complexity: O(links + commodities).
    /// - Throws: ``ProblemError`` for an end that does not exist, a negative, too large or undefined number, or a
    ///   congestion function that is not convex.
    public init(nodeCount: Int, links: [Link], commodities: [Commodity]) throws(ProblemError) {
        guard nodeCount >= 0, max(nodeCount, links.count, commodities.count) < Int(Int32.max) else {
            throw ProblemError(
                .problem, "\(nodeCount) nodes; expected 0 or more, and fewer than \(Int32.max) of everything")
        }
        let nodes = 0..<Int32(nodeCount)
        for (index, link) in links.enumerated() { try Self.check(link, index, nodes) }
        for (index, commodity) in commodities.enumerated() {
            guard nodes.contains(commodity.source), nodes.contains(commodity.target) else {
                throw ProblemError(.commodity(index), "joins a node that is not among the \(nodeCount) nodes")
            }
            try Self.check(commodity.volume, "volume", .commodity(index))
            if commodity.dropPenalty != .infinity {
                try Self.check(commodity.dropPenalty, "drop penalty", .commodity(index))
            }
        }
        self.nodeCount = nodeCount
        self.links = links
        self.commodities = commodities
    }

    private static func check(
        _ value: Double, _ what: String, _ element: ProblemError.Element
    ) throws(ProblemError) {
        guard value >= 0, value < magnitudeLimit else {
            throw ProblemError(element, "\(what) is \(value); expected 0 or more, below \(magnitudeLimit)")
        }
    }

    private static func check(_ link: Link, _ index: Int, _ nodes: Range<Int32>) throws(ProblemError) {
        guard nodes.contains(link.tail), nodes.contains(link.head) else {
            throw ProblemError(.link(index), "joins a node that is not among the \(nodes.count) nodes")
        }
        try check(link.cost, "cost", .link(index))
        if link.capacity != .infinity { try check(link.capacity, "capacity", .link(index)) }
        var before = CongestionStep(start: -1, slope: 0)
        for step in link.congestion {
            guard step.start >= 0, step.start > before.start, step.start < link.capacity,
                step.start < magnitudeLimit
            else {
                throw ProblemError(
                    .link(index),
                    "congestion step starts at \(step.start); expected ascending starts from 0 to below the capacity")
            }
            guard step.slope > before.slope, step.slope < magnitudeLimit else {
                throw ProblemError(
                    .link(index), "congestion slope \(step.slope) after \(before.slope); expected ascending slopes")
            }
            before = step
        }
    }
}

extension MulticommodityProblem {
    /// The cost of the largest volume on the dearest link or penalty, 1 at most; 1 where nothing costs anything: costs that
    /// differ by less than rounding of it are equal.
    package var costUnit: Double {
        var dearest = links.reduce(0) { max($0, $1.cost + ($1.congestion.last?.slope ?? 0)) }
        for commodity in commodities where commodity.dropPenalty < .infinity {
            dearest = max(dearest, commodity.dropPenalty)
        }
        let largest = dearest * (commodities.lazy.map(\.volume).max() ?? 0)
        return largest > 0 ? min(1, largest) : 1
    }

    /// The largest volume, 1 at most; 1 where there is none.
    package var volumeUnit: Double {
        let largest = commodities.lazy.map(\.volume).max() ?? 0
        return largest > 0 ? min(1, largest) : 1
    }
}

extension MulticommodityProblem.Link {
    /// What this load costs; the load is taken to be within the capacity.
    public func cost(ofLoad load: Double) -> Double {
        var total = cost * load
        for (index, step) in congestion.enumerated() where load > step.start {
            let end = index + 1 < congestion.count ? congestion[index + 1].start : .infinity
            total += step.slope * (min(load, end) - step.start)
        }
        return total
    }
}
