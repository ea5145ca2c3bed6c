import MeshEngine
import MeshInstances
import MeshTypes
import Scenarios

/// Small worlds to vary.
enum Worlds {
    static func world(
        sites: Int = 12, sessions: Int = 3, participants: Int = 60, slack: Double = 3, seed: UInt64 = 7
    ) throws -> Snapshot {
        try WorldParameters(sites: sites, sessions: sessions, participants: participants, slack: slack).generate(
            seed: seed)
    }

    /// A study over a world in memory.
    static func study(_ axes: [AxisDefinition], _ change: (inout Study) -> Void = { _ in }) -> Study {
        var study = Study(name: "test", base: .file("none"))
        study.axes = axes
        change(&study)
        return study
    }

    static func axis(_ name: String, _ kind: AxisKind, line: Int = 9) -> AxisDefinition {
        AxisDefinition(name: name, kind: kind, line: line)
    }
}

/// A sweep with its planned base.
struct PlannedSweep {
    let engine = MeshEngine()
    let sweep: Sweep
    let plan: Plan
    let root: SweepRunner.Root

    init(_ study: Study, _ base: Snapshot, strategy: Strategy = .best) throws {
        var plan = try engine.plan(base, PlanRequest(strategy: strategy))
        plan.seconds = nil
        self.plan = plan
        sweep = try Sweep(study, base: base, plan: plan)
        root = try SweepRunner.Root(sweep: sweep, plan: plan, engine: engine, margin: VerdictMargin())
    }

    func runner(cold: Bool = false) -> SweepRunner {
        SweepRunner(root, engine: engine, verifies: true, isCold: cold)
    }
}
