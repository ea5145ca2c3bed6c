internal import Optimization

/// The best routing and the best bound so far, and what becomes of them in the end.
struct RoutingAnswer {
    /// Answers whose gap is no wider are called optimal.
    static let optimalGap = 1e-6

    private let network: RoutingNetwork
    /// Objective and bound that differ by less are equal: rounding where costs cancel, or where the optimum is 0.
    private let costRounding: Double
    /// The pool whose flows are the best routing.
    private var best: PathPool?
    private(set) var loads: [Double]?
    private(set) var objective = Double.infinity
    private(set) var bound = -Double.infinity
    private(set) var prices: [Double]?

    init(_ network: RoutingNetwork) {
        self.network = network
        costRounding = 1e-9 * network.problem.costUnit
    }

    /// Whether there is a feasible routing.
    var hasRouting: Bool { best != nil }

    /// The best routing, route by route.
    var routes: [PathFlow]? { best.map { Self.routes(of: $0, in: network) } }

    /// The relative gap; infinite while either side is missing.
    var gap: Double {
        if objective - bound <= costRounding { return 0 }
        return objective < .infinity && bound > -.infinity
            ? OptimalityGap.relative(objective: objective, bound: bound) : .infinity
    }

    /// Takes note of a bound and of the prices that prove it.
    mutating func note(bound: Double, prices: [Double]) {
        guard bound > self.bound else { return }
        self.bound = bound
        self.prices = prices
    }

    /// Takes note of a feasible routing.
    mutating func note(_ pool: PathPool) {
        let loads = pool.loads(linkCount: network.linkCount)
        var cost = 0.0
        for (link, load) in zip(network.problem.links, loads) { cost += link.cost(ofLoad: load) }
        for commodity in network.routable where network.problem.commodities[Int(commodity)].dropPenalty < .infinity {
            let demand = network.problem.commodities[Int(commodity)]
            let routed = pool.routed(of: Int(commodity))
            let dropped = demand.volume - routed
            if dropped > RouteRepair.negligible * demand.volume { cost += demand.dropPenalty * dropped }
        }
        guard cost < objective else { return }
        (best, self.loads, objective) = (pool, loads, cost)
    }

    /// The result, with the best that was found.
    func result(
        _ termination: Termination, routes: [PathFlow]?, statistics: SolverStatistics, message: String = ""
    ) -> MulticommodityResult {
        MulticommodityResult(
            termination: termination, routes: routes, linkLoads: loads, objective: routes == nil ? nil : objective,
            bound: prices == nil ? nil : bound, certificate: prices.map { .linkPrices($0) } ?? .none,
            statistics: statistics, solverMessage: message)
    }

    /// The flows of a pool by ascending commodity, and those of commodities that need no path.
    private static func routes(of pool: PathPool, in network: RoutingNetwork) -> [PathFlow] {
        var routes: [PathFlow] = []
        routes.reserveCapacity(network.problem.commodities.count)
        for (index, commodity) in network.problem.commodities.enumerated() where commodity.volume > 0 {
            if commodity.source == commodity.target {
                routes.append(PathFlow(commodity: index, links: [], volume: commodity.volume))
                continue
            }
            for path in pool.paths(of: index).reversed() where pool.flows[path] > 0 && !pool.isDrop(path) {
                let links = Array(pool.links[pool.slots(of: path)])
                routes.append(PathFlow(commodity: index, links: links, volume: pool.flows[path]))
            }
        }
        return routes
    }
}
