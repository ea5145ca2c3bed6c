internal import Foundation
internal import MeshTypes

/// Land, borders and the net of meridians and parallels.
package struct BaseMap {
    let extent: MapExtent

    package init(extent: MapExtent) { self.extent = extent }

    /// The layers below everything else.
    package func svg() -> String {
        let clipping = Clipping(width: extent.width, height: extent.height)
        let land = Outlines.world.land.map { ring in
            let path = Markup.path(clipping.ring(dense(ring, closed: true)), closed: true)
            return isInsideOut(ring) ? Markup.path(clipping.ring(rim), closed: true) + path : path
        }
        let borders = Outlines.world.borders.flatMap { line in
            clipping.pieces(dense(line, closed: false)).map { Markup.path($0) }
        }
        let net = graticule.flatMap { line in
            clipping.pieces(line).map { Markup.path($0) }
        }
        return """
            <path class="sea" d="\(Markup.path(clipping.ring(sea), closed: true))"/>
            <path class="net" d="\(net.joined())"/>
            <path class="land" d="\(land.joined())"/>
            <path class="border" d="\(borders.joined())"/>

            """
    }

    /// The line's points on the map. Long edges follow their parallel or meridian instead of a straight line.
    private func dense(_ line: [GeoCoordinate], closed: Bool) -> [PlanePoint] {
        guard let first = line.first else { return [] }
        var points = [extent.point(first)]
        var previous = first
        for next in line.dropFirst() + (closed ? [first] : []) {
            append(from: previous, to: next, &points, depth: 0)
            previous = next
        }
        return points
    }

    /// The most halvings of an edge.
    private static let depth = 18

    /// Halves an edge until its pieces are two degrees at most, and until no piece is long on the map: beyond the horizon,
    /// around the antipode, a short edge may run along a good part of the rim.
    private func append(
        from start: GeoCoordinate, to end: GeoCoordinate, _ points: inout [PlanePoint], depth: Int
    ) {
        let degrees = max(abs(end.longitude - start.longitude), abs(end.latitude - start.latitude))
        let point = extent.point(end)
        var isLong = degrees > 2
        if case .azimuthal = extent.projection, !isLong, degrees > 0, let last = points.last {
            // Wherever two degrees can be at most so far apart, all is well.
            isLong = hypot(point.x - last.x, point.y - last.y) > 0.1 * extent.scale
        }
        guard isLong, depth < Self.depth else {
            points.append(point)
            return
        }
        let middle = GeoCoordinate(
            latitude: (start.latitude + end.latitude) / 2, longitude: (start.longitude + end.longitude) / 2)
        append(from: start, to: middle, &points, depth: depth + 1)
        append(from: middle, to: end, &points, depth: depth + 1)
    }

    /// Whether a ring goes around the antipode of an azimuthal map's centre. What lies within it is then outside of its
    /// picture: the antipode is infinitely far from the map.
    private func isInsideOut(_ ring: [GeoCoordinate]) -> Bool {
        guard case .azimuthal(let center) = extent.projection else { return false }
        let latitude = -center.latitude
        // Outlines may run on past 180 degrees, by less than a turn.
        return [-360.0, 0, 360].contains { turn in
            let longitude = center.longitude + 180 + turn
            var isInside = false
            for (place, next) in zip(ring, ring.dropFirst() + ring.prefix(1))
            where (place.latitude > latitude) != (next.latitude > latitude) {
                let part = (latitude - place.latitude) / (next.latitude - place.latitude)
                if place.longitude + part * (next.longitude - place.longitude) > longitude { isInside.toggle() }
            }
            return isInside
        }
    }

    /// The rim of an azimuthal map.
    private var rim: [PlanePoint] {
        let middle: GeoCoordinate? = if case .azimuthal(let center) = extent.projection { center } else { nil }
        guard let middle else { return [] }
        let center = extent.point(middle)
        let radius = MapProjection.rim * extent.scale
        return (0..<120).map { step in
            let angle = Double(step) * .pi / 60
            return PlanePoint(x: center.x + radius * cos(angle), y: center.y + radius * sin(angle))
        }
    }

    /// The edge of what the projection shows: the globe's outline on a map of the world, else the map's own frame.
    private var sea: [PlanePoint] {
        guard case .naturalEarth = extent.projection else {
            return [(0, 0), (extent.width, 0), (extent.width, extent.height), (0, extent.height)].map(PlanePoint.init)
        }
        let north = stride(from: -90.0, through: 90, by: 1)
        let east = north.map { (latitude: $0, longitude: MapProjection.worldMeridian + 179.999) }
        let west = east.reversed().map { (latitude: $0.latitude, longitude: $0.longitude - 359.998) }
        return (east + west).map {
            extent.point(GeoCoordinate(latitude: $0.latitude, longitude: $0.longitude))
        }
    }

    /// Meridians and parallels: every 30 degrees on a map of the world, every 10 on others.
    private var graticule: [[PlanePoint]] {
        let isWorld = if case .naturalEarth = extent.projection { true } else { false }
        let step = isWorld ? 30 : 10
        // The lines end at the map's cut; a point on its far side would draw a line across.
        let (west, east) =
            isWorld ? (MapProjection.worldMeridian - 179.999, MapProjection.worldMeridian + 179.999) : (-180, 180)
        let parallels = stride(from: -80, through: 80, by: step == 30 ? 20 : 10).map { latitude in
            dense(
                (0...12).map { part in
                    GeoCoordinate(latitude: Double(latitude), longitude: west + (east - west) * Double(part) / 12)
                }, closed: false)
        }
        let meridians = stride(from: -180, to: 180, by: step).map { longitude in
            dense(
                [-80.0, 0, 80].map { GeoCoordinate(latitude: $0, longitude: Double(longitude)) }, closed: false)
        }
        return parallels + meridians
    }
}
