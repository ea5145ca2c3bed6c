import MeshEngine
import MeshInstances
import MeshTypes
import MeshVerification
import Testing

/// Ten thousand people in two hundred sessions: a deadline is kept, and what comes out holds.
@Suite struct LargeDeadlineTests {
    @Test func deadlinesAreKept() throws {
        let snapshot = try WorldParameters(sites: 200, sessions: 200, participants: 10_000).generate(seed: 3)
        let engine = MeshEngine()
        let clock = ContinuousClock()
        // What cannot be left out: routes, a first plan, a bound, the plan's figures.
        let least = try clock.measure { _ = try engine.plan(snapshot, PlanRequest(deadline: .zero)) }
        for milliseconds in [300, 900] {
            let limit = Duration.milliseconds(milliseconds)
            var plan: Plan?
            let time = try clock.measure { plan = try engine.plan(snapshot, PlanRequest(deadline: limit)) }
            // Ten milliseconds on a quiet machine; a busy one takes its time for everything.
            #expect(
                time < max(limit, least) + least / 2 + .milliseconds(100), "\(time) for \(limit), \(least) at least")
            let found = try #require(plan)
            #expect(found.bound <= found.objective)
            if milliseconds == 300 { #expect(engine.verify(snapshot, found).failures == []) }
        }
    }
}
