internal import Optimization

/// The state of a price-balancing search; see ``PriceBalancingRouter``.
///
/// All figures here were found by experiment on the 754 nodes of Kdl; the guide of multicommodity flow tells which.
struct PriceBalancing {
    /// How a search ended.
    enum Outcome {
        case reached
        case stopped(Termination)
        case infeasible(MulticommodityCertificate)
    }

    /// The stiffness of the first rounds and of the last, in mean path costs per capacity.
    private static let firstStiffness = 0.03
    private static let lastStiffness = 1.0
    /// What the stiffness is multiplied by each round; more where a gap of half a per cent will do.
    private static let carefulGrowth = 2.0
    private static let quickGrowth = 4.0
    /// Where the overload does not shrink, prices are too slow for what is at stake: they grow on, up to this.
    private static let extremeStiffness = 64.0
    /// Paths without flow are forgotten after as many rounds.
    private static let idleRounds: Int32 = 2
    /// Flows are repaired when the overload is below this part of all volume.
    private static let repairableExcess = 0.02
    /// Every so many rounds flows are repaired in any case, and infeasibility is looked into without a routing.
    private static let dueRounds = 8

    private let network: RoutingNetwork
    let oracle: PathOracle
    private let totalVolume: Double
    private var stiffness: Double
    private var lastExcess = Double.infinity
    private var excessBefore = Double.infinity
    private let gap: Double
    private(set) var balancer: RouteBalancer
    private(set) var pool: PathPool
    private(set) var answer: RoutingAnswer
    /// How often flows are balanced between two pricings.
    var sweepsPerRound = 5

    init(_ network: RoutingNetwork, memory: PriceBalancingRouter.Memory?, gap: Double, monitor: StopMonitor) {
        self.network = network
        self.gap = gap
        oracle = PathOracle(network, monitor: monitor)
        pool = PathPool(network)
        answer = RoutingAnswer(network)
        totalVolume = network.routable.reduce(0) { $0 + network.problem.commodities[Int($1)].volume }
        var prices = Array(repeating: 0.0, count: network.linkCount)
        if let memory, memory.prices.count == prices.count {
            for link in prices.indices { prices[link] = min(memory.prices[link], network.highestPrice(of: link)) }
            pool.adopt(memory.routes, of: network)
        }
        let isWarm = pool.flows.contains { $0 > 0 }
        stiffness = isWarm ? Self.lastStiffness : Self.firstStiffness
        balancer = RouteBalancer(
            // What is held back gives the repair room; a quarter of the gap at most is lost by it.
            network.holdingBack(max(1e-4, min(0.004, gap / 4))), multipliers: prices,
            stiffness: Array(repeating: 0, count: network.linkCount),
            loads: Array(repeating: 0, count: network.linkCount))
    }

    /// Deterministic counters.
    var statistics: SolverStatistics {
        SolverStatistics([
            "rounds": oracle.rounds, "links-scanned": oracle.linksScanned, "moves": balancer.moves,
            "paths": pool.count,
        ])
    }

    /// Runs until the gap is reached or something stops it.
    mutating func run(roundLimit: Int, monitor: StopMonitor) -> Outcome {
        var prices = balancer.prices
        for round in 1...max(1, roundLimit) {
            pool.round += 1
            guard let pricing = oracle.price(prices, pool: &pool, tolerance: 1e-6, monitor: monitor) else {
                return .stopped(monitor.stopReason ?? .cancelled)
            }
            if pricing.unreachable != nil {
                return .infeasible(.metric(Array(repeating: 0, count: network.linkCount)))
            }
            answer.note(bound: pricing.bound, prices: prices)
            if round == 1 { start(meanCost: pricing.bound / max(totalVolume, .leastNormalMagnitude)) }
            let excess = zip(balancer.loads, network.problem.links).reduce(0) { $0 + max(0, $1.0 - $1.1.capacity) }
            if !repair(excess: excess, round: round, prices: prices, monitor: monitor) {
                return .stopped(monitor.stopReason ?? .cancelled)
            }
            if answer.gap <= max(gap, RoutingAnswer.optimalGap) { return .reached }
            if !answer.hasRouting, round.isMultiple(of: Self.dueRounds),
                let metric = network.violatedMetric(prices, monitor: monitor)
            {
                return .infeasible(.metric(metric))
            }
            var meter = SearchMeter(monitor)
            guard balancer.sweep(&pool, times: sweepsPerRound, meter: &meter) else {
                return .stopped(monitor.stopReason ?? .cancelled)
            }
            pool.forgetIdlePaths(age: Self.idleRounds)
            // Loads are summed anew so that rounding does not pile up.
            balancer.resetLoads(pool.loads(linkCount: network.linkCount))
            balancer.updateMultipliers()
            prices = balancer.prices
            adaptStiffness(excess: excess, round: round)
        }
        return .stopped(.limitReached(.iterations))
    }

    /// Puts what has no path yet on the best one, and sets the stiffness of the links.
    private mutating func start(meanCost: Double) {
        for commodity in network.routable {
            let paths = pool.paths(of: Int(commodity))
            let routed = paths.reduce(0) { $0 + pool.flows[$1] }
            let missing = network.problem.commodities[Int(commodity)].volume - routed
            if missing > 0, let newest = paths.first { pool.flows[newest] += missing }
        }
        let scale = stiffness * (meanCost > 0 && meanCost < .infinity ? meanCost : 1)
        balancer.setStiffness(
            network.problem.links.map { scale / min(max($0.capacity, 1e-4 * totalVolume), totalVolume) })
        balancer.resetLoads(pool.loads(linkCount: network.linkCount))
    }

    /// Raises the stiffness until it is at its full value, and further while the overload stays large.
    private mutating func adaptStiffness(excess: Double, round: Int) {
        defer { excessBefore = excess }
        let isStuck = excess > Self.repairableExcess * totalVolume && excess > 0.7 * excessBefore
        guard round > 1, stiffness < (isStuck ? Self.extremeStiffness : Self.lastStiffness) else { return }
        let growth = gap < 0.005 ? Self.carefulGrowth : Self.quickGrowth
        stiffness *= growth
        balancer.scaleStiffness(by: growth)
    }

    /// Repairs the flows if that is likely to give a better routing than there is, and now and then in any case; `false`
    /// when it has to stop on the way.
    private mutating func repair(excess: Double, round: Int, prices: [Double], monitor: StopMonitor) -> Bool {
        let isNear = excess <= Self.repairableExcess * totalVolume
        let isDue = round.isMultiple(of: Self.dueRounds)
        let isWorthwhile =
            answer.hasRouting ? isNear && (isDue || excess == 0 || excess < 0.7 * lastExcess) : isNear || isDue
        guard isWorthwhile else { return true }
        switch RouteRepair.repair(
            pool, network: network, prices: prices, hierarchy: oracle.hierarchy, monitor: monitor)
        {
        case .repaired(let repaired):
            answer.note(repaired)
            lastExcess = excess
        case .failed: break
        case .stopped: return false
        }
        return true
    }
}
