import MeshTypes
import Optimization

/// The anytime ladder: baselines and the repaired previous plan, then flow, then local search. Whenever it is stopped,
/// it holds a plan that can be published.
struct Ladder {
    let world: PlanningWorld
    let planner: MeshPlanner
    let monitor: StopMonitor
    var drafts: [Draft] = []
    /// Servers that nobody has rented.
    var free: [Int] = []
    /// Assignments that facility location and flow made, by session: starts of the search.
    var facilityStarts: [[[Int]]]
    /// What each session costs at least.
    var bounds: [CertifiedBound] = []

    init(world: PlanningWorld, planner: MeshPlanner, monitor: StopMonitor) {
        self.world = world
        self.planner = planner
        self.monitor = monitor
        facilityStarts = Array(repeating: [], count: world.sessions.count)
    }

    /// Evaluations of moves that a whole plan may take beyond the first descent of each session.
    static let totalEffort = 150_000_000

    /// Plans every session by a strategy.
    mutating func climb(
        _ strategy: Strategy, stopwatch: inout Stopwatch
    ) throws(PlanningError) -> PlanStage {
        bounds = world.sessions.map {
            CertifiedBound(value: PathBound(of: $0, in: world).value, certificate: .path)
        }
        stopwatch.lap("bound")
        guard strategy == .optimal else {
            adopt(inTurn { Baselines(space: $0, world: world).mesh(strategy) })
            stopwatch.lap("baseline")
            return .baseline
        }
        startFromBest()
        stopwatch.lap("repair")
        let stage = try improveSessions(stopwatch: &stopwatch)
        if stage == .localOptimum {
            raiseBounds()
            stopwatch.lap("certificate")
        }
        return isProved ? .proved : stage
    }

    /// Whether the bounds meet the cost.
    private var isProved: Bool {
        let objective = drafts.reduce(0) { $0 + $1.objective }
        let bound = bounds.reduce(0) { $0 + $1.value }
        return objective <= bound + 1e-9 * max(1, abs(bound))
    }

    /// Plans the sessions one after the other, each on what the ones before left over.
    func inTurn(_ mesh: (SearchSpace) -> MeshState) -> [Draft] {
        var free = world.sites.map(\.freeServers)
        return world.sessions.map { session in
            let draft = bestComponent(session, available: free, mesh)
            for site in free.indices { free[site] -= draft.servers[site] }
            return draft
        }
    }

    /// The best mesh over the parts of the network that are connected there and back.
    func bestComponent(
        _ session: SessionProblem, available: [Int], _ mesh: (SearchSpace) -> MeshState
    ) -> Draft {
        var best = Draft(unserved: session, siteCount: world.siteCount)
        guard session.count > 0 else { return best }
        for (number, component) in world.components.enumerated() {
            let state = mesh(SearchSpace(session, in: world, available: available, component: component))
            if number == 0 || state.objective < best.objective { best = Draft(state) }
        }
        return best
    }

    /// Begins with the best of what others would do and of the repaired previous plan, over the whole pool.
    mutating func startFromBest() {
        var plans: [[Draft]] = []
        if world.sessions.contains(where: { $0.previous.contains { $0 >= 0 } }) {
            plans.append(inTurn { Baselines(space: $0, world: world).repaired() })
        }
        for strategy in [Strategy.greedy, .single, .nearest, .region] {
            plans.append(inTurn { Baselines(space: $0, world: world).mesh(strategy) })
        }
        let costs = plans.map { $0.reduce(0) { $0 + $1.objective } }
        let best = costs.indices.min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
        adopt(plans[best])
    }

    /// Makes drafts the plan in hand.
    mutating func adopt(_ drafts: [Draft]) {
        self.drafts = drafts
        free = world.sites.map(\.freeServers)
        for draft in drafts {
            for site in free.indices { free[site] -= draft.servers[site] }
        }
    }
}
