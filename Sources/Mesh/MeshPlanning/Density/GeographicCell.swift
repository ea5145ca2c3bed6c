package import MeshTypes

/// A cell of a hierarchical grid over the globe: at level `n`, `2^n` bands of latitude by `2^(n + 1)` of longitude.
///
/// Each cell has four children; a cell's parent is found by halving its row and column. Cells are square in degrees,
/// about 20 km high at the finest level, and narrow towards the poles, where few people are: simple, and fine enough
/// for summing demand.
package struct GeographicCell: Hashable, Sendable, Codable {
    /// 0 is two halves of the globe; ``finestLevel`` is a third of a degree.
    package let level: Int
    package let row: Int
    package let column: Int

    package static let finestLevel = 9

    /// The cell that holds a place.
    package init(_ place: GeoCoordinate, level: Int = GeographicCell.finestLevel) {
        let rows = 1 << level
        self.level = level
        row = min(rows - 1, max(0, Int((place.latitude + 90) / 180 * Double(rows))))
        column = min(2 * rows - 1, max(0, Int((place.longitude + 180) / 360 * Double(2 * rows))))
    }

    private init(level: Int, row: Int, column: Int) {
        self.level = level
        self.row = row
        self.column = column
    }

    /// The cell of a coarser level that holds this one.
    package func ancestor(level coarser: Int) -> GeographicCell {
        let shift = level - coarser
        return GeographicCell(level: coarser, row: row >> shift, column: column >> shift)
    }

    /// The middle of the cell.
    package var centre: GeoCoordinate {
        let rows = Double(1 << level)
        return GeoCoordinate(
            latitude: (Double(row) + 0.5) / rows * 180 - 90, longitude: (Double(column) + 0.5) / rows * 180 - 180)
    }
}
