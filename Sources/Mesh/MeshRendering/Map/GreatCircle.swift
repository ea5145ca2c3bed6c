internal import Foundation
internal import MeshTypes

/// The shortest way between two places on the globe.
enum GreatCircle {
    /// Places along the way, the ends included, one for about every degree.
    static func places(from start: GeoCoordinate, to end: GeoCoordinate) -> [GeoCoordinate] {
        let radians = Double.pi / 180
        let (first, last) = (vector(start), vector(end))
        let angle = start.distance(to: end) / GeoCoordinate.earthRadius
        // Between antipodes every way is as short; a straight line on the map will do.
        guard angle > 1e-9, angle < .pi - 1e-6 else { return [start, end] }
        let steps = max(1, Int((angle / radians).rounded(.up)))
        return (0...steps).map { step in
            let part = Double(step) / Double(steps)
            let (near, far) = (sin((1 - part) * angle) / sin(angle), sin(part * angle) / sin(angle))
            let point = (
                near * first.0 + far * last.0, near * first.1 + far * last.1, near * first.2 + far * last.2
            )
            return GeoCoordinate(
                latitude: atan2(point.2, (point.0 * point.0 + point.1 * point.1).squareRoot()) / radians,
                longitude: atan2(point.1, point.0) / radians)
        }
    }

    private static func vector(_ place: GeoCoordinate) -> (Double, Double, Double) {
        let radians = Double.pi / 180
        let (latitude, longitude) = (place.latitude * radians, place.longitude * radians)
        return (cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
    }
}

extension MapExtent {
    /// A great circle on the map; in two or more pieces where it runs over the map's edge.
    func greatCircle(from start: GeoCoordinate, to end: GeoCoordinate) -> [[PlanePoint]] {
        var pieces: [[PlanePoint]] = []
        var piece: [PlanePoint] = []
        for place in GreatCircle.places(from: start, to: end) {
            let point = point(place)
            if let last = piece.last, abs(point.x - last.x) > width / 2 {
                pieces.append(piece)
                piece = []
            }
            piece.append(point)
        }
        return pieces + [piece]
    }
}
