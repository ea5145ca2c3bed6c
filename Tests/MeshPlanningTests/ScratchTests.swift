import MeshPlanning
import MeshTypes
import TestSupport
import Testing

@Suite("Scratch", .serialized)
struct ScratchTests {
    func show(_ label: String, _ snapshot: Snapshot) throws {
        for strategy in [Strategy.single, .nearest, .region, .greedy, .optimal] {
            let clock = ContinuousClock()
            let start = clock.now
            let plan = try planner.plan(snapshot, options: .init(strategy: strategy))
            let took = start.duration(to: clock.now)
            let s = plan.sessions[0]
            print(label, strategy, "obj", plan.objective, "bound", plan.bound, "gap", plan.gap ?? -1, "mean", s.latency.mean, "p95", s.latency.p95, "sites", s.sites.count, "unserved", plan.totals.participants - plan.totals.served, plan.stage, took, plan.seconds?.mapValues { ($0 * 1e4).rounded() / 10 } ?? [:])
        }
    }
    @Test func planetlab() throws {
        let frame = try MeasuredWorld.frame("latency/netlatency/PlanetLabData_9.xz")
        for seed in 1...3 {
            try show("PL8 \(seed)", MeasuredWorld.snapshot(frame, participants: 300, sites: 60, policy: .init(siteLimit: 8), seed: UInt64(seed)))
        }
        try show("PL-nolimit", MeasuredWorld.snapshot(frame, participants: 300, sites: 60, policy: .init(), price: 50))
        try show("PL-tight", MeasuredWorld.snapshot(frame, participants: 300, sites: 60, policy: .init(siteLimit: 8), price: 50, loadPerServer: 24))
        try show("PL-big", MeasuredWorld.snapshot(frame, participants: 1000, sites: 200, policy: .init(siteLimit: 12), price: 50))
        try show("PL-bigtight", MeasuredWorld.snapshot(frame, participants: 1000, sites: 200, policy: .init(), price: 50, loadPerServer: 20, servers: 1))
    }
    @Test func manySessions() throws {
        var worlds = RandomWorld(seed: 5)
        worlds.isHostile = false
        worlds.siteCount = 200...200
        worlds.sessionCount = 200...200
        worlds.participantCount = 50...50
        var snapshot = worlds.snapshot()
        snapshot.network = .unknown
        for i in snapshot.sites.indices { snapshot.sites[i].freeServers = 20; snapshot.sites[i].totalServers = 20 }
        try show("10k/200/200", snapshot)
        for i in snapshot.sites.indices { snapshot.sites[i].freeServers = 4; snapshot.sites[i].totalServers = 4 }
        try show("10k/200/200 short", snapshot)
    }
}
