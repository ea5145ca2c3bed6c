internal import Foundation

/// Finds places for the names of sites, so that no name covers another, a site or the edge of the map.
struct LabelPlacement {
    /// A name at its place.
    struct Label {
        let center: PlanePoint
        /// Where its leader line starts and ends, when the name stands apart from its site.
        let leader: (PlanePoint, PlanePoint)?
    }

    private struct Rectangle {
        let left: Double
        let top: Double
        let right: Double
        let bottom: Double

        init(center: PlanePoint, width: Double, height: Double) {
            left = center.x - width / 2
            right = center.x + width / 2
            top = center.y - height / 2
            bottom = center.y + height / 2
        }

        func overlaps(_ other: Rectangle) -> Bool {
            left < other.right && other.left < right && top < other.bottom && other.top < bottom
        }

        func contains(_ point: PlanePoint) -> Bool {
            point.x > left && point.x < right && point.y > top && point.y < bottom
        }

        /// The distance of a point from the rectangle.
        func distance(to point: PlanePoint) -> Double {
            let (x, y) = (max(left - point.x, 0, point.x - right), max(top - point.y, 0, point.y - bottom))
            return (x * x + y * y).squareRoot()
        }
    }

    private let scene: PictureScene
    private var taken: [Rectangle] = []
    /// Points along the links, close enough that no name hides between two of them.
    private let linkPoints: [PlanePoint]

    init(_ scene: PictureScene) {
        self.scene = scene
        linkPoints = scene.links.flatMap(\.pieces).flatMap { piece in
            zip(piece, piece.dropFirst()).flatMap { start, end in
                let steps = max(1, Int(hypot(end.x - start.x, end.y - start.y) / 8))
                return (0..<steps).map { step in
                    let part = Double(step) / Double(steps)
                    return PlanePoint(x: start.x + part * (end.x - start.x), y: start.y + part * (end.y - start.y))
                }
            }
        }
    }

    private static let height = 16.0
    /// How far a name may stand from the edge of its site, pixels.
    private static let distances = [4.0, 10, 18, 28, 40, 54, 70, 90]
    private static let directions = 16

    /// Places a name of that width, or finds that there is no place for it. Names placed first have the better choice.
    mutating func place(_ site: PictureScene.SiteMark, width: Double) -> Label? {
        var best: (cost: Double, box: Rectangle, label: Label)?
        for distance in Self.distances {
            // Each step away is worse than covering a few dots.
            if let best, best.cost <= distance { break }
            for direction in 0..<Self.directions {
                // To the right first, where a reader looks for it.
                let angle = Double(direction) * 2 * .pi / Double(Self.directions)
                let (east, south) = (cos(angle), sin(angle))
                let reach = site.radius + distance
                let edge = PlanePoint(x: site.point.x + reach * east, y: site.point.y + reach * south)
                let center = PlanePoint(x: edge.x + east * (width / 2 + 4), y: edge.y + south * Self.height / 2)
                let box = Rectangle(center: center, width: width + 12, height: Self.height)
                guard isFree(box, around: site) else { continue }
                let covered = scene.people.count { box.contains($0.point) }
                let crossed = linkPoints.count { box.contains($0) }
                let cost = distance + 3 * Double(covered) + Double(crossed) + (east < -0.1 ? 2 : 0) + abs(south)
                guard best.map({ cost < $0.cost }) ?? true else { continue }
                let start = PlanePoint(x: site.point.x + site.radius * east, y: site.point.y + site.radius * south)
                best = (cost, box, Label(center: center, leader: distance > 10 ? (start, edge) : nil))
            }
        }
        guard let best else { return nil }
        taken.append(best.box)
        return best.label
    }

    private func isFree(_ box: Rectangle, around site: PictureScene.SiteMark) -> Bool {
        guard scene.extent.contains(PlanePoint(x: box.left, y: box.top), margin: 4),
            scene.extent.contains(PlanePoint(x: box.right, y: box.bottom), margin: 4)
        else { return false }
        return !taken.contains { $0.overlaps(box) }
            && scene.sites.allSatisfy { box.distance(to: $0.point) >= $0.radius + 1 }
    }
}
