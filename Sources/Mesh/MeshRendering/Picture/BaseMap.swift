internal import MeshTypes

/// Land, borders and the net of meridians and parallels.
struct BaseMap {
    let extent: MapExtent

    /// The layers below everything else.
    func svg() -> String {
        let clipping = Clipping(width: extent.width, height: extent.height)
        let land = Outlines.world.land.map { ring in
            Markup.path(clipping.ring(dense(ring, closed: true)), closed: true)
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
        var points: [PlanePoint] = []
        for (index, place) in line.enumerated() {
            points.append(extent.point(place))
            guard index + 1 < line.count || closed else { break }
            let next = line[(index + 1) % line.count]
            let steps = Int(max(abs(next.longitude - place.longitude), abs(next.latitude - place.latitude)) / 2)
            guard steps > 1 else { continue }
            for step in 1..<steps {
                let part = Double(step) / Double(steps)
                points.append(
                    extent.point(
                        GeoCoordinate(
                            latitude: place.latitude + part * (next.latitude - place.latitude),
                            longitude: place.longitude + part * (next.longitude - place.longitude))))
            }
        }
        return points
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
            stride(from: 0.0, through: 180, by: 1).map { part in
                extent.point(
                    GeoCoordinate(latitude: Double(latitude), longitude: west + (east - west) * part / 180))
            }
        }
        let meridians = stride(from: -180, to: 180, by: step).map { longitude in
            stride(from: -80.0, through: 80, by: 2).map { latitude in
                extent.point(GeoCoordinate(latitude: latitude, longitude: Double(longitude)))
            }
        }
        return parallels + meridians
    }
}
