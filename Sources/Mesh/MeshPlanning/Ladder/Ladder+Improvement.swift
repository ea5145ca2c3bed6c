import MeshTypes
import Optimization

extension Ladder {
    /// The most participants whom the search moves one by one; in larger sessions clusters move first.
    static let singlesLimit = 1500
    /// The most clusters of a large session, and of the facility problem of any.
    static let clusterLimit = 600
    static let customerLimit = 120

    /// Improves the sessions one by one, each with what it has and what is free. Returns the rung reached.
    mutating func improveSessions(stopwatch: inout Stopwatch) throws(PlanningError) -> PlanStage {
        if monitor.stopReason != nil { return .repair }
        try flowRung()
        stopwatch.lap("flow")
        let effort = max(200_000, Self.totalEffort / max(1, world.sessions.count))
        for index in world.sessions.indices where world.sessions[index].count > 0 {
            if monitor.stopReason != nil { return index == 0 ? .flow : .improving }
            var search = LocalSearch(monitor: monitor, effort: effort)
            try improve(index, with: &search)
            if search.wasStopped { return .improving }
        }
        stopwatch.lap("search")
        let isResolved = resolveContention()
        stopwatch.lap("contention")
        return isResolved ? .localOptimum : .improving
    }

    /// Facility location and flow for every session: a better start where they find one.
    private mutating func flowRung() throws(PlanningError) {
        for index in world.sessions.indices where world.sessions[index].count > 0 {
            for component in world.components {
                if monitor.stopReason != nil { return }
                let space = space(of: index, component)
                guard let state = try facilityMesh(space, session: world.sessions[index]) else { continue }
                adopt(state, for: index)
                facilityStarts[index].append(state.site)
            }
        }
    }

    /// The space of a session over what it has and what is free.
    func space(of index: Int, _ component: [Int]) -> SearchSpace {
        let available = zip(free, drafts[index].servers).map { $0 + $1 }
        return SearchSpace(world.sessions[index], in: world, available: available, component: component)
    }

    /// The mesh that facility location opens and flow fills; the root is the best single site.
    private func facilityMesh(_ space: SearchSpace, session: SessionProblem) throws(PlanningError) -> MeshState? {
        guard let root = Baselines(space: space, world: world).mesh(.single).open.first else { return nil }
        let everywhere = Array(repeating: -1, count: session.count)
        let customers = DensityMap(session, siteCount: world.siteCount)
            .groups(atMost: Self.customerLimit, sites: everywhere)
        let opening = FacilityOpening(
            space: SearchSpace(space, groups: customers), solver: planner.facilitySolver, monitor: monitor)
        guard let sites = try opening.sites(root: root) else { return nil }
        // The first flow pulls everyone towards the root, the second towards where the first put them.
        var state = MeshState(space)
        let flow = FlowAssignment(solver: planner.flowSolver, monitor: monitor)
        for _ in 0..<2 {
            guard let next = try flow.mesh(sites, pull: state) else { return nil }
            state = next
        }
        state.settle()
        return state
    }

    /// Improves one session from the draft in hand and from other starts, on what is free to it.
    private mutating func improve(_ index: Int, with search: inout LocalSearch) throws(PlanningError) {
        for component in world.components {
            let space = space(of: index, component)
            let baselines = Baselines(space: space, world: world, monitor: monitor)
            var starts = [drafts[index].site] + facilityStarts[index]
            for strategy in [Strategy.greedy, .nearest, .single] { starts.append(baselines.mesh(strategy).site) }
            for (number, start) in starts.enumerated() where !starts[..<number].contains(start) {
                guard var state = MeshState(space, sites: start) else { continue }
                try refine(&state, of: index, with: &search)
                adopt(state, for: index)
                if search.wasStopped { return }
            }
        }
    }

    /// Local search from one start; where sites are full, a flow may find exchanges that single moves do not.
    func refine(
        _ state: inout MeshState, of index: Int, with search: inout LocalSearch
    ) throws(PlanningError) {
        if state.site.count > Self.singlesLimit {
            let map = DensityMap(world.sessions[index], siteCount: world.siteCount)
            let groups = map.groups(atMost: Self.clusterLimit, sites: state.site)
            let space = SearchSpace(state.space, groups: groups)
            var clustered = MeshState(space)
            for (group, members) in groups.members.enumerated() {
                clustered.apply(group, to: state.site[members[0]])
            }
            search.improve(&clustered)
            for (group, members) in groups.members.enumerated() {
                for member in members { state.apply(member, to: clustered.site[group]) }
            }
            search.descend(&state, passes: 10)
        } else {
            search.improve(&state)
        }
        state.settle()
        let isFull = state.open.contains {
            state.load[$0] + 1 > state.space.available[$0] * state.space.loadPerServer[$0]
        }
        guard isFull, search.mayGoOn else { return }
        let flow = FlowAssignment(solver: planner.flowSolver, monitor: monitor)
        guard var other = try flow.mesh(state.open, pull: state) else { return }
        search.improve(&other)
        other.settle()
        if other.hasAllSpares, other.objective < state.objective { state = other }
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
    /// A mesh as a draft has it, as far as the servers of the space allow; `nil` when it has nothing in the space.
    init?(_ space: SearchSpace, sites: [Int]) {
        let allowed = Set(space.candidates)
        guard sites.contains(where: { allowed.contains($0) }) || !sites.contains(where: { $0 >= 0 }) else { return nil }
        self.init(space)
        for (group, site) in sites.enumerated() where allowed.contains(site) {
            // What was free when the draft was made may be taken now.
            if change(group, to: site) < .infinity { apply(group, to: site) }
        }
    }
}
