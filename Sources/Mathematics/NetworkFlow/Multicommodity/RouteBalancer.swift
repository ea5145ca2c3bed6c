internal import Optimization

/// Moves flow between the known paths of each commodity until all used ones cost the same: coordinate descent on the
/// augmented Lagrangian of the link capacities.
///
/// Each link has a multiplier `y` and a stiffness `rho`. The marginal price of load on a link is that of the Moreau
/// envelope of its congestion function: `price = y + rho (load - z)`, where `z`, the load that the link would like to
/// have, satisfies `price in subgradient of congestion at z`. Without congestion that is `max(0, y + rho (load - capacity))`.
/// Taking the price as the next `y` is the method of multipliers; the prices themselves give the Lagrangian bound.
///
/// Sources: Hestenes (1969) and Powell (1969) for the method of multipliers; Rockafellar (1976) for the envelope; the
/// step of one commodity at a time is that of sequential source-destination optimisation (SSDO) in traffic engineering.
struct RouteBalancer {
    private let network: RoutingNetwork
    /// The multiplier of each link.
    private(set) var multipliers: [Double]
    /// How fast a link's price grows with its load.
    private(set) var stiffness: [Double]
    /// The load of each link.
    private(set) var loads: [Double]
    /// The cost of each link plus its marginal price.
    private(set) var weights: [Double]
    /// How many moves of flow were made.
    private(set) var moves = 0
    /// For each link, +1 or -1 where a move adds or takes load; all 0 between moves.
    private var direction: [Int8]
    private var changed: [Int32] = []
    /// Of the links of a move, those whose prices change on the way.
    private var lines: [PriceLine] = []
    private var bent: [Int32] = []
    /// The capacity of each link without congestion; not a number where there is congestion.
    private let plainCapacities: [Double]

    init(_ network: RoutingNetwork, multipliers: [Double], stiffness: [Double], loads: [Double]) {
        self.network = network
        self.multipliers = multipliers
        self.stiffness = stiffness
        self.loads = loads
        weights = network.costs
        direction = Array(repeating: 0, count: network.linkCount)
        plainCapacities = (0..<network.linkCount).map { link in
            let segments = network.segments(of: link)
            return segments.count == 1 ? network.segmentWidths[segments.lowerBound] : .nan
        }
        refreshWeights()
    }

    /// The marginal prices at the present loads, within what the Lagrangian allows.
    var prices: [Double] {
        weights.indices.map { max(0, min(weights[$0] - network.costs[$0], network.highestPrice(of: $0))) }
    }

    /// Takes the marginal prices as the new multipliers.
    mutating func updateMultipliers() {
        multipliers = prices
        refreshWeights()
    }

    /// Sets how fast each link's price grows with its load.
    mutating func setStiffness(_ values: [Double]) {
        stiffness = values
        refreshWeights()
    }

    /// Makes all prices answer faster or slower to load.
    mutating func scaleStiffness(by factor: Double) {
        for link in stiffness.indices { stiffness[link] *= factor }
        refreshWeights()
    }

    /// Takes over loads that were computed anew.
    mutating func resetLoads(_ fresh: [Double]) {
        loads = fresh
        refreshWeights()
    }

    private mutating func refreshWeights() {
        for link in weights.indices { weights[link] = network.costs[link] + price(of: link, at: loads[link]) }
    }

    /// The marginal price of a link at a load.
    @inline(__always)
    private func price(of link: Int, at load: Double) -> Double {
        let rho = stiffness[link]
        let target = multipliers[link] + rho * load
        var begin = 0.0
        for segment in network.segments(of: link) {
            let slope = network.segmentSlopes[segment]
            if target < slope + rho * begin { return target - rho * begin }
            begin += network.segmentWidths[segment]
            if begin == .infinity || target <= slope + rho * begin { return slope }
        }
        return target - rho * begin
    }

    /// Goes once through the commodities that have a choice, then again and again through those that moved the time
    /// before; `false` when it has to stop on the way.
    mutating func sweep(_ pool: inout PathPool, times: Int, meter: inout SearchMeter) -> Bool {
        var restless = network.routable.filter {
            let newest = Int(pool.newestPaths[Int($0)])
            return newest >= 0 && pool.olderPaths[newest] >= 0
        }
        for _ in 0..<times where !restless.isEmpty {
            var moved: [Int32] = []
            for commodity in restless {
                let before = moves
                let work = balance(Int(pool.newestPaths[Int(commodity)]), in: &pool)
                if moves > before { moved.append(commodity) }
                if meter.isStopped(after: work) { return false }
            }
            restless = moved
        }
        return true
    }

