package import MeshTypes

/// A cell of the S2 hierarchy: the sphere on the six faces of a cube, each face cut into four, thirty times over.
///
/// Identifiers and tokens are those of s2geometry.io, so cells can be looked up, drawn and joined elsewhere: quadratic projection,
/// numbered along a Hilbert curve a face, so that cells near in number are near on the ground. All cells of a level have the same
/// area to a factor of 2.1, at the poles as at the equator; at ``finestLevel`` a side is 36 km on the average, 23 to 43.
///
/// Reference: https://s2geometry.io/devguide/s2cell_hierarchy; Veach, Rosenstock, Engle, Snedegar, Basch, Manshreck, "S2 Geometry".
package struct GeographicCell: Hashable, Sendable {
    /// Three bits of face, two bits a level, and a one that marks the level.
    package let id: UInt64

    /// The level that demand is summed at: sides of about 36 km. A level finer there are more access nodes of fewer people, and the ticks
    /// of `rmc bench tick` with 10,000 of them took half as long again.
    package static let finestLevel = 8
    /// The level of S2's leaves, of about a centimetre.
    package static let leafLevel = 30

    /// The cell that holds a place.
    ///
    /// - Parameter level: 0 (a face) to ``leafLevel``.
    /// - Complexity: O(level).
    package init(_ place: GeoCoordinate, level: Int = GeographicCell.finestLevel) {
        let (face, u, v) = CubeFace.project(place)
        let column = Self.position(CubeFace.stretched(u)) >> (Self.leafLevel - level)
        let row = Self.position(CubeFace.stretched(v)) >> (Self.leafLevel - level)
        var path: UInt64 = 0
        var turn = face & HilbertCurve.swaps
        for bit in stride(from: level - 1, through: 0, by: -1) {
            let quarter = (column >> bit & 1) << 1 | (row >> bit & 1)
            let step = HilbertCurve.step(to: quarter, turn)
            path = path << 2 | UInt64(step)
            turn ^= HilbertCurve.turn(after: step)
        }
        let mark = Self.mark(level)
        id = UInt64(face) << 61 | (path << 1) << UInt64(2 * (Self.leafLevel - level)) | mark
    }

    private init(id: UInt64) { self.id = id }

    /// The cell with a token; `nil` for what is no token of a cell.
    package init?(token: String) {
        guard (1...16).contains(token.utf8.count), let value = UInt64(token, radix: 16), value != 0,
            token.first?.isHexDigit == true
        else { return nil }
        let id = value << UInt64(4 * (16 - token.utf8.count))
        guard id >> 61 < 6, id.trailingZeroBitCount.isMultiple(of: 2), id.trailingZeroBitCount <= 60 else { return nil }
        self.id = id
    }

    /// 0 for a face, more for what is smaller.
    package var level: Int { Self.leafLevel - id.trailingZeroBitCount / 2 }

    /// The identifier in hexadecimal digits without the zeros at its end.
    package var token: String {
        let nibbles = 16 - id.trailingZeroBitCount / 4
        let digits = String(id >> UInt64(4 * (16 - nibbles)), radix: 16)
        return String(repeating: "0", count: nibbles - digits.count) + digits
    }

    /// The cell of a coarser level that holds this one. O(1).
    package func ancestor(level coarser: Int) -> GeographicCell {
        let mark = Self.mark(coarser)
        return GeographicCell(id: id & (0 &- mark) | mark)
    }

    /// The middle of the cell, as its faces are cut.
    ///
    /// - Complexity: O(level).
    package var centre: GeoCoordinate {
        let (level, face) = (level, Int(id >> 61))
        var (column, row, turn) = (0, 0, face & HilbertCurve.swaps)
        for depth in stride(from: 1, through: level, by: 1) {
            let step = Int(id >> UInt64(61 - 2 * depth)) & 3
            let quarter = HilbertCurve.quarter(at: step, turn)
            column = column << 1 | quarter >> 1
            row = row << 1 | quarter & 1
            turn ^= HilbertCurve.turn(after: step)
        }
        let side = 1 / Double(1 << level)
        return CubeFace.place(
            face: face, CubeFace.unstretched((Double(column) + 0.5) * side),
            CubeFace.unstretched((Double(row) + 0.5) * side))
    }

    private static func mark(_ level: Int) -> UInt64 { 1 << UInt64(2 * (leafLevel - level)) }

    /// The column or row of leaves that holds a coordinate of 0 to 1.
    private static func position(_ coordinate: Double) -> Int {
        let count = 1 << leafLevel
        return min(count - 1, max(0, Int((coordinate * Double(count)).rounded(.down))))
    }
}

extension GeographicCell: Codable {
    /// What cells were stored as before: a grid of squares in degrees.
    private struct Square: Codable {
        var level: Int
        var row: Int
        var column: Int
    }

    /// Reads a token; a square that was stored in place of one becomes the cell that holds its middle.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let square = try? container.decode(Square.self) {
            guard (0...20).contains(square.level) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "a square of level \(square.level); expected 0 to 20")
            }
            let rows = Double(1 << square.level)
            self.init(
                GeoCoordinate(
                    latitude: (Double(square.row) + 0.5) / rows * 180 - 90,
                    longitude: (Double(square.column) + 0.5) / rows * 180 - 180), level: Self.finestLevel)
            return
        }
        let token = try container.decode(String.self)
        guard let cell = GeographicCell(token: token) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(token) is no cell; expected an S2 token")
        }
        self = cell
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(token)
    }
}
