internal import Foundation
package import MeshTypes

/// The part of the globe that a picture shows, and the scale it is shown at.
package struct MapExtent: Sendable {
    package let projection: MapProjection
    /// The size of the map in pixels.
    package let width: Double
    package let height: Double
    /// Pixels for an Earth's radius.
    let scale: Double
    /// The plane's point in the upper left corner.
    private let origin: PlanePoint

    /// Sessions that span more degrees of longitude than this get a map of the world.
    private static let regionalSpan = 130.0
    /// The least width of a map in Earth's radii, about 500 km: a session in one town is shown in its country.
    private static let leastWidth = 0.08
    /// The least width where places lie apart, about 40 km.
    private static let townWidth = 0.006
    /// Width over height.
    private static let aspects = 1.55...2.1

    /// Chooses projection and extent so that all places lie well inside.
    package init(showing places: [GeoCoordinate], width: Double) {
        let arc = Self.arc(of: places.map(\.longitude))
        let latitudes = places.map(\.latitude)
        let (south, north) = (latitudes.min() ?? -50, latitudes.max() ?? 70)
        var (projection, box) = (MapProjection.naturalEarth, Box([]))
        var isRegional = !places.isEmpty && arc.span <= Self.regionalSpan
        if isRegional {
            // Off any round number, so that no corner of a coast is its very antipode, which has no place on the map.
            projection = .azimuthal(
                center: GeoCoordinate(
                    latitude: (south + north) / 2 + 0.000_137, longitude: arc.start + arc.span / 2 + 0.000_291))
            box = Box(places.map(projection.project))
            // A place alone is shown in its country; those of one town apart from each other.
            let spread = max(box.width, box.height)
            let leastWidth = spread > Self.townWidth / 20 ? Self.townWidth : Self.leastWidth
            box.grow(by: 0.10 * max(spread, leastWidth / 2))
            box.fit(aspects: Self.aspects, leastWidth: leastWidth)
            // From pole to pole an azimuthal map would show its rim.
            isRegional = box.reach < MapProjection.rim
        }
        if !isRegional {
            projection = .naturalEarth
            // All of the world from west to east; of the south only what is needed.
            let edges = [
                GeoCoordinate(latitude: max(78, north), longitude: MapProjection.worldMeridian),
                GeoCoordinate(latitude: min(-50, south - 4), longitude: MapProjection.worldMeridian),
                GeoCoordinate(latitude: 0, longitude: MapProjection.worldMeridian + 180),
                GeoCoordinate(latitude: 0, longitude: MapProjection.worldMeridian - 180),
            ]
            box = Box(edges.map(projection.project))
            box.fit(aspects: Self.aspects, leastWidth: Self.leastWidth)
        }
        self.projection = projection
        self.width = width
        scale = width / box.width
        height = (box.height * scale).rounded()
        origin = PlanePoint(x: box.left, y: box.top)
    }

    /// A rounded length for a scale of at most a fifth of the map's width: kilometres and pixels; `nil` for the world,
    /// where a kilometre is not the same everywhere.
    var scaleBar: (kilometres: Double, pixels: Double)? {
        guard case .azimuthal = projection else { return nil }
        let most = width / 5 / scale * GeoCoordinate.earthRadius
        let power = pow(10, log10(most).rounded(.down))
        let kilometres = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1)
        return (kilometres, kilometres / GeoCoordinate.earthRadius * scale)
    }

    /// The point of the picture at which a place is shown.
    package func point(_ place: GeoCoordinate) -> PlanePoint {
        let point = projection.project(place)
        return PlanePoint(x: (point.x - origin.x) * scale, y: (point.y - origin.y) * scale)
    }

    /// Whether a point lies on the map, at least `margin` pixels from its edge.
    func contains(_ point: PlanePoint, margin: Double = 0) -> Bool {
        point.x >= margin && point.x <= width - margin && point.y >= margin && point.y <= height - margin
    }

    /// The shortest arc of longitudes that holds all of those given: what is left beside the widest gap.
    static func arc(of longitudes: [Double]) -> (start: Double, span: Double) {
        let sorted = longitudes.sorted()
        guard let first = sorted.first, let last = sorted.last else { return (-180, 360) }
        var widest = (gap: first + 360 - last, start: first)
        for (west, east) in zip(sorted, sorted.dropFirst()) where east - west > widest.gap {
            widest = (east - west, east)
        }
        return (widest.start, 360 - widest.gap)
    }
}

/// A rectangle of the plane.
private struct Box {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
    /// How far its farthest corner is from the middle of the projection.
    var reach: Double { hypot(max(-left, right), max(-top, bottom)) }

    init(_ points: [PlanePoint]) {
        left = points.map(\.x).min() ?? 0
        right = points.map(\.x).max() ?? 0
        top = points.map(\.y).min() ?? 0
        bottom = points.map(\.y).max() ?? 0
    }

    mutating func grow(by margin: Double) {
        left -= margin
        right += margin
        top -= margin
        bottom += margin
    }

    /// Grows the shorter side until the proportions are pleasant.
    mutating func fit(aspects: ClosedRange<Double>, leastWidth: Double) {
        widen(to: max(width, leastWidth))
        widen(to: max(width, height * aspects.lowerBound))
        let missing = max(0, width / aspects.upperBound - height) / 2
        top -= missing
        bottom += missing
    }

    private mutating func widen(to goal: Double) {
        let missing = (goal - width) / 2
        left -= missing
        right += missing
    }
}
