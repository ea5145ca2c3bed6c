import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Plans over measured latencies", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
struct MeasuredLatencyTests {
    @Test("Eight sites beat the best single one by 15 %, and no strategy beats optimal", arguments: [1, 2, 3])
    func eightSites(seed: Int) throws {
        let frame = try MeasuredWorld.frame("latency/netlatency/PlanetLabData_9.xz")
        let snapshot = MeasuredWorld.snapshot(
            frame, participants: 300, sites: 60, policy: SessionPolicy(siteLimit: 8), seed: UInt64(seed))
        let optimal = try planner.plan(snapshot)
        #expect(PlanChecker().verify(snapshot, optimal).failures == [])
        #expect(optimal.stage == .localOptimum)
        #expect(try #require(optimal.gap) < 0.03)
        for strategy in Strategy.allCases where strategy != .best {
            let plan = try planner.plan(snapshot, options: .init(strategy: strategy))
            #expect(PlanChecker().verify(snapshot, plan).failures == [])
            #expect(optimal.objective <= plan.objective)
            if strategy == .single {
                #expect(optimal.sessions[0].latency.mean < 0.8 * plan.sessions[0].latency.mean)
            }
        }
    }

    @Test("The certified gap stays within 3 % on every frame", arguments: [1, 2, 8])
    func certifiedGap(number: Int) throws {
        let frame = try MeasuredWorld.frame("latency/netlatency/PlanetLabData_\(number).xz")
        let snapshot = MeasuredWorld.snapshot(frame, participants: 300, sites: 60, policy: SessionPolicy(siteLimit: 8))
        let plan = try planner.plan(snapshot)
        #expect(PlanChecker().verify(snapshot, plan).failures == [])
        #expect(try #require(plan.gap) < 0.03)
    }

    @Test("Capacity for half as many at each site costs a few percent of latency")
    func shortCapacity() throws {
        let frame = try MeasuredWorld.frame("latency/netlatency/PlanetLabData_8.xz")
        let policy = SessionPolicy(siteLimit: 8)
        let roomy = try planner.plan(MeasuredWorld.snapshot(frame, participants: 200, sites: 50, policy: policy))
        let snapshot = MeasuredWorld.snapshot(frame, participants: 200, sites: 50, policy: policy, loadPerServer: 14)
        let tight = try planner.plan(snapshot)
        #expect(PlanChecker().verify(snapshot, tight).failures == [])
        #expect(tight.totals.served == 200)
        #expect(tight.totals.interaction >= roomy.totals.interaction * (1 - 1e-9))
        #expect(tight.totals.interaction < roomy.totals.interaction * 1.08)
    }

    @Test("Clusters carry a large session: two thousand participants, two hundred sites")
    func largeSession() throws {
        let frame = try MeasuredWorld.frame("latency/netlatency/PlanetLabData_9.xz")
        let snapshot = MeasuredWorld.snapshot(
            frame, participants: 2000, sites: 200, policy: SessionPolicy(siteLimit: 10), loadPerServer: 1000)
        let optimal = try planner.plan(snapshot)
        let greedy = try planner.plan(snapshot, options: .init(strategy: .greedy))
        #expect(optimal.objective <= greedy.objective)
        #expect(PlanChecker().verify(snapshot, optimal).failures == [])
    }
}
