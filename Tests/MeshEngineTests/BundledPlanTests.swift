import MeshEngine
import MeshInstances
import MeshTypes
import MeshVerification
import Testing

/// What the product promises on real latencies.
@Suite struct BundledPlanTests {
    private let engine = MeshEngine()

    @Test(arguments: BundledSessions.names) func everyStrategyPlansAndVerifies(name: String) throws {
        let snapshot = try BundledSessions.read(name)
        var plans: [Strategy: Plan] = [:]
        for strategy in Strategy.allCases {
            let plan = try engine.plan(snapshot, PlanRequest(strategy: strategy))
            let verification = engine.verify(snapshot, PlanWriter.sealed(plan), requiresChecksum: true)
            #expect(verification.isVerified, "\(strategy): \(verification.failures.prefix(3))")
            #expect(plan.bound <= plan.objective)
            #expect(plan.totals.served == snapshot.participants.count)
            plans[strategy] = plan
        }
        let best = try #require(plans[.best])
        for (strategy, plan) in plans {
            #expect(best.objective <= plan.objective * (1 + 1e-12), "\(strategy) is better")
        }
        let single = try #require(plans[.single]?.sessions.first)
        let mesh = try #require(best.sessions.first)
        #expect(mesh.sites.count <= 8)
        if name == "world-match" {
            #expect(
                mesh.latency.mean <= 0.85 * single.latency.mean, "\(mesh.latency.mean) against \(single.latency.mean)")
        }
    }

    @Test func theSamePlanComesOutEachTime() throws {
        let snapshot = try BundledSessions.read("europe-conference")
        func text() throws -> [UInt8] {
            var plan = try engine.plan(snapshot)
            plan.seconds = nil
            return PlanWriter.text(PlanWriter.sealed(plan))
        }
        #expect(try text() == text())
    }

    @Test func aDeadlineIsKeptWithAVerifiedPlan() throws {
        let snapshot = try BundledSessions.read("world-match")
        let whole = try engine.plan(snapshot)
        for milliseconds in [0, 1, 5, 20, 100] {
            let plan = try engine.plan(snapshot, PlanRequest(deadline: .milliseconds(milliseconds)))
            #expect(engine.verify(snapshot, plan).isVerified)
            let nearest = try engine.plan(snapshot, PlanRequest(strategy: .nearest))
            #expect(plan.objective <= nearest.objective)
            #expect(whole.objective <= plan.objective * (1 + 1e-12))
        }
    }
}
