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
        var (served, latency, load, moved) = (0.0, 0.0, 0, 0.0)
        for group in guests {
            let weight = space.groups.weight[group]
            served += weight
            latency += space.groups.latency[group * space.siteCount + site]
            load += space.groups.load[group]
            let previous = space.groups.previous[group]
            if previous != SessionProblem.nowhere && previous != site { moved += weight }
        }
        let one = space.loadPerServer[site]
        let servers = guests.isEmpty ? 0 : (load + one - 1) / one + space.policy.redundancy
        return space.scale * 2 * space.partners(served) * latency + space.price[site] * Double(servers)
            + space.policy.movePrice * moved
            + space.policy.unservedPrice * (Double(space.participantCount) - served)
    }
}
