import MeshControl
import MeshEngine
import MeshPlanning
import MeshSimulation
import MeshTypes
import Testing

@Suite struct DbgTests {
    @Test func dbg() throws {
        for seed in [UInt64(42), 44, 95] {
            var world = SimulationTests.world(seed)
            print("seed", seed, world.world.parameters)
            try world.open()
            var shown = 0
            for tick in 0..<50 where shown < 3 {
                let report = try world.pass()
                let snapshot = world.controller.snapshot()
                let plan = try world.controller.plan(for: snapshot)
                if abs(report.objective - plan.objective) > 1e-6 * plan.objective {
                    shown += 1
                    for session in plan.sessions {
                        guard let mesh = world.controller.mesh(of: session.id) else { continue }
                        if abs(mesh.cost.total - session.cost.total) > 1e-6 * session.cost.total {
                            print("tick", tick, session.id, mesh.type, "mesh", mesh.cost, "plan", session.cost, mesh.participants, report.wasCut, report.sessionsWaiting)
                        }
                    }
                    print("sum", world.controller.sessionIDs.reduce(0.0) { $0 + (world.controller.mesh(of: $1)?.cost.total ?? 0) }, report.objective, plan.objective)
                }
            }
        }
    }
}
