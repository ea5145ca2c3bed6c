import MeshTypes

extension Baselines {
    /// Everyone at the one site that is best for the session; where no site holds all, whoever fits.
    func single() -> MeshState {
        var state = MeshState(space)
        guard mostSites > 0 else { return state }
        var best: (cost: Double, site: Int, groups: [Int])?
        for site in space.candidates {
            let guests = guests(of: site)
            let cost = cost(of: guests, at: site)
            if let known = best, known.cost <= cost { continue }
            best = (cost, site, guests)
        }
        guard let best else { return state }
        for group in best.groups { state.apply(group, to: best.site) }
        return state
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
