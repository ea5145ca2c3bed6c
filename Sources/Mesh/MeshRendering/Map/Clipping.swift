/// Cuts lines and areas off at the edge of the map, a little outside of it so that their ends are not seen.
struct Clipping: Sendable {
    private let left: Double
    private let top: Double
    private let right: Double
    private let bottom: Double

    /// Keeps what lies within `margin` pixels around a map of that size.
    init(width: Double, height: Double, margin: Double = 8) {
        left = -margin
        top = -margin
        right = width + margin
        bottom = height + margin
    }

    /// The part of a closed ring that lies on the map; empty when none does.
    ///
    /// Source: Sutherland, Hodgman, "Reentrant polygon clipping" (1974).
    func ring(_ ring: [PlanePoint]) -> [PlanePoint] {
        var points = ring
        for edge in [
            (\PlanePoint.x, left, 1.0), (\PlanePoint.x, right, -1.0), (\PlanePoint.y, top, 1.0),
            (\PlanePoint.y, bottom, -1.0),
        ] {
            points = Self.cut(points, axis: edge.0, at: edge.1, side: edge.2)
        }
        return points
    }

    private static func cut(
        _ points: [PlanePoint], axis: KeyPath<PlanePoint, Double>, at limit: Double, side: Double
    ) -> [PlanePoint] {
        guard var previous = points.last else { return [] }
        var kept: [PlanePoint] = []
        for point in points {
            let (before, now) = ((previous[keyPath: axis] - limit) * side, (point[keyPath: axis] - limit) * side)
            if (before < 0) != (now < 0) {
                let part = before / (before - now)
                kept.append(
                    PlanePoint(
                        x: previous.x + part * (point.x - previous.x), y: previous.y + part * (point.y - previous.y)))
            }
            if now >= 0 { kept.append(point) }
            previous = point
        }
        return kept
    }

    /// The pieces of a line whose segments may touch the map.
    func pieces(_ line: [PlanePoint]) -> [[PlanePoint]] {
        var pieces: [[PlanePoint]] = []
        var piece: [PlanePoint] = []
        for (start, end) in zip(line, line.dropFirst()) {
            let misses =
                max(start.x, end.x) < left || min(start.x, end.x) > right || max(start.y, end.y) < top
                || min(start.y, end.y) > bottom
            if misses {
                if piece.count > 1 { pieces.append(piece) }
                piece = []
            } else {
                if piece.isEmpty { piece = [start] }
                piece.append(end)
            }
        }
        return piece.count > 1 ? pieces + [piece] : pieces
    }
}
