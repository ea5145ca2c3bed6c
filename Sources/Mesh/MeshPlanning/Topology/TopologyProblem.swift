/// Which links between the sites of a mesh to keep.
///
/// Sites are numbered 0..<count; a link joins two of them both ways. The cost of a topology is
///
///     sum over pairs (i, j) of traffic[i, j] * routed latency[i, j]  +  sum over links of linkPrice
///     + changePrice * (links that differ from the previous topology)
///
/// with routed latencies in microseconds over the kept links. `changePrice` is the hysteresis: a link is added or
/// removed only where that gains more.
public struct TopologyProblem: Sendable, Hashable {
    /// How many sites there are.
    public var count: Int
    /// Latency of the link between two sites, there and back on the average, microseconds, row-major and symmetric;
    /// ``missing`` where none can be.
    public var latency: [Int64]
    /// What a microsecond between two sites costs, row-major: volumes times weights; 0 or more, below 2^20.
    public var traffic: [Int64]
    /// The most links at each site; at least 1.
    public var degreeLimit: Int
    /// Whether the topology must stay connected when any one link fails.
    public var isTwoEdgeConnected: Bool
    /// What keeping a link costs, with what routing prices say about it, by place in the matrix; empty for nothing.
    public var linkPrices: [Int64]
    /// What changing a link against the previous topology costs.
    public var changePrice: Int64
    /// The previous topology; `nil` for none: then nothing counts as changed.
    public var previous: [Pair]?

    /// No link can be here.
    public static let missing = Int64.max / 4

    /// Two sites, the lesser first.
    public struct Pair: Sendable, Hashable, Comparable {
        /// The lesser.
        public var first: Int
        /// The greater.
        public var second: Int

        /// Two sites in either order.
        public init(_ left: Int, _ right: Int) {
            first = min(left, right)
            second = max(left, right)
        }

        /// By the lesser, then the greater.
        public static func < (left: Self, right: Self) -> Bool {
            (left.first, left.second) < (right.first, right.second)
        }
    }

    /// Creates a problem.
    public init(
        count: Int, latency: [Int64], traffic: [Int64], degreeLimit: Int = .max, isTwoEdgeConnected: Bool = false,
        linkPrices: [Int64] = [], changePrice: Int64 = 0, previous: [Pair]? = nil
    ) {
        self.count = count
        self.latency = latency
        self.traffic = traffic
        self.degreeLimit = degreeLimit
        self.isTwoEdgeConnected = isTwoEdgeConnected
        self.linkPrices = linkPrices
        self.changePrice = changePrice
        self.previous = previous
    }

    /// Refuses a problem whose tables have the wrong size or figures out of range.
    func check() throws(PlanningError) {
        func refuse(_ what: String) -> PlanningError { PlanningError(.inconsistentSnapshot, "topology: \(what)") }
        guard (0...Self.largestCount).contains(count), degreeLimit >= 1 else {
            throw refuse("\(count) sites, \(degreeLimit) links a site; expected up to \(Self.largestCount), 1 or more")
        }
        guard latency.count == count * count, traffic.count == count * count,
            linkPrices.isEmpty || linkPrices.count == count * count
        else { throw refuse("tables of \(latency.count) and \(traffic.count); expected \(count * count) entries") }
        for value in latency where value != Self.missing && !(0...RoutingLink.longestLatency).contains(value) {
            throw refuse("a link takes \(value) microseconds; expected 0 to a minute")
        }
        guard traffic.allSatisfy({ (0..<1 << 20).contains($0) }), (0..<1 << 50).contains(changePrice),
            linkPrices.allSatisfy({ abs($0) < 1 << 50 })
        else { throw refuse("traffic or a price is out of range") }
        for pair in previous ?? [] where !(0..<count).contains(pair.first) || !(0..<count).contains(pair.second) {
            throw refuse("previous link \(pair.first) to \(pair.second); expected two of \(count) sites")
        }
    }

    /// The most sites of a mesh.
    public static let largestCount = 512
}

/// The links that a mesh keeps.
public struct Topology: Sendable, Hashable {
    /// The links, ascending.
    public var links: [TopologyProblem.Pair]
    /// The cost; see ``TopologyProblem``.
    public var cost: Int128
    /// What is not kept to, because no change that was tried keeps to it.
    public var violations: Violations

    /// How far a topology is from what is asked.
    public struct Violations: Sendable, Hashable, Comparable {
        /// Parts beyond the first into which the sites fall.
        public var parts = 0
        /// Links at sites beyond the degree limit.
        public var excess = 0
        /// Links whose failure parts the sites, where none may be.
        public var bridges = 0

        /// Whether all is kept to.
        public var isNone: Bool { parts == 0 && excess == 0 && bridges == 0 }

        /// Parts weigh most, then excess, then bridges.
        public static func < (left: Self, right: Self) -> Bool {
            (left.parts, left.excess, left.bridges) < (right.parts, right.excess, right.bridges)
        }
    }
}
