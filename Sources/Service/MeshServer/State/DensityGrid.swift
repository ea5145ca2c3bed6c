import MeshAPI
import MeshControl
import MeshTypes

/// Where people are, in cells that hold enough of them that nobody can be told apart.
///
/// A cell of 45 by 45 degrees divides into four, and so on down to a level. Parts with few people are told together, as
/// the rest of the cell that they are parts of; where the rest itself has few, the smallest other part joins it. So each
/// figure of an answer, and each difference of what two levels say, is of enough people. Cells of the first level with
/// fewer are left out.
enum DensityGrid {
    /// Degrees of a side at level 0.
    static let side = 45.0
    /// The finest level: 45 / 2^6, about 0.7 degrees.
    static let finest = 6

    /// The cells.
    ///
    /// - Complexity: O(people * level).
    static func cells(of people: [GeoCoordinate], level: Int, atLeast least: Int) -> [DensityResponse.Cell] {
        var cells: [DensityResponse.Cell] = []
        for (place, members) in group(people, size: side) where members.count >= max(1, least) {
            divide(place, members, size: side, levels: min(max(level, 0), finest), least: max(1, least), into: &cells)
        }
        return cells.sorted { ($0.latitude, $0.longitude) < ($1.latitude, $1.longitude) }
    }

    private static func divide(
        _ place: SIMD2<Int>, _ members: [GeoCoordinate], size: Double, levels: Int, least: Int,
        into cells: inout [DensityResponse.Cell]
    ) {
        let parts = (levels > 0 ? group(members, size: size / 2) : [:]).sorted {
            ($0.value.count, $0.key.x, $0.key.y) < ($1.value.count, $1.key.x, $1.key.y)
        }
        var (rest, told) = (0, parts[...])
        while let smallest = told.first?.value.count, smallest < least || (rest > 0 && rest < least) {
            rest += smallest
            told = told.dropFirst()
        }
        let count = told.isEmpty ? members.count : rest
        if count > 0 {
            cells.append(
                DensityResponse.Cell(
                    latitude: (Double(place.x) + 0.5) * size, longitude: (Double(place.y) + 0.5) * size, size: size,
                    participants: count))
        }
        for (part, inside) in told {
            divide(part, inside, size: size / 2, levels: levels - 1, least: least, into: &cells)
        }
    }

    private static func group(_ people: [GeoCoordinate], size: Double) -> [SIMD2<Int>: [GeoCoordinate]] {
        Dictionary(grouping: people) { person in
            // The pole and the 180th meridian belong to the cells before them.
            let (rows, columns) = (Int(90 / size), Int(180 / size))
            let row = min(Int((person.latitude / size).rounded(.down)), rows - 1)
            let column = min(Int((person.longitude / size).rounded(.down)), columns - 1)
            return SIMD2(row, column)
        }
    }
}
