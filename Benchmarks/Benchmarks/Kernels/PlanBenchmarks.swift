import Benchmark
import Foundation
import MeshEngine
import MeshInstances
import MeshTypes
import Optimization

/// Planning the bundled sessions without a deadline, with every figure that says how good the plan is as a counter:
/// a planner that got worse breaks a threshold as one that works more does.
func addPlanBenchmarks() {
    for session in ["europe-conference", "world-match"] {
        addBenchmark("plan-\(session)") {
            try SnapshotReader.read(InputFile.read(sessionsFolder + "/\(session).json"))
        } solve: { snapshot in
            let plan = try MeshEngine().plan(snapshot)
            return SolverStatistics([
                "objective": Int(plan.objective.rounded()),
                "gap-ppm": Int((1e6 * (plan.gap ?? 0)).rounded()),
                "unserved": plan.totals.participants - plan.totals.served,
            ])
        }
    }
}

/// `Models/Sessions` of this repository, found from where this file is.
private let sessionsFolder: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("Models/Sessions").path
}()
