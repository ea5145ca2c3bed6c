import Foundation

/// Who of a session interacts with whom: the weight of each ordered pair in the interaction that ``SessionPlan`` is
/// charged for.
public enum Interaction: Sendable, Hashable, Codable {
    /// Everyone with everyone: each pair weighs 1.
    case everyone
    /// Those near to each other: a pair weighs ``weight(from:to:reach:)`` of the cells in which both are.
    ///
    /// - Parameter reach: kilometres at which the weight has fallen to 1/e; above 0.
    case nearby(reach: Double)
    /// Publishers to everybody: a pair weighs 1 when its first publishes (``Profile/publishes``), else 0. Where nobody
    /// publishes it is as ``everyone``.
    case audience

    /// The reach of a session of neighbours that states none, kilometres.
    public static let standardReach = 500.0

    /// The least weight of a pair: those far apart may still meet.
    public static let leastNearbyWeight = 0.02

    /// The weight of a pair of neighbours: `max(0.02, exp(-distance / reach))`, with the great-circle distance in
    /// kilometres between the centres of both cells. Within a cell it is 1.
    public static func weight(from: InteractionCell, to: InteractionCell, reach: Double) -> Double {
        from == to ? 1 : max(leastNearbyWeight, exp(-from.centre.distance(to: to.centre) / reach))
    }
}

/// A cell of half a degree by half a degree, so that weights of neighbours are a matter of cells and not of people.
public struct InteractionCell: Sendable, Hashable, Comparable {
    /// Counted from the south pole: 0 to 359.
    public let row: Int
    /// Counted from the antimeridian to the east: 0 to 719.
    public let column: Int

    /// The cell that holds a place; the north pole lies in the last row, 180 degrees east in the last column.
    public init(_ place: GeoCoordinate) {
        row = min(359, max(0, Int(((place.latitude + 90) * 2).rounded(.down))))
        column = min(719, max(0, Int(((place.longitude + 180) * 2).rounded(.down))))
    }

    /// The middle of the cell.
    public var centre: GeoCoordinate {
        GeoCoordinate(latitude: (Double(row) + 0.5) / 2 - 90, longitude: (Double(column) + 0.5) / 2 - 180)
    }

    /// From south to north, then from west to east.
    public static func < (left: Self, right: Self) -> Bool { (left.row, left.column) < (right.row, right.column) }
}
