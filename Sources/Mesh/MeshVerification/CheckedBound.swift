import MeshTypes

/// The path bound of one session, recomputed from the words beside ``SessionPlan``.
struct CheckedBound {
    let world: CheckedWorld
    let session: Session
    /// The participants of the session, by number.
    let members: [Int]

    /// - Complexity: O(participants^2 * sites + participants * sites^2) over participants with different rows.
    func value() -> Double {
        let policy = session.policy
        let reachable = members.filter { member in
            (0..<world.siteCount).contains { world.allows(member, $0, under: policy) }
        }
        let excluded = Double(members.count - reachable.count) * policy.unservedPrice
        guard !reachable.isEmpty else { return excluded }

        let (half, full) = interaction(of: reachable)
        let pool = rent(of: reachable)
        var bound = half.reduce(0, +) + pool.rent
        for (position, member) in reachable.enumerated() {
            bound -= max(0, full[position] + Double(world.loads[member]) * pool.rate - policy.unservedPrice)
        }
        return min(Double(reachable.count) * policy.unservedPrice, bound) + excluded
    }

    /// The least that the load can cost on fractions of the free servers, and the price of its last load unit.
    private func rent(of reachable: [Int]) -> (rent: Double, rate: Double) {
        let sites = world.snapshot.sites.filter { $0.freeServers > 0 && $0.loadPerServer > 0 }
        var left = Double(reachable.reduce(0) { $0 + world.loads[$1] })
        var rent = 0.0
        var rate = 0.0
        let byUnitPrice = sites.sorted { $0.price * Double($1.loadPerServer) < $1.price * Double($0.loadPerServer) }
        for site in byUnitPrice where left > 0 {
            let used = min(left, Double(site.freeCapacity))
            rate = site.price / Double(site.loadPerServer)
            rent += used * rate
            left -= used
        }
        let cheapest = sites.map(\.price).min() ?? 0
        return (max(rent, cheapest) + Double(session.policy.redundancy) * cheapest, rate)
    }

    /// Half and full interaction charge of each participant at the least path latencies.
    private func interaction(of reachable: [Int]) -> (half: [Double], full: [Double]) {
        let rows = reachable.map { member in
            (0..<world.siteCount).map { site in
                world.allows(member, site, under: session.policy)
                    ? world.access(member, site) : CheckedWorld.unreachable
            }
        }
        let value = session.policy.latencyValue / 1000
        if members.count == 1 {
            let echo = value * 2 * Double(rows[0].min() ?? 0)
            return ([echo], [echo])
        }
        // Participants with the same row have the same paths; every pair of rows is computed once.
        var classes: [[Int64]: Int] = [:]
        let classOf = rows.map { row in
            if let known = classes[row] { return known }
            classes[row] = classes.count
            return classes.count - 1
        }
        var distinct = Array(repeating: [Int64](), count: classes.count)
        for (row, number) in classes { distinct[number] = row }
        var sizes = Array(repeating: 0.0, count: distinct.count)
        for number in classOf { sizes[number] += 1 }

        let (out, into) = pathSums(distinct, sizes: sizes)
        let weight = value / Double(members.count - 1)
        let half = classOf.map { weight * out[$0] }
        let full = classOf.map { weight * (out[$0] + into[$0]) }
        return (half, full)
    }

    /// For each class of participants the sum of the least path latencies to, and from, all other participants.
    private func pathSums(_ rows: [[Int64]], sizes: [Double]) -> (out: [Double], into: [Double]) {
        let count = world.siteCount
        // arrival[class][site]: the least latency from the site to a participant of the class.
        let arrival = rows.map { row in
            (0..<count).map { from in
                var least = CheckedWorld.unreachable
                for to in 0..<count { least = min(least, world.routed[from * count + to] + row[to]) }
                return least
            }
        }
        var out = Array(repeating: 0.0, count: rows.count)
        var into = out
        for (from, row) in rows.enumerated() {
            for (to, ends) in arrival.enumerated() {
                var least = Int64.max
                for site in 0..<count { least = min(least, row[site] + ends[site]) }
                // No way from one to the other: they are never served together and the pair counts nothing.
                if least >= CheckedWorld.unreachable { continue }
                // Nobody is a pair with themselves.
                let others = from == to ? sizes[to] - 1 : sizes[to]
                out[from] += Double(least) * others
                into[to] += Double(least) * (from == to ? sizes[from] - 1 : sizes[from])
            }
        }
        return (out, into)
    }
}
