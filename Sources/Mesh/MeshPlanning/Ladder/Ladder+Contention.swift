import MeshTypes
import Optimization

extension Ladder {
    /// The most attempts to pass servers from one session to another, and the evaluations that each may take.
    private static let attemptLimit = 200
    private static let attemptEffort = 100_000

    /// Passes servers at sites that are sold out from session to session while that lowers the cost of both together.
    ///
    /// Sessions are planned one after the other, so that early ones hold what later ones need more. Sessions that left
    /// people out ask first, the dearest first. Says whether it ran to its end.
    mutating func resolveContention() -> Bool {
        var attempts = Self.attemptLimit
        var improved = world.sessions.count > 1
        while improved {
            improved = false
            for index in sessionsInNeed() {
                for site in world.sites.indices where free[site] == 0 && wants(index, site) {
                    for holder in drafts.indices where holder != index && drafts[holder].servers[site] > 0 {
                        if monitor.stopReason != nil { return false }
                        attempts -= 1
                        guard attempts >= 0 else { return true }
                        let held = drafts[holder].servers[site]
                        let isPassed =
                            pass(1, at: site, from: holder, to: index)
                            || held > 1 && pass(held, at: site, from: holder, to: index)
                        if isPassed { improved = true }
                    }
                }
            }
        }
        return true
    }

    /// Sessions that leave out people who are within reach of a site first, those who pay most for it ahead.
    func sessionsInNeed() -> [Int] {
        let need = world.sessions.indices.map { index in
            let session = world.sessions[index]
            let left = session.participants.indices.count(where: {
                drafts[index].site[$0] < 0 && session.isWithinReach[$0]
            })
            return Double(left) * session.policy.unservedPrice
        }
        return world.sessions.indices.filter { world.sessions[$0].count > 0 }.sorted {
            (need[$1], $0) < (need[$0], $1)
        }
    }

    /// Whether somebody of a session may be served at a site: somebody left out, if anybody is.
    func wants(_ index: Int, _ site: Int) -> Bool {
        let session = world.sessions[index]
        let left = session.participants.indices.filter { drafts[index].site[$0] < 0 && session.isWithinReach[$0] }
        let askers = left.isEmpty ? Array(session.participants.indices) : left
        return askers.contains { session.latency[$0 * world.siteCount + site] < .infinity }
    }

    /// Takes servers from a session, gives another what became free, and keeps that if both together cost less.
    private mutating func pass(_ count: Int, at site: Int, from holder: Int, to index: Int) -> Bool {
        var available = zip(free, drafts[holder].servers).map { $0 + $1 }
        available[site] -= count
        let poorer = replanned(holder, available: available)
        let freed = available.indices.map { free[$0] + drafts[holder].servers[$0] - poorer.servers[$0] }
        let richer = replanned(index, available: zip(freed, drafts[index].servers).map { $0 + $1 })
        let before = drafts[holder].objective + drafts[index].objective
        guard poorer.objective + richer.objective < before - LocalSearch.tolerance else { return false }
        for place in free.indices { free[place] = freed[place] + drafts[index].servers[place] - richer.servers[place] }
        drafts[holder] = poorer
        drafts[index] = richer
        return true
    }

    /// A session's draft fitted into other servers and improved.
    func replanned(_ index: Int, available: [Int]) -> Draft {
        var best = Draft(unserved: world.sessions[index], siteCount: world.siteCount)
        for component in world.components {
            let space = SearchSpace(world.sessions[index], in: world, available: available, component: component)
            var search = LocalSearch(monitor: monitor, effort: Self.attemptEffort)
            for start in [
                drafts[index].site, Baselines(space: space, world: world, monitor: monitor).mesh(.greedy).site,
            ] {
                guard var state = MeshState(space, sites: start) else { continue }
                search.improve(&state)
                state.settle()
                if state.hasAllSpares && state.objective < best.objective { best = Draft(state) }
            }
        }
        return best
    }
}
