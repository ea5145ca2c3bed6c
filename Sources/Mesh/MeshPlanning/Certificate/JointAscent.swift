import MeshTypes
import Optimization

/// Raises the prices of the pool, and the potentials of all sessions with them.
///
/// The joint bound is concave in prices and potentials together. What the relaxations rent at a site above what is free there is its
/// subgradient in the site's price, so that prices climb with the potentials at no further cost. Prices of a master of the pool are a
/// good start; without one this finds prices of its own.
struct JointAscent {
    /// The ascent of each session, where the prices found hold; `nil` where it has no potentials.
    private(set) var ascents: [PotentialAscent?]
    /// The prices that bound highest, by site number.
    private(set) var prices: [Double]
    private let world: PlanningWorld
    private let free: [Double]
    private let monitor: StopMonitor
    private let rounds: Int

    /// The most rounds.
    static let roundLimit = 1_500
    /// The last step as a part of the latency, from which the sessions climb on their own; and how much further the steps of prices
    /// shrink, as potentials need prices that stand.
    static let lastStep = 0.002
    static let lastPriceStep = 0.1

    /// Ascents for the sessions of a ladder; none where the effort, in elementary steps, does not allow for enough rounds of all.
    init(_ ladder: Ladder, effort: Int) {
        (world, monitor) = (ladder.world, ladder.monitor)
        free = world.sites.map { Double($0.freeServers) }
        prices = ladder.poolPrices
        let priced = world.priced(by: prices)
        let all = world.sessions.indices.map { index in
            ladder.ascent(of: index, in: priced, above: ladder.bounds[index].value)
        }
        let each = all.reduce(0) { $0 + ($1?.roundEffort ?? 0) }
        let rounds = min(Self.roundLimit, effort / max(1, each))
        let isPossible =
            rounds >= Ladder.fewestRounds && world.sessions.count > 1
            && (monitor.timeLeft == nil || each <= Ladder.longestRound)
        self.rounds = isPossible ? rounds : 0
        ascents = isPossible ? all : all.map { _ in nil }
    }

    /// Climbs; leaves the best prices, and the ascents at them. The elementary steps that it took.
    mutating func climb(from start: [Double]) -> Int {
        var taken = 0
        let each = ascents.reduce(0) { $0 + ($1?.roundEffort ?? 0) }
        var (here, best) = (start, -Double.infinity)
        var states = ascents
        var mean = [Double](repeating: 0, count: here.count)
        var square = mean
        for round in 1...max(1, rounds) where rounds > 0 {
            if monitor.stopReason != nil { break }
            taken += each
            let size =
                PotentialAscent.firstStep
                * PotentialAscent.power(Self.lastStep / PotentialAscent.firstStep, Double(round) / Double(rounds))
            let found = step(&states, at: here, size)
            let reach = found.step * PotentialAscent.power(Self.lastPriceStep, Double(round) / Double(rounds))
            if found.bound > best {
                (best, prices, ascents) = (found.bound, here, states)
            }
            // A site where nothing is contended stays without a price.
            guard here.contains(where: { $0 > 0 }) || found.excess.contains(where: { $0 > 0 }) else { continue }
            for site in here.indices {
                mean[site] = 0.9 * mean[site] + 0.1 * found.excess[site]
                square[site] = 0.99 * square[site] + 0.01 * found.excess[site] * found.excess[site]
                guard mean[site] != 0 else { continue }
                here[site] = max(0, here[site] + reach * mean[site] / (square[site].squareRoot() + 1e-12))
            }
        }
        prices = prices.map { ($0 * 1e4).rounded() / 1e4 }
        price(&ascents, at: prices)
        return taken
    }

    private func price(_ states: inout [PotentialAscent?], at prices: [Double]) {
        for index in states.indices {
            guard let sites = states[index]?.problem.sites else { continue }
            let own = sites.map { world.sites[$0].price + prices[$0] }
            let spares = Double(world.sessions[index].policy.redundancy) * (own.min() ?? 0)
            states[index]?.price(own, spares: spares)
        }
    }

    /// A step of all sessions: the bound of those with potentials, servers rented beyond the free ones, and how far prices may go.
    private func step(
        _ states: inout [PotentialAscent?], at prices: [Double], _ size: Double
    ) -> (bound: Double, excess: [Double], step: Double) {
        price(&states, at: prices)
        var bound = -world.worthOfPool(at: prices)
        var excess = free.map { -$0 }
        var (reach, count) = (0.0, 0)
        for index in states.indices {
            guard let found = states[index]?.step(size), let ascent = states[index] else { continue }
            bound += found.bound
            for (place, servers) in zip(found.open, found.servers) {
                excess[ascent.problem.sites[place]] += Double(servers)
            }
            for place in ascent.problem.sites.indices.prefix(1) {
                reach += ascent.valueStep(size) * Double(ascent.problem.perServer[place])
            }
            count += 1
        }
        return (bound, excess, reach / Double(max(1, count)))
    }
}
