internal import MeshControl
internal import MeshSimulation
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
    private(set) var gaps: [Double] = []
    private(set) var pairGaps: [Double] = []
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
    private(set) var served = 0
    private(set) var unserved = 0

    private var world: SimulatedWorld
    private var controller: MeshController
    private var time = ControlTime(milliseconds: 0)
    private let deadline: Int?

    init(_ parameters: SimulationParameters, seed: UInt64, deadline: Int?, threads: Int) {
        world = SimulatedWorld(parameters, seed: seed)
        controller = MeshController(configuration: ControlConfiguration(threads: threads), at: time)
        self.deadline = deadline
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
        time = time.advanced(byMilliseconds: 1000)
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
        if let gap = report.pairGap { pairGaps.append(gap) }
        moves.append(Double(report.moves))
        regrets.append(report.objective > 0 ? report.explanation.regret / report.objective : 0)
        soldOut.append(Double(report.explanation.soldOut.count))
        served = report.served
        unserved = report.unserved
    }

    private mutating func add(_ stage: String, _ seconds: Double) {
        if stages[stage] == nil { stageNames.append(stage) }
        stages[stage, default: []].append(1000 * seconds)
    }
}
