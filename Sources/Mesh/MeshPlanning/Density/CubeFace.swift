internal import Glibc
internal import MeshTypes

/// The faces of the cube round the sphere, as S2 numbers and turns them.
enum CubeFace {
    /// The face below a place, and where on it, each coordinate -1 to 1.
    static func project(_ place: GeoCoordinate) -> (face: Int, u: Double, v: Double) {
        let (latitude, longitude) = (place.latitude * .pi / 180, place.longitude * .pi / 180)
        let x = cos(latitude) * cos(longitude)
        let y = cos(latitude) * sin(longitude)
        let z = sin(latitude)
        switch (abs(x), abs(y), abs(z)) {
        case let (a, b, c) where a > b && a > c: return x > 0 ? (0, y / x, z / x) : (3, z / x, y / x)
        case let (a, b, c) where a <= b && b > c: return y > 0 ? (1, -x / y, z / y) : (4, z / y, -x / y)
        default: return z > 0 ? (2, -x / z, -y / z) : (5, -y / z, -x / z)
        }
    }

    /// The place above a point of a face.
    static func place(face: Int, _ u: Double, _ v: Double) -> GeoCoordinate {
        let (x, y, z): (Double, Double, Double)
        switch face {
        case 0: (x, y, z) = (1, u, v)
        case 1: (x, y, z) = (-u, 1, v)
        case 2: (x, y, z) = (-u, -v, 1)
        case 3: (x, y, z) = (-1, -v, -u)
        case 4: (x, y, z) = (v, -1, -u)
        default: (x, y, z) = (v, u, -1)
        }
        return GeoCoordinate(
            latitude: atan2(z, (x * x + y * y).squareRoot()) * 180 / .pi, longitude: atan2(y, x) * 180 / .pi)
    }

    /// S2's quadratic projection: -1 to 1 on the face becomes 0 to 1, with cells nearly alike in size.
    static func stretched(_ u: Double) -> Double {
        u >= 0 ? 0.5 * (1 + 3 * u).squareRoot() : 1 - 0.5 * (1 - 3 * u).squareRoot()
    }

    /// The way back.
    static func unstretched(_ s: Double) -> Double {
        s >= 0.5 ? (4 * s * s - 1) / 3 : (1 - 4 * (1 - s) * (1 - s)) / 3
    }
}

/// The Hilbert curve through the four quarters of a cell, in the four ways in which it can be turned.
///
/// A quarter is `2 * column + row`; a turn says whether columns and rows are swapped (1) and whether both run backwards (2).
enum HilbertCurve {
    static let swaps = 1

    private static let steps: [[Int]] = [[0, 1, 3, 2], [0, 3, 1, 2], [2, 3, 1, 0], [2, 1, 3, 0]]
    private static let quarters: [[Int]] = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]]
    private static let turns = [1, 0, 0, 3]

    /// When the curve comes to a quarter.
    static func step(to quarter: Int, _ turn: Int) -> Int { steps[turn][quarter] }

    /// Where the curve is at a step.
    static func quarter(at step: Int, _ turn: Int) -> Int { quarters[turn][step] }

    /// How the curve inside a quarter is turned against the one around it.
    static func turn(after step: Int) -> Int { turns[step] }
}
