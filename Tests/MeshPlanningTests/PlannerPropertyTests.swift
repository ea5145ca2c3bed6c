import FacilityLocation
import GLPKSolver
import MeshPlanning
import MeshTypes
import MeshVerification
import NetworkFlow
import Optimization
import TestSupport
import Testing

let planner = MeshPlanner(
    flowSolver: NetworkSimplexSolver(),
    facilitySolver: BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver()))

@Suite("Plans of random worlds")
struct PlannerPropertyTests {
    @Test("The checker accepts every plan of every strategy, now and a tick later", arguments: 0..<20)
    func plansAreVerified(batch: Int) throws {
        for seed in UInt64(batch * 15)..<UInt64(batch * 15 + 15) {
            var worlds = RandomWorld(seed: seed)
            worlds.isHostile = !seed.isMultiple(of: 3)
            let snapshot = worlds.snapshot()
            let plan = try check(snapshot, "seed \(seed)")
            _ = try check(worlds.evolve(snapshot, after: plan), "seed \(seed), next tick")
        }
    }

    /// Plans by every strategy, has each plan checked, compares them, and returns the best.
    private func check(_ snapshot: Snapshot, _ label: String) throws -> Plan {
        let optimal = try planner.plan(snapshot)
        for strategy in Strategy.allCases {
            let plan = try planner.plan(snapshot, options: .init(strategy: strategy, measureSeconds: false))
            let verification = PlanChecker().verify(snapshot, plan)
            #expect(verification.isVerified, "\(label), \(strategy): \(verification.failures)")
            #expect(
                optimal.objective <= plan.objective + 1e-6 * max(1, plan.objective),
                "\(label): optimal \(optimal.objective), \(strategy) \(plan.objective)")
            #expect(plan.bound <= plan.objective + 1e-6 * max(1, plan.objective), "\(label), \(strategy)")
        }
        return optimal
    }
}
