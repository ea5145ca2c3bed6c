import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Shadow prices")
struct ShadowPriceTests {
    @Test("Only sites that are sold out have one, and a server there saves about as much")
    func pricesAreSavings() throws {
        var (priced, close) = (0, 0)
        for seed in UInt64(0)..<40 {
            var worlds = RandomWorld(seed: seed)
            worlds.siteCount = 2...4
            worlds.sessionCount = 1...2
            worlds.participantCount = 3...8
            let snapshot = worlds.snapshot()
            let plan = try planner.plan(snapshot, options: .init(shadowPrices: true))
            let verification = PlanChecker().verify(snapshot, plan)
            #expect(verification.isVerified, "\(verification.failures)")
            var rented: [SiteID: Int] = [:]
            for session in plan.sessions { for (site, count) in session.servers { rented[site, default: 0] += count } }
            for (id, price) in try #require(plan.shadowPrices) {
                let number = try #require(snapshot.sites.firstIndex { $0.id == id })
                #expect(rented[id] == snapshot.sites[number].freeServers && price > 0)
                var richer = snapshot
                richer.sites[number].freeServers += 1
                let saving = plan.objective - (try planner.plan(richer)).objective
                priced += 1
                if saving >= price * 0.99 - 1e-6 { close += 1 }
            }
        }
        // An estimate from below, over a heuristic where worlds are not small.
        #expect(priced > 10)
        #expect(close >= priced * 9 / 10, "\(close) of \(priced)")
    }
}
