import MeshEngine
import MeshTypes
import Scenarios
import TestSupport
import Testing

/// Whatever is varied, each plan passes the checker, warm and cold.
@Suite("random variations")
struct RandomSweepTests {
    private static func kinds(_ random: inout SplitMix64, _ base: Snapshot) -> [AxisKind] {
        let site = base.sites[Int.random(in: 0..<base.sites.count, using: &random)].id
        let other = base.sites[Int.random(in: 0..<base.sites.count, using: &random)].id
        let new = Site(
            id: "new", name: "New",
            coordinate: GeoCoordinate(
                latitude: Double.random(in: -60...60, using: &random),
                longitude: Double.random(in: -180...179, using: &random)),
            freeServers: 3, totalServers: 3, loadPerServer: 50, price: 30)
        return [
            .growth([1, Double.random(in: 0.4...1.8, using: &random)], .init()),
            .hours([Double.random(in: 0..<24, using: &random)], DailyCurve()),
            .add([NewSite(site: new)], each: false),
            .remove(SiteSelection(sites: [site]), each: false),
            .resize(SiteSelection(sites: [site]), [.more(1), .exactly(0)]),
            .reprice(SiteSelection(), [.times(Double.random(in: 0.2...3, using: &random))]),
            .links(SiteSelection(sites: [site]), SiteSelection(), [.latency(.more(40)), .cut]),
            .failures(
                .site, .two, only: Set([site, other] + base.sites.prefix(2).map(\.id)).map(\.description).sorted()),
            .failures(.region, .one, only: []),
            .policy(.siteLimit, [nil, 2], .init()),
            .policy(.latencyCap, [Double.random(in: 40...200, using: &random)], .init()),
            .policy(.redundancy, [1], .init()),
            .policy(.serverLimit, [2], .init()),
            .policy(.latencyValue, [3], .init()),
        ]
    }

    @Test("every plan passes the checker, whatever is varied", arguments: 1...8 as ClosedRange<UInt64>)
    func verified(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let base = try Worlds.world(
            sites: Int.random(in: 6...12, using: &random), sessions: Int.random(in: 1...3, using: &random),
            participants: Int.random(in: 20...60, using: &random), seed: seed)
        let chosen = Self.kinds(&random, base).shuffled(using: &random).prefix(3)
        let axes = chosen.enumerated().map { Worlds.axis("axis\($0)", $1) }
        let planned = try PlannedSweep(Worlds.study(axes), base)
        var (warm, cold) = (planned.runner(), planned.runner(cold: true))
        for index in 0..<min(20, planned.sweep.count) {
            do throws(SweepFailure) {
                let outcome = try warm.outcome(at: index)
                #expect(outcome.result.verified == true, "\(outcome.result.name)")
                if index.isMultiple(of: 7) {
                    let other = try cold.outcome(at: index)
                    #expect(other.result.verified == true, "\(other.result.name)")
                    #expect(other.snapshot == outcome.snapshot)
                }
            } catch {
                // What one step took away, another may ask for: refused by name, never planned wrongly.
                guard case .study = error.cause else { throw error }
            }
        }
    }
}
