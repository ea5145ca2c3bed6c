import Benchmark
import MeshControl
import MeshSimulation
import Optimization

/// Ticks of the controller in a simulated world: events and tick, five ticks an iteration. The first plan is not measured.
///
/// Counters say what was done and how good it is, so that a controller that plans worse breaks a threshold as one that moves more people does.
func addControlBenchmarks() {
    for (participants, sessions, sites) in [(2_000, 40, 60), (10_000, 200, 200)] {
        addBenchmark("control-tick-\(participants)-\(sessions)-\(sites)") {
            try OpenWorld(SimulationParameters(participants: participants, sessions: sessions, sites: sites))
        } solve: { world in
            var controller = world.controller
            var counters = ["moves": 0, "planned": 0, "unserved": 0, "tangent-gap-ppm": 0, "gap-ppm": 0]
            for (number, events) in world.changes.enumerated() {
                let time = ControlTime(milliseconds: Int64(1000 * (number + 1)))
                for event in events { _ = try controller.handle(event, at: time) }
                let report = controller.tick(at: time).report
                counters["moves", default: 0] += report.moves
                counters["planned", default: 0] += report.sessionsPlanned
                counters["unserved"] = report.unserved
                counters["tangent-gap-ppm"] = Int((1e6 * (report.tangentGap ?? 0)).rounded())
                counters["gap-ppm"] = Int((1e6 * (report.gap ?? 0)).rounded())
            }
            return SolverStatistics(counters)
        }
    }
}

/// A controller after its first plan, and what changes before each of the next ticks.
private struct OpenWorld: Sendable {
    let controller: MeshController
    let changes: [[ControlEvent]]

    init(_ parameters: SimulationParameters) throws {
        var world = SimulatedWorld(parameters, seed: 1)
        let time = ControlTime(milliseconds: 0)
        var controller = MeshController(configuration: ControlConfiguration(threads: 2), at: time)
        for event in world.opening() { _ = try controller.handle(event, at: time) }
        _ = controller.tick(at: time)
        self.controller = controller
        changes = (0..<5).map { _ in world.next() }
    }
}
