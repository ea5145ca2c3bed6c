public import MeshTypes
public import Optimization

/// Plans the meshes of all sessions of a snapshot: which servers to rent, who is served where.
///
/// A value without state: the same snapshot gives the same plan, byte for byte, as long as no deadline cuts the search
/// short. Solvers come in as protocols, so that the planner knows the problems and not who solves them. The guide
/// `MeshPlanning.md` tells the method; ``MeshTypes/SessionPlan`` defines what a plan is charged.
public struct MeshPlanner: Sendable {
    let flowSolver: any FlowSolver
    let facilitySolver: any FacilitySolver

    /// A planner over two solvers: one for assignment at open sites, one for opening them.
    public init(flowSolver: any FlowSolver, facilitySolver: any FacilitySolver) {
        self.flowSolver = flowSolver
        self.facilitySolver = facilitySolver
    }

    /// Plans a snapshot.
    ///
    /// A deadline shortens the search of ``MeshTypes/Strategy/best``, never the answer: whatever the deadline, the
    /// plan is feasible, no worse than the repaired previous plan, or without one than the best single site of each session, and
    /// carries a true bound. Without a deadline it is no worse than any other strategy.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself or a solver fails.
    /// - Complexity: O(participants * sites) for the baselines, O(sites^3) for routing, and for the bound of a session
    ///   of `n` participants O(n * sites * (n + sites)).
    public func plan(_ snapshot: Snapshot, options: PlanningOptions = .init()) throws(PlanningError) -> Plan {
        var criteria = options.criteria
        if let deadline = criteria.deadline(startingAt: .now) {
            criteria.timeLimit = nil
            criteria.deadline = deadline.advanced(by: .zero - Self.reserve(for: snapshot, until: deadline))
        }
        let monitor = StopMonitor(criteria: criteria, interrupter: options.interrupter)
        var stopwatch = Stopwatch(isRunning: options.measureSeconds)
        let world = try PlanningWorld(snapshot)
        stopwatch.lap("network")
        var ladder = Ladder(world: world, planner: self, monitor: monitor)
        ladder.begin = options.start
        ladder.poolPrices = world.sites.map { options.start?.prices[$0.id] ?? 0 }
        let stage = try ladder.climb(options.strategy, near: options.neighbour, stopwatch: &stopwatch)
        var plan = PlanAssembly(world: world, bounds: ladder.bounds, prices: ladder.boundPrices).plan(
            drafts: ladder.drafts, strategy: options.strategy, stage: stage)
        stopwatch.lap("assembly")
        if options.shadowPrices {
            plan.shadowPrices = ladder.shadowPrices()
            stopwatch.lap("shadow-prices")
        }
        plan.seconds = stopwatch.seconds
        return plan
    }

    /// What putting a plan together takes, kept back from the search: at most half of the time.
    private static func reserve(for snapshot: Snapshot, until deadline: ContinuousClock.Instant) -> Duration {
        let left = max(.zero, ContinuousClock.now.duration(to: deadline))
        return min(left / 2, .microseconds(500 + 6 * snapshot.participants.count))
    }
}

/// How a plan is to be made.
public struct PlanningOptions: Sendable {
    /// The strategy.
    public var strategy: Strategy
    /// When the search must end. Only its deadline and time limit count.
    public var criteria: StoppingCriteria
    /// What may end the search from another thread; the plan is then the best one found.
    public var interrupter: Interrupter?
    /// Whether the plan reports the seconds of each stage.
    public var measureSeconds: Bool
    /// Whether the plan says what one more server at each site would save.
    public var shadowPrices: Bool
    /// A planned world whose potentials bound this one as well: its mesh is searched for from nothing all the same, but the
    /// longest part of a plan, the ascent to a high bound, is not made again.
    public var neighbour: PlannedWorld?
    /// Meshes to go on from, and the prices of the pool that bounds are made at first: any are valid.
    package var start: PlanningStart?

    /// Creates options; the defaults plan as well as the planner can, however long that takes.
    public init(
        strategy: Strategy = .best, criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil,
        measureSeconds: Bool = true, shadowPrices: Bool = false, neighbour: PlannedWorld? = nil
    ) {
        self.strategy = strategy
        self.criteria = criteria
        self.interrupter = interrupter
        self.measureSeconds = measureSeconds
        self.shadowPrices = shadowPrices
        self.neighbour = neighbour
    }
}

/// A planning call that failed.
public struct PlanningError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it was.
    public enum Code: String, Sendable, Hashable {
        /// The snapshot contradicts itself: a dangling reference or a table of the wrong size.
        case inconsistentSnapshot = "inconsistent-snapshot"
        /// A solver failed; `cause` says how.
        case solverFailure = "solver-failure"
    }

    /// The kind of failure.
    public let code: Code
    /// One clear line: what was wrong, where, what was expected.
    public let message: String
    /// The error underneath, if there is one.
    public let cause: (any Error)?

    /// Creates a failure.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The code and the message in one line.
    public var description: String { "\(code.rawValue): \(message)" }
}
