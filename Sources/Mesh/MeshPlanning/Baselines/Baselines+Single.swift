import MeshTypes

extension Baselines {
    /// Everyone at the one site that is best for the session; where no site holds all, whoever fits.
    func single() -> MeshState {
        var state = MeshState(space)
        guard mostSites > 0 else { return state }
        var best: (cost: Double, site: Int, groups: [Int])?
        let whole = costsOfAll()
        func isBetter(_ cost: Double, _ site: Int) -> Bool {
            guard let known = best else { return true }
            return (cost, site) < (known.cost, known.site)
        }
        // Where a site holds all, its cost is known from one pass over everybody.
        for site in space.candidates {
            if let cost = whole[site], isBetter(cost, site) { best = (cost, site, Array(0..<space.groups.count)) }
        }
        // The roomiest of the others first: what they leave out alone rules the rest out.
        let room = { (site: Int) in
            max(0, min(space.available[site], space.serverLimit) - space.policy.redundancy) * space.loadPerServer[site]
        }
        let lightest =
            (0..<space.groups.count).map { Double(space.groups.load[$0]) / space.groups.weight[$0] }.min() ?? 1
        let others = space.candidates.filter { whole[$0] == nil }.sorted { (-room($0), $0) < (-room($1), $1) }
        for site in others {
            let left = Double(space.participantCount) - Double(room(site)) / lightest
            if let known = best, space.policy.unservedPrice * max(0, left) > known.cost { continue }
            let guests = guests(of: site)
            let cost = cost(of: guests, at: site)
            if isBetter(cost, site) { best = (cost, site, guests) }
        }
        guard let best else { return state }
        for group in best.groups { state.apply(group, to: best.site) }
        return state
    }

    /// What each site costs when it serves everybody; `nil` where it cannot.
    ///
    /// - Complexity: O(groups * sites), in the order in which latencies are stored.
    private func costsOfAll() -> [Double?] {
        let (groups, columns) = (space.groups, space.siteCount)
        var latency = [Double](repeating: 0, count: columns)
        var other = latency
        for group in 0..<groups.count {
            let (row, previous, weight) = (group * columns, groups.previous[group], groups.weight[group])
            let multiplier = space.fullMultipliers[groups.interactionClass[group]]
            for site in 0..<columns { latency[site] += multiplier * groups.latency[row + site] }
            if !groups.excess.isEmpty {
                for site in 0..<columns { other[site] += groups.excess[row + site] }
            }
            guard previous != SessionProblem.nowhere else { continue }
            for site in 0..<columns where site != previous { other[site] += space.policy.movePrice * weight }
        }
        let load = groups.load.reduce(0, +)
        var costs = [Double?](repeating: nil, count: columns)
        for site in space.candidates where latency[site] < .infinity {
            let servers = (load + space.loadPerServer[site] - 1) / space.loadPerServer[site] + space.policy.redundancy
            guard servers <= min(space.available[site], space.serverLimit) else { continue }
            costs[site] = space.scale * latency[site] + other[site] + space.price[site] * Double(servers)
        }
        return costs
    }

    /// Who is served when a site serves alone: all within reach, or, when they are too many, the most that fit.
    private func guests(of site: Int) -> [Int] {
        let spares = space.policy.redundancy
        let servers = min(space.available[site], space.serverLimit) - spares
        guard servers > 0 else { return [] }
        var room = servers * space.loadPerServer[site]
        let row = { (group: Int) in space.groups.latency[group * space.siteCount + site] }
        let reachable = (0..<space.groups.count).filter { row($0) < .infinity }
        if reachable.reduce(0, { $0 + space.groups.load[$1] }) <= room { return reachable }
        let order = reachable.sorted { (space.groups.load[$0], row($0), $0) < (space.groups.load[$1], row($1), $1) }
        var guests: [Int] = []
        for group in order where space.groups.load[group] <= room {
            guests.append(group)
            room -= space.groups.load[group]
        }
        return guests
    }

    private func cost(of guests: [Int], at site: Int) -> Double {
        var (served, load, moved, excess) = (0.0, 0, 0.0, 0.0)
        let classes = space.interaction.count
        var counts = [Double](repeating: 0, count: classes)
        var latency = counts
        for group in guests {
            let (weight, own) = (space.groups.weight[group], space.groups.interactionClass[group])
            served += weight
            counts[own] += weight
            latency[own] += space.groups.latency[group * space.siteCount + site]
            load += space.groups.load[group]
            if !space.groups.excess.isEmpty { excess += space.groups.excess[group * space.siteCount + site] }
            let previous = space.groups.previous[group]
            if previous != SessionProblem.nowhere && previous != site { moved += weight }
        }
        let one = space.loadPerServer[site]
        let servers = guests.isEmpty ? 0 : (load + one - 1) / one + space.policy.redundancy
        let isWhole = served == Double(space.participantCount)
        let weighted = (0..<classes).reduce(0.0) { sum, own in
            guard latency[own] > 0 else { return sum }
            return sum + latency[own] * (isWhole ? space.fullMultipliers[own] : multiplier(own, counts))
        }
        return space.scale * weighted + excess + space.price[site] * Double(servers)
            + space.policy.movePrice * moved
            + space.policy.unservedPrice * (Double(space.participantCount) - served)
    }

    /// What the latency of one of a class is multiplied by when so many of each class are served.
    private func multiplier(_ own: Int, _ counts: [Double]) -> Double {
        let classes = counts.count
        let all = (0..<classes).reduce(0) { $0 + space.interaction.mutual[own * classes + $1] * counts[$1] }
        return max(0, all - space.interaction.mutual[own * classes + own])
    }
}
