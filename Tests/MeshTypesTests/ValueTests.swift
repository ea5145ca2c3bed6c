import Foundation
import MeshTypes
import Testing

@Suite struct ValueTests {
    @Test func latenciesRoundToMicroseconds() {
        #expect(Latency(milliseconds: 1.2344).microseconds == 1234)
        #expect(Latency(milliseconds: 1.2346).microseconds == 1235)
        #expect(Latency(microseconds: 1500).milliseconds == 1.5)
        #expect(Latency(milliseconds: 2) + Latency(milliseconds: 3) == Latency(milliseconds: 5))
        #expect(Latency(milliseconds: 2) < Latency(milliseconds: 3))
    }

    @Test func distancesFollowTheGreatCircle() {
        let london = GeoCoordinate(latitude: 51.5074, longitude: -0.1278)
        let sydney = GeoCoordinate(latitude: -33.8688, longitude: 151.2093)
        #expect(abs(london.distance(to: sydney) - 16_994) < 20)
        #expect(london.distance(to: london) == 0)
        // Antipodes are half the circumference apart, whatever the rounding does to the haversine.
        let antipode = GeoCoordinate(latitude: -51.5074, longitude: 179.8722)
        #expect(abs(london.distance(to: antipode) - .pi * GeoCoordinate.earthRadius) < 0.01)
        // Across the date line.
        let west = GeoCoordinate(latitude: 0, longitude: -179.9)
        let east = GeoCoordinate(latitude: 0, longitude: 179.9)
        #expect(west.distance(to: east) < 23)
    }

    @Test func geographicEstimatesGrowWithDistance() {
        let home = GeoCoordinate(latitude: 0, longitude: 0)
        let estimates = stride(from: 0.0, through: 180, by: 10).map {
            GeographicLatency.estimate(from: home, to: GeoCoordinate(latitude: 0, longitude: $0))
        }
        #expect(estimates == estimates.sorted())
        #expect(estimates.first == Latency(milliseconds: GeographicLatency.base))
    }

    @Test func identifiersSortByBytesAndAreBareNames() throws {
        let names: [SiteID] = ["b", "a", "B", "é", "a1"]
        #expect(names.sorted().map(\.description) == ["B", "a", "a1", "b", "é"])
        let coded = try JSONEncoder().encode(["x": 1, "y": 2] as [SiteID: Int])
        let object = try #require(JSONSerialization.jsonObject(with: coded) as? [String: Int])
        #expect(object == ["x": 1, "y": 2])
        #expect(try JSONDecoder().decode([SiteID: Int].self, from: coded) == ["x": 1, "y": 2])
    }

    @Test func unmeasuredAccessIsEstimated() {
        let site = Site(
            id: "s", name: "s", coordinate: GeoCoordinate(latitude: 10, longitude: 0), freeServers: 1, totalServers: 1,
            loadPerServer: 1, price: 1)
        let person = Participant(id: "p", session: "k", coordinate: GeoCoordinate(latitude: 0, longitude: 0))
        var snapshot = Snapshot(sites: [site], sessions: [], participants: [person])
        #expect(
            snapshot.accessLatency(participant: 0, site: 0)
                == GeographicLatency.estimate(from: person.coordinate, to: site.coordinate))
        snapshot.accessLatency[0, 0] = Latency(milliseconds: 3)
        #expect(snapshot.accessLatency(participant: 0, site: 0) == Latency(milliseconds: 3))
        #expect(snapshot.participantLoads() == [1])
        snapshot.profiles = [Profile(name: "speaker", load: 4)]
        snapshot.participants[0].profile = "speaker"
        #expect(snapshot.participantLoads() == [4])
    }

    @Test func capsRelaxWithWaiting() {
        let policy = SessionPolicy(latencyCap: Latency(milliseconds: 80), capRelaxation: 2.5)
        #expect(policy.latencyCap(afterWaiting: 0) == Latency(milliseconds: 80))
        #expect(policy.latencyCap(afterWaiting: 10) == Latency(milliseconds: 105))
        #expect(policy.latencyCap(afterWaiting: 1e9) == .longest)
        #expect(SessionPolicy(capRelaxation: 1).latencyCap(afterWaiting: 5) == nil)
    }

    @Test func neighboursWeighByTheirCells() {
        let cell = InteractionCell(GeoCoordinate(latitude: 52.37, longitude: 4.9))
        #expect(cell.row == 284 && cell.column == 369)
        #expect(cell.centre == GeoCoordinate(latitude: 52.25, longitude: 4.75))
        #expect(InteractionCell(GeoCoordinate(latitude: 90, longitude: 180)).row == 359)
        #expect(InteractionCell(GeoCoordinate(latitude: -90, longitude: -180)) < cell)
        let paris = InteractionCell(GeoCoordinate(latitude: 48.85, longitude: 2.35))
        let weight = Interaction.weight(from: cell, to: paris, reach: 500)
        #expect(weight == Interaction.weight(from: paris, to: cell, reach: 500))
        #expect(abs(weight - 0.43) < 0.02)
        #expect(Interaction.weight(from: cell, to: cell, reach: 1) == 1)
        #expect(Interaction.weight(from: cell, to: paris, reach: 1) == Interaction.leastNearbyWeight)
    }

    @Test func everySessionTypeHasAPolicy() {
        for type in SessionType.allCases { #expect(SessionPolicy.standard(for: type.rawValue) == type.policy) }
        #expect(SessionPolicy.standard(for: "webinar").interaction == .audience)
        #expect(SessionPolicy.standard(for: "unheard-of") == SessionPolicy())
    }
}