    /// Moves flow from the dearest used path of a commodity to its cheapest; returns how many links it looked at.
    @inline(__always)
    private mutating func balance(_ newest: Int, in pool: inout PathPool) -> Int {
        var (dearest, cheapest) = (-1, -1)
        var (highest, lowest) = (-Double.infinity, Double.infinity)
        var work = 0
        var path = newest
        while path >= 0 {
            work += pool.slots(of: path).count
            let price = pool.price(of: path, weights: weights)
            if price < lowest { (lowest, cheapest) = (price, path) }
            if pool.flows[path] > 0, price > highest { (highest, dearest) = (price, path) }
            path = Int(pool.olderPaths[path])
        }
        guard dearest >= 0, dearest != cheapest, highest - lowest > 1e-12 * highest else { return work }
        move(from: dearest, to: cheapest, saving: highest - lowest, in: &pool)
        return 2 * work
    }

    private mutating func move(from dearest: Int, to cheapest: Int, saving: Double, in pool: inout PathPool) {
        changed.removeAll(keepingCapacity: true)
        for slot in pool.slots(of: cheapest) {
            let link = pool.links[slot]
            direction[Int(link)] = 1
            changed.append(link)
        }
        for slot in pool.slots(of: dearest) {
            let link = pool.links[slot]
            if direction[Int(link)] == 1 {
                direction[Int(link)] = 0
            } else {
                direction[Int(link)] = -1
                changed.append(link)
            }
        }
        let limit = pool.flows[dearest]
        collectPrices(limit: limit)
        let amount = step(limit: limit, saving: saving)
        pool.flows[dearest] -= amount
        pool.flows[cheapest] += amount
        for link in changed where direction[Int(link)] != 0 {
            let index = Int(link)
            loads[index] = max(0, loads[index] + Double(direction[index]) * amount)
            let capacity = plainCapacities[index]
            let price =
                capacity.isNaN
                ? price(of: index, at: loads[index])
                : max(0, multipliers[index] + stiffness[index] * (loads[index] - capacity))
            weights[index] = network.costs[index] + price
            direction[index] = 0
        }
        moves += 1
    }

    /// Finds the links whose prices a move of at most `limit` changes: on most of them there is room before and after.
    @inline(__always)
    private mutating func collectPrices(limit: Double) {
        lines.removeAll(keepingCapacity: true)
        bent.removeAll(keepingCapacity: true)
        for link in changed where direction[Int(link)] != 0 {
            let index = Int(link)
            let room = plainCapacities[index] - loads[index]
            guard !room.isNaN else {
                bent.append(link)
                continue
            }
            let sign = Double(direction[index])
            let line = PriceLine(
                value: multipliers[index] - stiffness[index] * room, slope: sign * stiffness[index], sign: sign)
            if line.value > 0 || line.value + line.slope * limit > 0 { lines.append(line) }
        }
    }

    /// How much to move: all of it if the saving lasts, else where the saving vanishes, by a guarded secant.
    private func step(limit: Double, saving: Double) -> Double {
        let atLimit = self.saving(after: limit, initial: saving)
        guard atLimit < 0 else { return limit }
        var (low, lowSaving) = (0.0, saving)
        var (high, highSaving) = (limit, atLimit)
        for _ in 0..<8 where lowSaving > 1e-6 * saving {
            var amount = low + (high - low) * lowSaving / (lowSaving - highSaving)
            amount = min(max(amount, low + 0.02 * (high - low)), high - 0.02 * (high - low))
            let value = self.saving(after: amount, initial: saving)
            if value >= 0 { (low, lowSaving) = (amount, value) } else { (high, highSaving) = (amount, value) }
        }
        return low > 0 ? low : high
    }

    /// The saving per unit that is left after moving `amount` along `changed`.
    @inline(__always)
    private func saving(after amount: Double, initial: Double) -> Double {
        var saving = initial
        for line in lines { saving -= line.sign * (max(0, line.value + line.slope * amount) - max(0, line.value)) }
        for link in bent {
            let index = Int(link)
            let sign = Double(direction[index])
            let price = network.costs[index] + self.price(of: index, at: max(0, loads[index] + sign * amount))
            saving -= sign * (price - weights[index])
        }
        return saving
    }
}

/// How the price of a link without congestion follows a move: 0 or `value + slope * amount`, whichever is more.
private struct PriceLine {
    var value, slope, sign: Double
}
