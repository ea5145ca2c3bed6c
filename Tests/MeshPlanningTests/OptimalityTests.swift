import MeshPlanning
import MeshTypes
import TestSupport
import Testing

@Suite("Plans against every assignment")
struct OptimalityTests {
    /// A world of at most six people and three sites.
    private func tinyWorld(_ seed: UInt64) -> Snapshot {
        var worlds = RandomWorld(seed: seed)
        worlds.siteCount = 1...3
        worlds.sessionCount = seed.isMultiple(of: 4) ? 2...2 : 1...1
        worlds.participantCount = seed.isMultiple(of: 4) ? 1...3 : 1...6
        worlds.isHostile = !seed.isMultiple(of: 3)
        var snapshot = worlds.snapshot()
        // The planner leaves nobody out who fits, even where that would be cheaper: such worlds are not compared.
        for session in snapshot.sessions.indices { snapshot.sessions[session].policy.unservedPrice = 10_000 }
        if snapshot.sessions.count > 1 {
            // Which session takes which spare is beyond the enumeration.
            for session in snapshot.sessions.indices { snapshot.sessions[session].policy.redundancy = 0 }
        }
        if seed.isMultiple(of: 2), let plan = try? planner.plan(snapshot) {
            let next = worlds.evolve(snapshot, after: plan)
            // A vanished site may leave nothing to plan on.
            if !next.sites.isEmpty { snapshot = next }
        }
        return snapshot
    }

    @Test("No bound exceeds the optimum, and plans are close to it")
    func tinyWorlds() throws {
        var (optimal, excess) = (0, 0.0)
        for seed in UInt64(0)..<400 {
            let snapshot = tinyWorld(seed)
            let optimum = BruteForce(snapshot).optimum()
            let plan = try planner.plan(snapshot)
            let tolerance = 1e-6 * max(1, optimum)
            #expect(plan.bound <= optimum + tolerance, "seed \(seed): bound \(plan.bound), optimum \(optimum)")
            #expect(plan.objective >= optimum - tolerance, "seed \(seed): \(plan.objective), optimum \(optimum)")
            if plan.objective <= optimum + tolerance {
                optimal += 1
            } else if optimum > 0 {
                excess = max(excess, plan.objective / optimum - 1)
            }
        }
        #expect(optimal >= 390, "optimal in \(optimal) of 400 worlds")
        #expect(excess < 0.45, "at worst \(excess) above the optimum")
    }
}
