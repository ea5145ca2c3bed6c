import MeshTypes
import Optimization

extension Ladder {
    /// Improves the sessions one by one, each with what it has and what is free. Returns the rung reached.
    mutating func improveSessions(bounds: [Double], stopwatch: inout Stopwatch) throws(PlanningError) -> PlanStage {
        let effort = max(200_000, Self.totalEffort / max(1, world.sessions.count))
        var stage = PlanStage.repair
        for index in world.sessions.indices where world.sessions[index].count > 0 {
            if monitor.stopReason != nil { return stage }
            stage = .improving
            var search = LocalSearch(monitor: monitor, effort: effort)
            improve(index, with: &search)
            if search.wasStopped { return stage }
        }
        stopwatch.lap("search")
        return .localOptimum
    }

    /// Improves one session from the draft in hand and from the baselines on what is free to it.
    mutating func improve(_ index: Int, with search: inout LocalSearch) {
        let session = world.sessions[index]
        let available = zip(free, drafts[index].servers).map { $0 + $1 }
        for component in world.components {
            let space = SearchSpace(session, in: world, available: available, component: component)
            var starts: [MeshState] = []
            if let current = MeshState(space, sites: drafts[index].site) { starts.append(current) }
            let baselines = Baselines(space: space, world: world)
            for strategy in [Strategy.greedy, .nearest, .single] { starts.append(baselines.mesh(strategy)) }
            for start in starts {
                var state = start
                search.improve(&state)
                state.settle()
                adopt(state, for: index)
                if search.wasStopped { return }
            }
        }
    }

    /// Takes a mesh for a session if it costs less than what the session has.
    mutating func adopt(_ state: MeshState, for index: Int) {
        guard state.hasAllSpares, state.objective < drafts[index].objective - LocalSearch.tolerance else { return }
        let draft = Draft(state)
        for site in free.indices { free[site] += drafts[index].servers[site] - draft.servers[site] }
        drafts[index] = draft
    }
}

extension MeshState {
    /// A mesh as a draft has it; `nil` when it is not within the sites of the space.
    init?(_ space: SearchSpace, sites: [Int]) {
        let allowed = Set(space.candidates)
        guard sites.allSatisfy({ $0 < 0 || allowed.contains($0) }) else { return nil }
        self.init(space)
        for (group, site) in sites.enumerated() where site >= 0 { apply(group, to: site) }
    }
}
