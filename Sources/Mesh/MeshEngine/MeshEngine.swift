import MeshControl
import MeshInstances
public import MeshPlanning
public import MeshTypes
public import MeshVerification
public import Optimization

/// The engine in a few verbs: plan, verify, explain, solve. What a controller links in-process, and what the command
/// line and the service call.
///
/// A value without state, safe to share between threads. Every call is synchronous; nothing is read or written.
public struct MeshEngine: Sendable {
    let planner: MeshPlanner

    /// Creates an engine with the solvers of ``SolverSelection``.
    public init() {
        planner = MeshPlanner(
            flowSolver: SolverSelection.flowSolver(.automatic),
            facilitySolver: SolverSelection.facilitySolver(.automatic))
    }

    /// Plans one tick: a mesh for every session of the snapshot.
    ///
    /// - Parameter request: the strategy, and the deadline by which a plan is there.
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself. What cannot be served is no error: the plan
    ///   names who, and why.
    public func plan(_ snapshot: Snapshot, _ request: PlanRequest = .init()) throws(PlanningError) -> Plan {
        var options = PlanningOptions(
            strategy: request.strategy, criteria: StoppingCriteria(timeLimit: request.deadline),
            interrupter: request.interrupter, shadowPrices: request.shadowPrices, neighbour: request.neighbour)
        if let limit = options.criteria.timeLimit {
            options.criteria.deadline = ContinuousClock.now.advanced(by: limit)
            options.criteria.timeLimit = nil
        }
        options.start = try start(snapshot, request)
        return try planner.plan(snapshot, options: options)
    }

    /// The meshes that the controller's own engine comes to from the snapshot, in three fifths of the time; `nil` where there is no
    /// time for that, or another strategy is asked for.
    private func start(_ snapshot: Snapshot, _ request: PlanRequest) throws(PlanningError) -> PlanningStart? {
        guard request.strategy == .best, request.neighbour == nil else { return nil }
        if let deadline = request.deadline {
            let forking = Duration.microseconds(20_000 + snapshot.participants.count * snapshot.sites.count / 10)
            guard deadline > forking else { return nil }
        }
        var fork = try MeshController(fork: snapshot, solvers: SolverSelection.planning)
        fork.converge(
            monitor: StopMonitor(
                criteria: StoppingCriteria(timeLimit: request.deadline.map { $0 * 3 / 5 }),
                interrupter: request.interrupter))
        return PlanningStart(meshes: fork.meshes, prices: fork.poolPrices)
    }

    /// Checks a plan independently of whoever made it: every constraint and every figure, recomputed; and its checksum,
    /// if it carries one.
    ///
    /// - Parameter requiresChecksum: whether a plan without a checksum is rejected, as one read from a file should be.
    public func verify(_ snapshot: Snapshot, _ plan: Plan, requiresChecksum: Bool = false) -> PlanVerification {
        var verification = PlanChecker().verify(snapshot, plan)
        if let checksum = plan.checksum {
            let expected = PlanWriter.checksum(plan)
            if checksum != expected {
                verification.fail("checksum", "is \(checksum); the plan's text gives \(expected)")
            }
        } else if requiresChecksum {
            verification.fail("checksum", "is missing; a plan file carries one")
        }
        return verification
    }
}

/// What a plan is asked for with.
public struct PlanRequest: Sendable {
    /// How the plan is made.
    public var strategy: Strategy
    /// How long planning may take, counted from the call; `nil` leaves it unlimited and the plan deterministic.
    public var deadline: Duration?
    /// Stops the planner early, with the best plan so far.
    public var interrupter: Interrupter?
    /// Whether the plan says what one more server at each site would save.
    public var shadowPrices: Bool
    /// A planned world whose potentials bound this one as well; see ``MeshPlanning/PlanningOptions/neighbour``.
    public var neighbour: PlannedWorld?

    /// Creates a request.
    public init(
        strategy: Strategy = .best, deadline: Duration? = nil, interrupter: Interrupter? = nil,
        shadowPrices: Bool = false, neighbour: PlannedWorld? = nil
    ) {
        self.strategy = strategy
        self.deadline = deadline
        self.interrupter = interrupter
        self.shadowPrices = shadowPrices
        self.neighbour = neighbour
    }
}
