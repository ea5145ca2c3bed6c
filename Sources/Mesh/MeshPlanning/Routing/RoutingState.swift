import MeshTypes

/// The routes of all sessions over one network, kept up to date change by change.
///
/// Every stream of every source site has a tree over the links: what it carries crosses a link once, however many
/// receive it behind. ``MeshTypes/CongestionCurve`` defines what routing is charged and the bound on it. The guide
/// `MediaRouting.md` tells the method.
///
/// A value: copies are independent. The same calls in the same order leave the same state, byte for byte. Sessions are
/// numbered by keys of the caller's choice, sites and links by their place in the caller's arrays.
public struct RoutingState: Sendable {
    var network: RoutingNetwork
    let options: RoutingOptions
    let congestion: CongestionTable
    var sessions: [RoutingSession] = []
    var slots: [Int: Int32] = [:]
    var freeSlots: [Int32] = []
    /// The sessions whose trees touch each site, by slot, in no order.
    var users: [[Int32]]
    /// The sessions whose detours pass each site, by slot, in no order.
    var detourUsers: [[Int32]]
    /// Sessions whose detours are to be computed, by slot; some may have gone meanwhile.
    var pendingDetours: [Int32] = []
    /// How often the forwarding table of each site changed.
    var tableVersions: [Int]
    /// The load of each link, kbit/s, in the network's order.
    var loads: [Int64]
    /// The prices by which the cached trees were computed.
    var postedPrices: [Int64]
    /// The loads between which the posted price of each link is its marginal price.
    var priceRanges: [Range<Int64>]
    var isPending: [Bool]
    var pendingLinks: [Int32] = []
    var paths: PathCache
    var search = PathSearch()
    var scratch: TreeScratch
    var candidate: TreeScratch
    /// The ways around links, by link; dropped when a link changes.
    var bypasses: [Int32: Bypass] = [:]
    /// Where the scan of ``rebalance(budget:monitor:)`` goes on.
    var cursor = 0
    var latencyCost: Int128 = 0
    var carriageCost: Int128 = 0
    /// Counters of work done; the same on every machine.
    public internal(set) var statistics = Statistics()

    /// What a state did so far.
    public struct Statistics: Sendable, Hashable {
        /// Trees built from cached shortest paths.
        public var trees = 0
        /// Trees looked at for a better one.
        public var examined = 0
        /// Trees that a better one took the place of.
        public var rerouted = 0
    }

    /// A state without sessions.
    ///
    /// - Complexity: O(links log links).
    /// - Throws: ``PlanningError`` when a link joins sites that do not exist, or figures are out of range.
    public init(
        siteCount: Int, links: [RoutingLink], options: RoutingOptions = .init()
    ) throws(PlanningError) {
        guard (0...RoutingStream.largestWeight).contains(options.carriage) else {
            throw PlanningError(
                .inconsistentSnapshot,
                "carriage is \(options.carriage); expected 0 to \(RoutingStream.largestWeight) thousandths")
        }
        network = try RoutingNetwork(siteCount: siteCount, links: links)
        self.options = options
        congestion = CongestionTable(options.curve)
        users = Array(repeating: [], count: siteCount)
        detourUsers = users
        tableVersions = Array(repeating: 0, count: siteCount)
        loads = Array(repeating: 0, count: links.count)
        postedPrices = Array(repeating: 0, count: links.count)
        priceRanges = []
        isPending = Array(repeating: false, count: links.count)
        paths = PathCache(carriage: options.carriage, network: network)
        scratch = TreeScratch(siteCount: siteCount)
        candidate = TreeScratch(siteCount: siteCount)
        for link in 0..<links.count {
            postedPrices[link] = congestion.marginal(0, capacity: network.capacity[link])
            priceRanges.append(congestion.range(of: 0, capacity: network.capacity[link]))
        }
    }

    /// How many sites there are.
    public var siteCount: Int { network.siteCount }
    /// How many sessions have routes.
    public var sessionCount: Int { slots.count }
    /// The keys of the sessions, ascending.
    public var keys: [Int] { slots.keys.sorted() }

    /// What each link carries, kbit/s, by the caller's link numbers.
    public var linkLoads: [Int64] {
        network.places.map { loads[Int($0)] }
    }

    /// The links that carry more than they can, by the caller's numbers.
    public var overloadedLinks: [Int] {
        network.numbers.indices.filter { loads[$0] > network.capacity[$0] }.map { Int(network.numbers[$0]) }.sorted()
    }

    /// The routes of a session, or `nil` when it has none: the trees by stream, then source.
    ///
    /// - Complexity: O(size of the routes).
    public func route(of key: Int) -> [RoutingTree]? {
        guard let slot = slots[key] else { return nil }
        let session = sessions[Int(slot)]
        return session.trees.indices.map { tree in
            let stream = session.stream(of: tree)
            let source = session.source(of: tree)
            let links = session.links[session.range(tree)]
            var losses = [source.site: Int64(0)]
            for link in links.map({ Int($0) }) {
                losses[Int(network.to[link])] = (losses[Int(network.from[link])] ?? 0) + network.loss[link]
            }
            let receivers = stream.receivers.filter { $0 != source.site }
            return RoutingTree(
                media: stream.media, source: source.site, rate: source.rate,
                links: links.map { Int(network.numbers[Int($0)]) },
                unreached: receivers.filter { losses[$0] == nil },
                lossy: receivers.filter { (losses[$0] ?? 0) > stream.lossTolerance })
        }
    }

    /// The cost of all routes in parts, kbit/s * ns.
    ///
    /// - Complexity: O(links).
    public var cost: Cost {
        var sum: Int128 = 0
        for link in loads.indices { sum += congestion.cost(loads[link], capacity: network.capacity[link]) }
        return Cost(latency: latencyCost, carriage: carriageCost, congestion: sum)
    }

    /// The cost of routing in parts, exact.
    public struct Cost: Sendable, Hashable {
        /// Latency as the receivers feel it, kbit/s * ns.
        public var latency: Int128
        /// What carrying costs, kbit/s * ns.
        public var carriage: Int128
        /// What congestion costs, kbit/s * ns.
        public var congestion: Int128
        /// All of it.
        public var total: Int128 { latency + carriage + congestion }
    }
}
