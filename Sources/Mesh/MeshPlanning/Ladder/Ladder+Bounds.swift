import MeshTypes
import Optimization

/// Bounds on what the sessions cost together: each session's at prices of the pool, less what the pool's servers are worth at them.
///
/// For any prices the sum is a true bound (``MeshTypes/SessionPlan``), so that prices need no proof; those of a good master of the
/// pool make it high.
extension Ladder {
    /// Elementary steps that potentials may take over all sessions, where no deadline binds, and the fewest rounds that
    /// are worth a start.
    static let potentialEffort = 24_000_000_000
    static let fewestRounds = 40
    static let longestRound = 4_000_000

    /// The path bound of each session, or, where time is short, the bound by access latencies; at prices of 0.
    mutating func findBounds(within limit: StopMonitor) {
        paths = world.sessions.map { session in
            let isInTime = limit.stopReason == nil || isSmall
            let path = isInTime ? PathBound(of: session, in: world, monitor: isSmall ? .never : limit) : nil
            return path ?? PathBound(accessOf: session, in: world)
        }
        boundPrices = Array(repeating: 0, count: world.siteCount)
        bounds = zip(world.sessions, paths).map { $1.bound(of: $0, in: world) }
    }

    /// What all sessions cost at least together.
    var jointBound: Double { Self.joint(bounds, boundPrices, world) }

    private static func joint(_ bounds: [CertifiedBound], _ prices: [Double], _ world: PlanningWorld) -> Double {
        bounds.reduce(0) { $0 + $1.value } - world.worthOfPool(at: prices)
    }

    /// Whether the bounds meet the cost.
    var isProved: Bool {
        let objective = drafts.reduce(0) { $0 + $1.objective }
        return objective <= jointBound + 1e-9 * max(1, abs(jointBound))
    }

    /// Takes bounds that hold at some prices if together they are higher.
    mutating func adopt(_ others: [CertifiedBound], at prices: [Double]) {
        guard Self.joint(others, prices, world) > jointBound else { return }
        (bounds, boundPrices) = (others, prices)
    }

    /// The path bounds at the pool's prices, if they are higher together: where there was no time for better.
    mutating func priceBounds() {
        guard hasPrices, !paths.isEmpty else { return }
        let priced = world.priced(by: poolPrices)
        adopt(zip(world.sessions, paths).map { $1.bound(of: $0, in: priced) }, at: poolPrices)
    }

    /// Whether any site has a price.
    private var hasPrices: Bool { poolPrices.contains { $0 > 0 } }

    /// Raises the bounds of the sessions by potentials, those with the widest gap first: at prices of the pool that are raised first where
    /// that helps, and by the same potentials without prices.
    mutating func raiseBounds() {
        var effort = Self.potentialEffort
        var joint = JointAscent(self, effort: effort / 3)
        effort -= joint.climb(from: poolPrices)
        let prices = joint.prices
        let hasPrices = prices.contains { $0 > 0 }
        let priced = hasPrices ? world.priced(by: prices) : world
        var raised = zip(world.sessions, paths).map { $1.bound(of: $0, in: priced) }
        var unpriced = bounds
        let costs = drafts.map { $0.objective + world.worth(of: $0.servers, at: prices) }
        let gaps = world.sessions.indices.map { costs[$0] - raised[$0].value }
        let order = world.sessions.indices.sorted { (gaps[$1], $0) < (gaps[$0], $1) }
        for index in order where gaps[index] > 1e-9 * max(1, abs(costs[index])) {
            if monitor.stopReason != nil || effort <= 0 { break }
            let (session, sites) = (world.sessions[index], drafts[index].site)
            guard var ascent = joint.ascents[index] ?? ascent(of: index, in: priced, above: raised[index].value) else {
                continue
            }
            let rounds = min(ascent.roundLimit, effort / max(1, ascent.roundEffort))
            guard rounds >= Self.fewestRounds, isQuick(ascent) else { continue }
            effort -= rounds * ascent.roundEffort
            let first = joint.ascents[index] == nil ? PotentialAscent.firstStep : JointAscent.lastStep
            guard let found = ascent.climb(rounds: rounds, objective: costs[index], from: first) else { continue }
            if let own = found.bound(session, in: priced, assignment: sites), own.value > raised[index].value {
                raised[index] = own
            }
            guard hasPrices, let plain = found.bound(session, in: world, assignment: sites) else { continue }
            if plain.value > unpriced[index].value { unpriced[index] = plain }
        }
        if hasPrices { adopt(unpriced, at: boundPrices) }
        adopt(raised, at: prices)
    }

    /// An ascent to potentials of a session in a world at prices; `nil` where there are none.
    func ascent(of index: Int, in priced: PlanningWorld, above bound: Double) -> PotentialAscent? {
        let session = world.sessions[index]
        guard let problem = PotentialProblem(session, in: priced, assignment: drafts[index].site) else { return nil }
        let pairs = session.interaction.scale * problem.weight.reduce(0, +) / 2
        guard pairs > 0 else { return nil }
        return PotentialAscent(problem: problem, monitor: monitor, latency: max(1, bound / pairs))
    }

    /// Whether a round of an ascent, which is not interrupted, is short enough for the deadline.
    func isQuick(_ ascent: PotentialAscent) -> Bool {
        monitor.timeLeft == nil || ascent.roundEffort <= Self.longestRound
    }

    /// Raises the bounds of the sessions by the potentials of a planned neighbour, at prices of 0 and at the neighbour's.
    mutating func carryBounds(from neighbour: PlannedWorld) {
        let known = neighbour.plan.poolPrices
        let others = world.sites.map { known[$0.id] ?? 0 }
        for prices in [boundPrices, others] {
            let priced = world.priced(by: prices)
            let carried = world.sessions.indices.map { index in
                let path = paths[index].bound(of: world.sessions[index], in: priced)
                let own = CertifiedBound.carried(
                    from: neighbour, to: world.sessions[index], in: priced, assignment: drafts[index].site)
                return own.map { $0.value > path.value ? $0 : path } ?? path
            }
            adopt(carried, at: prices)
        }
    }
}

extension PotentialBound {
    /// What the potentials prove of a session in a world, which may be at other prices than the one that they were found for.
    func bound(_ session: SessionProblem, in world: PlanningWorld, assignment: [Int]) -> CertifiedBound? {
        guard let problem = PotentialProblem(session, in: world, assignment: assignment) else { return nil }
        return CertifiedBound(
            value: evaluate(problem).bound,
            certificate: .potentials(certificate(problem, session: session, world: world)))
    }
}

extension PlanningWorld {
    /// What servers are worth at prices of the pool.
    func worth(of servers: [Int], at prices: [Double]) -> Double {
        zip(servers, prices).reduce(0) { $0 + Double($1.0) * $1.1 }
    }

    /// What all free servers are worth at prices of the pool.
    func worthOfPool(at prices: [Double]) -> Double { worth(of: sites.map(\.freeServers), at: prices) }

    /// The least number of participants that any plan leaves out.
    var leastUnserved: Int {
        var bound = LeastUnserved(pool: sites.map { ($0.freeServers, $0.loadPerServer) })
        for session in sessions {
            let loads = session.loads.indices.filter { session.isWithinReach[$0] }.map { session.loads[$0] }
            bound.add(loads: loads, unreachable: session.count - loads.count, policy: session.policy)
        }
        return bound.value
    }
}
