internal import Foundation
package import MeshTypes

/// A point of a picture: x to the right, y down.
package struct PlanePoint: Sendable, Hashable {
    package var x: Double
    package var y: Double
}

/// Takes the globe to the plane, in units of the Earth's radius.
package enum MapProjection: Sendable {
    /// The whole world, for sessions that span it: Natural Earth, by the polynomials of Savric, Jenny, Patterson,
    /// Petrovic, Hurni (2011), around ``worldMeridian``.
    case naturalEarth
    /// A part of it: Lambert's azimuthal equal-area projection around a centre (Snyder, "Map projections" (1987), ch. 24).
    case azimuthal(center: GeoCoordinate)

    /// The meridian in the middle of a world map: it cuts the map in the Bering Strait, through no land.
    static let worldMeridian = 11.7
    /// How far from its centre an azimuthal map reaches, radians; what lies beyond is drawn on the rim.
    private static let horizon = 1.9
    /// The radius of an azimuthal map, in Earth's radii: that of its rim.
    static let rim = 2 * sin(horizon / 2)

    /// The point of the plane.
    func project(_ place: GeoCoordinate) -> PlanePoint {
        switch self {
        case .naturalEarth: Self.naturalEarth(place)
        case .azimuthal(let center): Self.azimuthal(place, around: center)
        }
    }

    private static func naturalEarth(_ place: GeoCoordinate) -> PlanePoint {
        var turn = place.longitude - worldMeridian
        // Outlines may run on past 180 degrees, by less than a turn.
        if turn > 180 { turn -= 360 }
        if turn < -180 { turn += 360 }
        let latitude = place.latitude * .pi / 180
        let square = latitude * latitude
        let fourth = square * square
        let width =
            0.870700
            + square * (-0.131979 + square * (-0.013791 + fourth * (0.003971 * square - 0.001529 * fourth)))
        let height =
            latitude
            * (1.007226 + square * (0.015085 + fourth * (-0.044475 + 0.028874 * square - 0.005916 * fourth)))
        return PlanePoint(x: turn * .pi / 180 * width, y: -height)
    }

    private static func azimuthal(_ place: GeoCoordinate, around center: GeoCoordinate) -> PlanePoint {
        let radians = Double.pi / 180
        let (sine, cosine) = (sin(center.latitude * radians), cos(center.latitude * radians))
        let (placeSine, placeCosine) = (sin(place.latitude * radians), cos(place.latitude * radians))
        let turn = (place.longitude - center.longitude) * radians
        let east = placeCosine * sin(turn)
        let north = cosine * placeSine - sine * placeCosine * cos(turn)
        let toward = sine * placeSine + cosine * placeCosine * cos(turn)
        let angle = min(atan2((east * east + north * north).squareRoot(), toward), horizon)
        let length = (east * east + north * north).squareRoot()
        guard length > 0 else { return PlanePoint(x: 0, y: 0) }
        let radius = 2 * sin(angle / 2)
        return PlanePoint(x: radius * east / length, y: -radius * north / length)
    }
}
