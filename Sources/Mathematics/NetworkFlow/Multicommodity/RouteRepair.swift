internal import Optimization

/// Makes path flows that are nearly feasible feasible.
///
/// Every path is trimmed by the worst overload on its way. What was trimmed is put back where there is room: on known
/// paths, cheapest first, then on new ones found in the network of links with room left, and dropped where that is
/// allowed and cheaper. It may fail where the capacities are tight: then there is no answer from it.
struct RouteRepair {
    /// How a repair ended.
    enum Outcome {
        /// The flows fit.
        case repaired(PathPool)
        /// There is no room for something.
        case failed
        /// The clock or the interrupter ended it.
        case stopped
    }

    /// What may stay unrouted of a volume: rounding.
    static let negligible = 1e-11
    /// By how much a link may be fuller than its capacity where there is no other way: less than a checker sees.
    private static let tolerance = 9e-10

    private let network: RoutingNetwork
    private let search: PathSearch<Double>
    private let hierarchy: ContractionHierarchy?
    private var room: [Double]
    private let weights: [Double]
    /// The cost of each link at its most congested: what a unit costs at most while there is room.
    private let steepestCosts: [Double]
    private var trace: [Int32] = []
    /// The part of a commodity for which no room was found.
    private var lacking = 0.0

    /// Repairs the pool's flows at these link prices, which say what is cheap.
    ///
    /// A hierarchy that has loaded costs and prices tells what remains to each target.
    /// The pool keeps its paths and flows; the answer has more paths where new ones were needed.
    static func repair(
        _ pool: PathPool, network: RoutingNetwork, prices: [Double], hierarchy: ContractionHierarchy?,
        monitor: StopMonitor
    ) -> Outcome {
        for tolerance in [0, Self.tolerance] {
            var repair = RouteRepair(network, prices: prices, hierarchy: hierarchy, tolerance: tolerance)
            var repaired = pool
            guard let isRouted = repair.run(&repaired, meter: SearchMeter(monitor)) else { return .stopped }
            if isRouted { return .repaired(repaired) }
            // More room than that is missing.
            if repair.lacking > 2 * Self.tolerance { break }
        }
        return .failed
    }

    private init(_ network: RoutingNetwork, prices: [Double], hierarchy: ContractionHierarchy?, tolerance: Double) {
        self.hierarchy = hierarchy
        self.network = network
        search = PathSearch(network.graph)
        room = network.problem.links.map { $0.capacity * (1 + tolerance) }
        weights = zip(network.costs, prices).map { $0 + $1 }
        steepestCosts = network.costs.enumerated().map {
            $0.element + network.segmentSlopes[network.segments(of: $0.offset).upperBound - 1]
        }
        search.load(costs: weights)
    }

    /// Whether all volume found room; `nil` when stopped on the way.
    private mutating func run(_ pool: inout PathPool, meter: SearchMeter) -> Bool? {
        var meter = meter
        trim(&pool)
        let loads = pool.loads(linkCount: network.linkCount)
        for link in room.indices { room[link] = max(0, room[link] - loads[link]) }
        for commodity in network.routable {
            let demand = network.problem.commodities[Int(commodity)]
            var missing = demand.volume - pool.flow(of: Int(commodity))
            guard missing > Self.negligible * demand.volume else { continue }
            let priced = pool.paths(of: Int(commodity)).map { (pool.price(of: $0, weights: weights), $0) }
            for (_, path) in priced.sorted(by: <) where missing > 0 {
                missing -= fill(path, with: missing, in: &pool)
            }
            while missing > Self.negligible * demand.volume {
                let before = search.arcsScanned
                let isFound = findPath(for: demand)
                if meter.isStopped(after: search.arcsScanned - before) { return nil }
                guard isFound else {
                    lacking = missing / demand.volume
                    return false
                }
                pool.add(trace.reversed(), to: Int(commodity))
                missing -= fill(pool.count - 1, with: missing, in: &pool)
            }
        }
        for path in 0..<pool.count where pool.isDrop(path) && pool.flows[path] > 0 { takeUp(path, in: &pool) }
        return true
    }

    /// Routes what is dropped of a commodity where there is room after all, such as what was held back of capacities.
    private mutating func takeUp(_ drop: Int, in pool: inout PathPool) {
        for path in pool.paths(of: Int(pool.commodities[drop])) where path != drop && pool.flows[drop] > 0 {
            guard pool.price(of: path, weights: steepestCosts) < pool.baseCosts[drop] else { continue }
            pool.flows[drop] -= fill(path, with: pool.flows[drop], in: &pool)
        }
    }

    private func trim(_ pool: inout PathPool) {
        let loads = pool.loads(linkCount: network.linkCount)
        let shares = loads.indices.map { loads[$0] > room[$0] ? room[$0] / loads[$0] : 1 }
        for path in 0..<pool.count where pool.flows[path] > 0 {
            var share = 1.0
            for slot in pool.slots(of: path) { share = min(share, shares[Int(pool.links[slot])]) }
            pool.flows[path] *= share
        }
    }

    /// Puts as much as fits on a path; returns how much that was.
    private mutating func fill(_ path: Int, with volume: Double, in pool: inout PathPool) -> Double {
        var amount = volume
        for slot in pool.slots(of: path) { amount = min(amount, room[Int(pool.links[slot])]) }
        guard amount > 0 else { return 0 }
        pool.flows[path] += amount
        for slot in pool.slots(of: path) {
            let link = Int(pool.links[slot])
            room[link] = max(0, room[link] - amount)
        }
        return amount
    }

    /// Looks for a shortest path over links with room for a fair part of the commodity, and leaves it in `trace`.
    private mutating func findPath(for demand: MulticommodityProblem.Commodity) -> Bool {
        let links = network.graph.outgoing.arcs
        hierarchy?.searchAll(to: demand.target)
        for part in [1, 0.1, 1e-6] {
            let needed = max(part * demand.volume, .leastNonzeroMagnitude)
            search.run(
                from: Int(demand.source), to: demand.target, isOpen: { room[Int(links[Int($0)])] >= needed },
                remaining: { node in hierarchy.map { $0.remaining[$0.ranks[node]] } ?? 0 })
            guard search.distances[demand.target] < .infinity else { continue }
            search.traceBack(from: demand.target, into: &trace)
            return true
        }
        return false
    }
}
