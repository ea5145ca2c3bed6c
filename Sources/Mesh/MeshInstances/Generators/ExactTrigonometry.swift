internal import MeshTypes

/// A point of the unit sphere, and arcs between points, by additions, multiplications, divisions and roots alone.
///
/// These are the same to the last bit everywhere, which the sines of mathematical libraries are not; generated worlds
/// depend on it. Errors stay under 1e-14, less than a micrometre on the globe.
struct SpherePoint {
    private let x: Double
    private let y: Double
    private let z: Double

    /// The point at a place of the globe.
    init(_ coordinate: GeoCoordinate) {
        let (latitude, longitude) = (Self.rotation(coordinate.latitude), Self.rotation(coordinate.longitude))
        x = latitude.cosine * longitude.cosine
        y = latitude.cosine * longitude.sine
        z = latitude.sine
    }

    /// The square of the straight line's length through the sphere: grows with the arc and is cheaper.
    func squaredChord(to other: SpherePoint) -> Double {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        return dx * dx + dy * dy + dz * dz
    }

    /// The great-circle distance in kilometres.
    func kilometres(to other: SpherePoint) -> Double {
        2 * GeoCoordinate.earthRadius * Self.arcsine(min(1, squaredChord(to: other).squareRoot() / 2))
    }

    /// Sine and cosine of an angle in degrees between -180 and 180.
    static func rotation(_ degrees: Double) -> (sine: Double, cosine: Double) {
        // An eighth of the angle is under 0.4, where ten terms are exact; doubling it thrice comes back.
        let angle = degrees * (.pi / 180) / 8
        let square = angle * angle
        var (sineTerm, cosineTerm) = (angle, 1.0)
        var (sine, cosine) = (angle, 1.0)
        for index in 1...10 {
            let n = Double(2 * index)
            cosineTerm *= -square / (n * (n - 1))
            sineTerm *= -square / (n * (n + 1))
            cosine += cosineTerm
            sine += sineTerm
        }
        for _ in 0..<3 { (sine, cosine) = (2 * sine * cosine, cosine * cosine - sine * sine) }
        return (sine, cosine)
    }

    /// The angle between 0 and a quarter turn that has a sine.
    static func arcsine(_ sine: Double) -> Double {
        // Halving the angle four times brings it under 0.1, where ten terms of the series are exact.
        var sine = sine
        for _ in 0..<4 { sine /= (2 * (1 + max(0, 1 - sine * sine).squareRoot())).squareRoot() }
        let square = sine * sine
        var term = sine
        var angle = sine
        for index in 1...10 {
            let n = Double(2 * index)
            term *= square * (n - 1) / n
            angle += term / (n + 1)
        }
        return 16 * angle
    }
}
