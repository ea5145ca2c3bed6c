import Foundation

/// A place on the globe, WGS 84, in degrees.
public struct GeoCoordinate: Sendable, Hashable {
    /// Degrees north, -90 to 90.
    public var latitude: Double
    /// Degrees east, -180 to 180.
    public var longitude: Double

    /// Creates a place.
    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// The mean radius of the Earth in kilometres (IUGG).
    public static let earthRadius = 6371.0088

    /// The great-circle distance in kilometres, by the haversine formula.
    public func distance(to other: GeoCoordinate) -> Double {
        let radians = Double.pi / 180
        let latitudeSine = sin((other.latitude - latitude) * radians / 2)
        let longitudeSine = sin((other.longitude - longitude) * radians / 2)
        let haversine =
            latitudeSine * latitudeSine
            + cos(latitude * radians) * cos(other.latitude * radians) * longitudeSine * longitudeSine
        return 2 * Self.earthRadius * asin(min(1, haversine.squareRoot()))
    }
}

/// What a latency is taken to be where nobody measured it: a definition that planner and checker share.
///
/// Light in fibre covers about 200 km a millisecond; real paths are longer than the great circle. The factor and the
/// fixed part are the usual order of magnitude (Kumar et al., "Inflation of the Internet", SIGCOMM 2014, report a median
/// inflation of about 3 against light in vacuum, which is 2 against light in fibre).
public enum GeographicLatency {
    /// How much longer a path is than the great circle.
    public static let inflation = 2.0
    /// The part that does not depend on distance (last mile, queues), milliseconds.
    public static let base = 10.0
    /// Kilometres that light covers in fibre in a millisecond.
    public static let kilometresPerMillisecond = 200.0

    /// The estimated round-trip time between two places.
    public static func estimate(from: GeoCoordinate, to: GeoCoordinate) -> Latency {
        Latency(milliseconds: base + 2 * inflation * from.distance(to: to) / kilometresPerMillisecond)
    }
}
