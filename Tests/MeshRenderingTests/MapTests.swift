import Foundation
import MeshRendering
import MeshTypes
import TestSupport
import Testing

/// Land is drawn where land is: points of the map against the outlines on the globe.
@Suite("Maps at every zoom")
struct MapTests {
    /// The closed rings of the land's path, in the picture's points.
    private static func land(_ svg: String) throws -> [[(x: Double, y: Double)]] {
        let start = try #require(svg.range(of: "class=\"land\" d=\""))
        let data = svg[start.upperBound...].prefix { $0 != "\"" }
        return data.split(separator: "Z").map { ring in
            ring.split { $0 == "M" || $0 == "L" }.compactMap { point in
                let numbers = point.split(separator: " ").compactMap { Double($0) }
                return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
            }
        }
    }

    /// Even-odd: how often a ray to the right crosses.
    private static func isInside(_ x: Double, _ y: Double, _ rings: [[(x: Double, y: Double)]]) -> Bool {
        var isInside = false
        for ring in rings {
            guard var last = ring.last else { continue }
            for point in ring {
                if (last.y > y) != (point.y > y), x < last.x + (y - last.y) / (point.y - last.y) * (point.x - last.x) {
                    isInside.toggle()
                }
                last = point
            }
        }
        return isInside
    }

    private static let globe = Outlines.world.land.map { ring in ring.map { (x: $0.longitude, y: $0.latitude) } }

    /// Whether a place is land, and whether everything within about 60 km is the same.
    private static func land(at place: GeoCoordinate) -> Bool? {
        let steps = [
            (0.0, 0.0), (0.6, 0), (-0.6, 0), (0, 0.6), (0, -0.6), (0.4, 0.4), (-0.4, 0.4), (0.4, -0.4), (-0.4, -0.4),
        ]
        let width = 1 / max(0.1, (1 - (place.latitude / 90) * (place.latitude / 90)))
        let found = Set(
            steps.map { step in
                let (x, y) = (place.longitude + step.0 * width, place.latitude + step.1)
                return [x, x + 360, x - 360].contains { Self.isInside($0, y, Self.globe) }
            })
        return found.count == 1 ? found.first : nil
    }

    @Test(
        "land and sea are where they are, in windows all over the world",
        arguments: [
            (35, 116, 8), (1, 104, 12), (54, -2, 6), (20, -157, 4), (-40, 175, 5), (-17, 178, 10), (64, -18, 4),
            (-34, -58, 10), (78, 16, 5), (-54, -68, 4), (40, -3, 6), (-25, 25, 10), (60, 179, 8), (0, 0, 20),
            (50, 10, 30),
            (0, 100, 60),
        ] as [(Double, Double, Double)])
    func windows(latitude: Double, longitude: Double, spread: Double) throws {
        try check(latitude, longitude, spread, seed: 1)
    }

    @Test("and in 60 windows by chance")
    func random() throws {
        for seed in 0..<60 {
            var random = SplitMix64(seed: UInt64(seed))
            try check(
                Double(random.integer(-75...80)), Double(random.integer(-180...180)), [1, 4, 12, 30, 60][seed % 5],
                seed: UInt64(seed))
        }
    }

    private func check(_ latitude: Double, _ longitude: Double, _ spread: Double, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func near() -> GeoCoordinate {
            GeoCoordinate(
                latitude: min(85, max(-80, latitude + (random.fraction() * 2 - 1) * spread)),
                longitude: longitude + (random.fraction() * 2 - 1) * spread)
        }
        let extent = MapExtent(showing: (0..<4).map { _ in near() }, width: 1200)
        let rings = try Self.land(BaseMap(extent: extent).svg())
        var checked = 0
        for _ in 0..<200 where checked < 25 {
            let place = near()
            let point = extent.point(place)
            guard point.x > 5, point.x < extent.width - 5, point.y > 5, point.y < extent.height - 5 else { continue }
            guard let isLand = Self.land(at: place) else { continue }
            checked += 1
            #expect(
                Self.isInside(point.x, point.y, rings) == isLand,
                "\(place.latitude), \(place.longitude) on the map of \(latitude), \(longitude), \(spread)")
        }
        #expect(checked > 0 || spread < 5)
    }
}
