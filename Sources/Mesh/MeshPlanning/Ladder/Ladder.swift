import MeshTypes
import Optimization

/// The anytime ladder: baselines and the repaired previous plan, then flow, then local search. Whenever it is stopped,
/// it holds a plan that can be published.
struct Ladder {
    let world: PlanningWorld
    let planner: MeshPlanner
    let monitor: StopMonitor
    /// Meshes to go on from.
    var begin: PlanningStart?
    var drafts: [Draft] = []
    /// Servers that nobody has rented.
    var free: [Int] = []
    /// Assignments that facility location and flow made, by session: starts of the search.
    var facilityStarts: [[[Int]]]
    /// What a server at each site is worth beyond its price, by site number: the prices of whoever shared out the pool, and at which
    /// bounds are made. Whatever they are (0 or more, finite), bounds are true.
    var poolPrices: [Double]
    /// What each session costs at least at some prices of the pool, and those prices.
    var bounds: [CertifiedBound] = []
    var boundPrices: [Double]
    /// The parts of the path bounds that hold at any prices.
    var paths: [PathBound] = []

    init(world: PlanningWorld, planner: MeshPlanner, monitor: StopMonitor) {
        self.world = world
        self.planner = planner
        self.monitor = monitor
        facilityStarts = Array(repeating: [], count: world.sessions.count)
        poolPrices = Array(repeating: 0, count: world.siteCount)
        boundPrices = poolPrices
    }

    /// Evaluations of moves that a whole plan may take beyond the first descent of each session.
    static let totalEffort = 150_000_000

    /// Plans every session by a strategy; bounds are raised by the potentials of a neighbour, where there is one.
    mutating func climb(
        _ strategy: Strategy, near neighbour: PlannedWorld? = nil, stopwatch: inout Stopwatch
    ) throws(PlanningError) -> PlanStage {
        guard strategy == .best else {
            adopt(inTurn { Baselines(space: $0, world: world).mesh(strategy) })
            stopwatch.lap("baseline")
            findBounds(within: monitor)
            priceBounds()
            stopwatch.lap("bound")
            return .baseline
        }
        start()
        startFromBest()
        let isPlanned = begin.map { take($0) } ?? false
        stopwatch.lap("repair")
        findBounds(within: boundMonitor)
        stopwatch.lap("bound")
        // The pool's master has settled what the rungs between would do for each session alone.
        var stage = isPlanned && !isSmall ? .localOptimum : try improveSessions(stopwatch: &stopwatch)
        if stage == .localOptimum {
            if !isProved, searchAll() { stage = .proved }
            if stage != .proved { if let neighbour { carryBounds(from: neighbour) } else { raiseBounds() } }
            stopwatch.lap("certificate")
        } else {
            priceBounds()
        }
        return isProved ? .proved : stage
    }

    /// Bounds may take a fifth of the time that is left.
    private var boundMonitor: StopMonitor {
        guard let left = monitor.timeLeft else { return monitor }
        return StopMonitor(criteria: StoppingCriteria(timeLimit: left / 5), interrupter: nil)
    }

    /// Whether baselines and bounds take no time to speak of, so that they are made whatever the deadline.
    var isSmall: Bool {
        let people = world.sessions.reduce(0) { $0 + $1.count }
        return people * world.siteCount <= 50_000
    }

    /// Searches all plans where the world is small; says whether the plan in hand is proved to be the best.
    private mutating func searchAll() -> Bool {
        let total = drafts.reduce(0) { $0 + $1.objective }
        guard var search = ExactSearch(world, monitor: monitor, incumbent: total) else { return false }
        let (found, isComplete) = search.run()
        let assembly = PlanAssembly(world: world, bounds: bounds, prices: boundPrices)
        if var found {
            for index in found.indices { found[index].objective = assembly.cost(of: index, found[index]) }
            if found.reduce(0, { $0 + $1.objective }) < total { adopt(found) }
        }
        guard isComplete else { return false }
        boundPrices = Array(repeating: 0, count: world.siteCount)
        bounds = world.sessions.indices.map {
            CertifiedBound(value: assembly.cost(of: $0, drafts[$0]), certificate: .search)
        }
        return true
    }

    /// Plans the sessions one after the other, each on what the ones before left over: those first to whom it is worth
    /// most that nobody is left out.
    func inTurn(_ mesh: (SearchSpace) -> MeshState) -> [Draft] {
        inTurn(until: .never, mesh) ?? []
    }

    /// The same; `nil` when it was stopped.
    func inTurn(until limit: StopMonitor, _ mesh: (SearchSpace) -> MeshState) -> [Draft]? {
        var free = world.sites.map(\.freeServers)
        var drafts = world.sessions.map { Draft(unserved: $0, siteCount: world.siteCount) }
        let prices = world.sessions.map(\.policy.unservedPrice)
        for index in world.sessions.indices.sorted(by: { (-prices[$0], $0) < (-prices[$1], $1) }) {
            if limit.stopReason != nil { return nil }
            drafts[index] = bestComponent(world.sessions[index], available: free, mesh)
            for site in free.indices { free[site] -= drafts[index].servers[site] }
        }
        return drafts
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

    /// Begins with the previous plan, repaired, or, without one, with each session at its best single site: in one pass
    /// either way, and sparing with servers.
    private mutating func start() {
        let hasPrevious = world.sessions.contains { $0.previous.contains { $0 >= 0 } }
        adopt(
            inTurn {
                let baselines = Baselines(space: $0, world: world)
                return hasPrevious ? baselines.repaired() : baselines.mesh(.single)
            })
    }

    /// Goes on to the best of what others would do over the whole pool, as far as time allows.
    private mutating func startFromBest() {
        let limit = isSmall ? StopMonitor.never : monitor
        for strategy in [Strategy.single, .nearest, .region, .greedy] {
            let plan = inTurn(until: limit) {
                Baselines(space: $0, world: world, monitor: isSmall ? nil : monitor).mesh(strategy)
            }
            guard let plan else { return }
            if plan.reduce(0, { $0 + $1.objective }) < drafts.reduce(0, { $0 + $1.objective }) { adopt(plan) }
        }
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

extension StopMonitor {
    /// Watches nothing.
    static var never: StopMonitor { StopMonitor(criteria: .none, interrupter: nil) }
}
