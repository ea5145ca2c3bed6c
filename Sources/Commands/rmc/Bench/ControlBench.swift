internal import MeshControl
internal import MeshEngine
internal import MeshSimulation
internal import MeshTypes
internal import MeshVerification
internal import Optimization

/// A controller in a simulated world, with the times of its ticks.
struct ControlBench {
    /// Milliseconds from the opening of the world to its first plan.
    private(set) var first = 0.0
    /// Milliseconds of each tick, the events before it included.
    private(set) var ticks: [Double] = []
    /// Milliseconds of each tick's stages; "events" are those since the last tick.
    private(set) var stages: [String: [Double]] = [:]
    private(set) var stageNames: [String] = []
    /// Joint gaps, and those of the facility objective, of the ticks with changes.
    private(set) var gaps: [Double] = []
    private(set) var tangentGaps: [Double] = []
    private(set) var moves: [Double] = []
    /// What the meshes that were kept from tick to tick cost above those planned in their place, as a part of the cost of all.
    private(set) var regrets: [Double] = []
    /// Sites without a free server after each tick.
    private(set) var soldOut: [Double] = []
    /// Milliseconds by which each tick overran its deadline; 0 for those that did not.
    private(set) var late: [Double] = []
    /// The same of a loop after each tick that does nothing but look at the clock: what is the machine's doing.
    private(set) var machineLate: [Double] = []
    /// Ticks that the deadline ended before all was planned.
    private(set) var cut = 0
    /// The last tick's report.
    private(set) var last = TickReport()
    /// What the pool's master did in all ticks with changes; columns and rows are those of the last.
    private(set) var master = MasterReport()
    /// Moves of each tick without changes.
    private(set) var quietMoves: [Int] = []
    /// The last state as it is planned jointly.
    private(set) var joint: JointPlan?

    private var world: SimulatedWorld
    private var controller: MeshController
    private var time = ControlTime(milliseconds: 0)
    private let deadline: Int?
    /// Milliseconds between ticks.
    private let interval: Int64

    /// Moves of the mean tick with changes.
    var meanMoves: Double { moves.reduce(0, +) / Double(max(1, moves.count)) }

    init(_ parameters: SimulationParameters, seed: UInt64, deadline: Int?, threads: Int, interval: Int64 = 1000) {
        world = SimulatedWorld(parameters, seed: seed)
        controller = MeshController(
            configuration: ControlConfiguration(threads: threads), solvers: SolverSelection.planning, at: time)
        self.deadline = deadline
        self.interval = interval
    }

    /// Opens the world and plans it a first time.
    mutating func open() throws {
        let events = world.opening()
        first =
            1000
            * (try Stopwatch.measure {
                for event in events { _ = try controller.handle(event, at: time) }
                _ = controller.tick(at: time)
            }).seconds
    }

    /// Lets a tick's time pass.
    mutating func tick() throws {
        time = time.advanced(byMilliseconds: interval)
        let events = world.next()
        let told = try Stopwatch.measure { for event in events { _ = try controller.handle(event, at: time) } }
        let limit = deadline.map { ContinuousClock.now.advanced(by: .milliseconds($0)) }
        let measured = Stopwatch.measure { controller.tick(at: time, deadline: limit) }
        let report = measured.value.report
        if let deadline {
            late.append(max(0, 1000 * measured.seconds - Double(deadline)))
            let end = ContinuousClock.now.advanced(by: .milliseconds(deadline))
            while ContinuousClock.now < end {}
            machineLate.append(end.duration(to: .now) / .milliseconds(1))
        }
        if report.wasCut { cut += 1 }
        ticks.append(1000 * (told.seconds + measured.seconds))
        add("events", told.seconds)
        for stage in report.stages { add(stage.name, stage.seconds) }
        if let gap = report.gap { gaps.append(gap) }
        if let gap = report.tangentGap { tangentGaps.append(gap) }
        moves.append(Double(report.moves))
        regrets.append(report.objective > 0 ? report.explanation.regret / report.objective : 0)
        soldOut.append(Double(report.explanation.soldOut.count))
        last = report
        master.add(report.master)
    }

    /// Lets a tick's time pass in which nothing changes.
    mutating func quietTick() {
        time = time.advanced(byMilliseconds: interval)
        last = controller.tick(at: time, deadline: deadline.map { .now.advanced(by: .milliseconds($0)) }).report
        quietMoves.append(last.moves)
    }

    /// Plans the state as it is jointly.
    mutating func planJointly(_ interrupter: Interrupter) throws {
        joint = try JointPlan(controller, unserved: last.unserved, interrupter)
    }

    private mutating func add(_ stage: String, _ seconds: Double) {
        if stages[stage] == nil { stageNames.append(stage) }
        stages[stage, default: []].append(1000 * seconds)
    }
}

extension MasterReport {
    /// Adds what a tick did; columns and rows are those of the last one that had any.
    fileprivate mutating func add(_ tick: MasterReport) {
        iterations += tick.iterations
        exchanges += tick.exchanges
        flows += tick.flows
        glpkSeconds += tick.glpkSeconds
        if tick.columns > 0 { (columns, rows) = (tick.columns, tick.rows) }
    }
}

/// A controller's state, planned once more over all sessions together as `rmc plan` does without a deadline, and checked.
///
/// Moves are on neither side: the plan is made as if nobody were served yet, and what the controller's moves cost is left out.
struct JointPlan {
    let objective: Double
    let bound: Double
    let gap: Double?
    let unserved: Int
    /// What the controller's meshes cost, moves apart, and whom they leave out.
    let live: Double
    let liveUnserved: Int
    let seconds: Double

    /// How much more the controller's meshes cost, as a part.
    var above: Double { objective > 0 ? live / objective - 1 : 0 }

    fileprivate init(_ controller: MeshController, unserved liveUnserved: Int, _ interrupter: Interrupter) throws {
        var snapshot = controller.snapshot()
        snapshot.previous = nil
        let engine = MeshEngine()
        let (plan, seconds) = try Stopwatch.measure {
            try engine.plan(snapshot, PlanRequest(interrupter: interrupter))
        }
        let verification = engine.verify(snapshot, plan)
        guard verification.isVerified else {
            throw CommandFailure(
                .internalError,
                "the joint plan is wrong: \(verification.failures.prefix(3).map(\.description).joined(separator: "; "))"
            )
        }
        (objective, bound, gap, self.seconds) = (plan.objective, plan.bound, plan.gap, seconds)
        unserved = plan.totals.participants - plan.totals.served
        self.liveUnserved = liveUnserved
        live = controller.sessionIDs.reduce(0) { sum, id in
            sum + (controller.mesh(of: id).map { $0.cost.total - $0.cost.disruption } ?? 0)
        }
    }
}
