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
    /// A deadline shortens the search of ``MeshTypes/Strategy/optimal``, never the answer: whatever the deadline, the
    /// plan is feasible, no worse than each of the other strategies, and carries its true bound.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself or a solver fails.
    /// - Complexity: O(participants * sites) for the baselines, O(sites^3) for routing, and for the bound of a session
    ///   of `n` participants O(n * sites * (n + sites)).
    public func plan(_ snapshot: Snapshot, options: PlanningOptions = .init()) throws(PlanningError) -> Plan {
        let monitor = StopMonitor(criteria: options.criteria, interrupter: options.interrupter)
        var stopwatch = Stopwatch(isRunning: options.measureSeconds)
        let world = try PlanningWorld(snapshot)
        stopwatch.lap("network")
        var ladder = Ladder(world: world, planner: self, monitor: monitor)
        let stage = try ladder.climb(options.strategy, stopwatch: &stopwatch)
        var plan = PlanAssembly(world: world, bounds: ladder.bounds).plan(
            drafts: ladder.drafts, strategy: options.strategy, stage: stage)
        stopwatch.lap("assembly")
        plan.seconds = stopwatch.seconds
        return plan
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

    /// Creates options; the defaults plan as well as the planner can, however long that takes.
    public init(
        strategy: Strategy = .optimal, criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil,
        measureSeconds: Bool = true
    ) {
        self.strategy = strategy
        self.criteria = criteria
        self.interrupter = interrupter
        self.measureSeconds = measureSeconds
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
