import MeshPlanning
import MeshTypes
import MeshVerification
import TestSupport
import Testing

@Suite("Certificates of bounds")
struct CertificateTests {
    private func tinyWorld(_ seed: UInt64) -> (Snapshot, SplitMix64) {
        var worlds = RandomWorld(seed: seed)
        worlds.siteCount = 1...4
        worlds.sessionCount = 1...1
        worlds.participantCount = 2...5
        var snapshot = worlds.snapshot()
        if seed.isMultiple(of: 2) { snapshot.network = .unknown }
        return (snapshot, worlds.random)
    }

    @Test("Whatever potentials say, what they prove does not exceed the optimum")
    func arbitraryPotentials() {
        var proved = 0
        for seed in UInt64(0)..<500 {
            var (snapshot, random) = tinyWorld(seed)
            let optimum = BruteForce(snapshot).optimum()
            let usable = snapshot.sites.filter { $0.freeServers > 0 }.map(\.id)
            guard !usable.isEmpty else { continue }
            for _ in 0..<8 {
                let people = snapshot.participants.count
                let tables = random.integer(1...people)
                let size = random.element(of: [1_000, 50_000, 400_000])
                let potentials = PairPotentials(
                    sites: usable, groups: (0..<people).map { _ in random.integer(0...tables - 1) },
                    tables: (0..<tables).map { _ in usable.map { _ in Int64(random.integer(-size...size)) } },
                    values: (0..<people).map { _ in random.fraction() * 900 },
                    loadPrices: random.chance(0.5) ? [random.element(of: usable): random.fraction() * 30] : [:],
                    serverValue: random.chance(0.5) ? random.fraction() * 200 : 0)
                let bound = PlanChecker().bound(snapshot, session: "k0", by: .potentials(potentials))
                guard let bound else { continue }
                proved += 1
                #expect(bound <= optimum + 1e-6 * max(1, optimum), "seed \(seed): \(bound), optimum \(optimum)")
            }
        }
        #expect(proved > 1_500, "\(proved)")
    }

    @Test("No path bound exceeds the optimum, over allowed sites or over all")
    func pathBounds() throws {
        for seed in UInt64(0)..<300 {
            let (snapshot, _) = tinyWorld(seed)
            let optimum = BruteForce(snapshot).optimum()
            let path = try #require(PlanChecker().bound(snapshot, session: "k0", by: .path))
            let open = try #require(PlanChecker().bound(snapshot, session: "k0", by: .openPath))
            #expect(open <= optimum + 1e-6 * max(1, optimum), "seed \(seed)")
            #expect(path <= optimum + 1e-6 * max(1, optimum), "seed \(seed)")
        }
    }
}
