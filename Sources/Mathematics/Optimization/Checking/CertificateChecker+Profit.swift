extension CertificateChecker {
    /// A customer on offer to a facility: what it gains beyond its cost, and its demand.
    struct Offer {
        var gain: Double
        var demand: Double
    }

    /// The least that an open facility can cost at these prices with what the leaf fixes: opening and servers, less what
    /// it earns. `nil` when it cannot hold what it is fixed to serve.
    func worth(of facility: Int, at prices: [Double], state: LeafState, problem: FacilityProblem) -> Double? {
        let capacity = problem.capacities?[facility] ?? .infinity
        var base = 0.0
        var load = 0.0
        var offers: [Offer] = []
        for (customer, price) in prices.enumerated() {
            let gain = price - problem.cost(customer: customer, facility: facility)
            let demand = problem.demands[customer]
            if let server = state.servedBy[customer] {
                guard server == facility else { continue }
                base += gain
                load += demand
            } else if gain > 0, !state.refused.contains(.init(customer: customer, facility: facility)) {
                if demand == 0 { base += gain } else { offers.append(Offer(gain: gain, demand: demand)) }
            }
        }
        let full = state.room(of: facility, in: problem)
        let slack = loadSlack(full == .infinity ? 0 : full, of: problem)
        guard base > -.infinity, load <= full + slack else { return nil }
        let site = Site(
            opening: problem.openingCosts[facility], serverCost: problem.serverCosts[facility], capacity: capacity,
            least: max(1, state.least[facility]), most: state.most[facility], steps: problem.congestion[facility],
            load: load, slack: slack)
        let isPlain = site.steps.isEmpty && site.most == 1
        if isPlain, full == .infinity {
            return site.opening + site.serverCost - offers.reduce(base) { $0 + $1.gain }
        }
        guard problem.assignmentRule == .singleSource else { return splitWorth(offers, site) - base }
        offers.removeAll { $0.demand > full - load + slack }
        if isPlain, let profit = binaryKnapsack(offers, room: full - load, slack: slack) {
            return site.opening + site.serverCost - base - profit
        }
        return (wholeWorth(offers, site) ?? splitWorth(offers, site)) - base
    }

    /// A facility as a knapsack of several sizes.
    struct Site {
        var opening: Double
        var serverCost: Double
        var capacity: Double
        var least: Int
        var most: Int
        var steps: [CongestionStep]
        /// What it holds before any offer.
        var load: Double
        /// By how much its load may exceed what it holds, for rounding.
        var slack: Double

        /// What the load costs by congestion.
        func congestion(at load: Double) -> Double {
            var total = 0.0
            for (index, step) in steps.enumerated() where load > step.load {
                let end = index + 1 < steps.count ? steps[index + 1].load : .infinity
                total += step.unitCost * (min(load, end) - step.load)
            }
            return total
        }
    }

    /// The least cost of the facility when offers may be taken in part: the best first, while they gain more than the
    /// congestion of their load costs, for every number of servers.
    private func splitWorth(_ offers: [Offer], _ site: Site) -> Double {
        let sorted = offers.sorted { $0.gain * $1.demand > $1.gain * $0.demand }
        var best = Double.infinity
        for servers in site.least...site.most {
            let room = site.capacity * Double(servers)
            var load = site.load
            var profit = -site.congestion(at: load)
            var isFull = false
            for offer in sorted {
                let ratio = offer.gain / offer.demand
                let end = load + offer.demand
                // The load up to which a unit costs less than it gains.
                let worthwhile = site.steps.first { $0.unitCost >= ratio }?.load ?? .infinity
                let reach = max(load, min(end, room, worthwhile))
                // By parts of the demand: a gain a unit may be beyond all numbers.
                let part = reach == end ? 1 : (reach - load) / offer.demand
                profit += offer.gain * part - (site.congestion(at: reach) - site.congestion(at: load))
                load = reach
                if load >= room { isFull = true }
                if reach < end { break }
            }
            best = min(best, site.opening + site.serverCost * Double(servers) - profit)
            // Further servers would stay empty.
            if !isFull {
                best = min(best, site.opening + site.serverCost * Double(site.most) - profit)
                break
            }
        }
        return best
    }

    /// The least cost of the facility when offers are taken whole, over the undominated pairs of load and gain; `nil`
    /// when there are too many of them.
    private func wholeWorth(_ offers: [Offer], _ site: Site) -> Double? {
        let full = site.capacity * Double(site.most)
        let limit = full + site.slack
        var front: [(load: Double, gain: Double)] = [(site.load, 0)]
        for offer in offers.sorted(by: { $0.gain * $1.demand > $1.gain * $0.demand }) {
            let moved = front.lazy.map { (load: $0.load + offer.demand, gain: $0.gain + offer.gain) }
                .filter { $0.load <= limit }
            var merged: [(load: Double, gain: Double)] = []
            merged.reserveCapacity(2 * front.count)
            for point in (front + moved).sorted(by: { ($0.load, -$0.gain) < ($1.load, -$1.gain) })
            where merged.last.map({ point.gain > $0.gain }) ?? true {
                merged.append(point)
            }
            front = merged
            guard front.count <= 400_000 else { return nil }
        }
        var best = Double.infinity
        for point in front {
            // The fewest servers that hold it; more if they earn.
            var servers = site.least
            if site.capacity < .infinity {
                while servers < site.most, point.load > site.capacity * Double(servers) + site.slack { servers += 1 }
            }
            if site.serverCost < 0 { servers = site.most }
            best = min(
                best,
                site.opening + site.serverCost * Double(servers) + site.congestion(at: point.load) - point.gain)
        }
        return best
    }

    /// The best set of whole customers, by dynamic programming over the room; `nil` when demands are not whole or the
    /// table would be too large.
    private func binaryKnapsack(_ offers: [Offer], room: Double, slack: Double) -> Double? {
        guard !offers.isEmpty else { return 0 }
        let size = (room + slack).rounded(.down)
        guard offers.allSatisfy({ $0.demand == $0.demand.rounded() }), size >= 0 else { return nil }
        guard size * Double(offers.count) <= 5e7 else { return nil }
        var best = Array(repeating: 0.0, count: Int(size) + 1)
        for offer in offers {
            let demand = Int(offer.demand)
            for filled in stride(from: best.count - 1, through: demand, by: -1) {
                best[filled] = max(best[filled], best[filled - demand] + offer.gain)
            }
        }
        return best.last ?? 0
    }
}
