internal import Optimization

/// Makes path flows that are nearly feasible feasible.
///
/// Every path is trimmed by the worst overload on its way. What was trimmed is put back where there is room: on known
/// paths, cheapest first, then on new ones found in the network of links with room left, and dropped where that is
/// allowed and cheaper. It may fail where the capacities are tight: then there is no answer from it.
struct RouteRepair {
    /// What may stay unrouted of a volume: rounding.
    private static let negligible = 1e-11

    private let network: RoutingNetwork
    private let search: PathSearch<Double>
    private var room: [Double]
    private let weights: [Double]
    /// The cost of each link at its most congested: what a unit costs at most while there is room.
    private let steepestCosts: [Double]

    /// Repairs the pool's flows at these link prices, which say what is cheap. Returns `nil` when it fails.
    ///
    /// The pool keeps its paths and flows; the answer has more paths where new ones were needed.
    static func repaired(_ pool: PathPool, network: RoutingNetwork, prices: [Double]) -> PathPool? {
        var repair = RouteRepair(network, prices: prices)
        var pool = pool
        return repair.run(&pool) ? pool : nil
    }

    private init(_ network: RoutingNetwork, prices: [Double]) {
        self.network = network
        search = PathSearch(network.graph)
        room = network.problem.links.map(\.capacity)
        weights = zip(network.costs, prices).map { $0 + $1 }
        steepestCosts = network.costs.enumerated().map {
            $0.element + network.segmentSlopes[network.segments(of: $0.offset).upperBound - 1]
        }
    }

    private mutating func run(_ pool: inout PathPool) -> Bool {
        trim(&pool)
        let loads = pool.loads(linkCount: network.linkCount)
        for link in room.indices { room[link] = max(0, room[link] - loads[link]) }
        for commodity in network.routable {
            let demand = network.problem.commodities[Int(commodity)]
            let paths = pool.paths(of: Int(commodity))
            var missing = demand.volume - paths.reduce(0) { $0 + pool.flows[$1] }
            guard missing > Self.negligible * demand.volume else { continue }
            let priced = paths.map { (price: pool.price(of: $0, weights: weights), path: $0) }
            for (_, path) in priced.sorted(by: { ($0.price, $0.path) < ($1.price, $1.path) }) where missing > 0 {
                missing -= fill(path, with: missing, in: &pool)
            }
            while missing > Self.negligible * demand.volume {
                guard let path = findPath(for: demand) else { return false }
                pool.add(path, to: Int(commodity))
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

    /// A shortest path over links with room for a fair part of the commodity.
    private func findPath(for demand: MulticommodityProblem.Commodity) -> [Int32]? {
        for part in [1, 0.1, 1e-6] {
            let needed = part * demand.volume
            search.load(costs: weights.indices.map { room[$0] >= needed && room[$0] > 0 ? weights[$0] : .infinity })
            search.run(from: Int(demand.source))
            guard search.distances[demand.target] < .infinity else { continue }
            var path: [Int32] = []
            var node = Int(demand.target)
            while search.parentSlots[node] >= 0 {
                let link = network.graph.outgoing.arcs[Int(search.parentSlots[node])]
                path.append(link)
                node = Int(network.graph.tails[Int(link)])
            }
            return path.reversed()
        }
        return nil
    }
}
