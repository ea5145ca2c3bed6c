import MeshInstances
import MeshTypes

/// Where people live: centres on seven continents, the first the largest.
struct Centres {
    private var places: [GeoCoordinate] = []
    private var regions: [String] = []
    /// Populations summed up, to draw from.
    private var cumulative: [Double] = []

    private static let continents: [(name: String, latitude: Double, longitude: Double, reach: Double)] = [
        ("europe", 49, 12, 8), ("east-asia", 33, 115, 10), ("north-america", 39, -93, 12), ("south-asia", 22, 79, 7),
        ("south-america", -17, -55, 10), ("africa", 5, 18, 14), ("oceania", -31, 146, 8),
    ]

    init() {}

    init(count: Int, _ random: inout SeededRandom) {
        var sum = 0.0
        for rank in 0..<count {
            let continent = Self.continents[random.integer(in: 0...Self.continents.count - 1)]
            places.append(
                Self.bounded(
                    continent.latitude + continent.reach * random.normal(),
                    continent.longitude + 1.5 * continent.reach * random.normal()))
            regions.append(continent.name)
            sum += 1 / Double(rank + 10)
            cumulative.append(sum)
        }
    }

    var count: Int { places.count }

    func coordinate(of centre: Int) -> GeoCoordinate { places[centre] }

    func region(of centre: Int) -> String { regions[centre] }

    /// A centre, each as likely as it is large.
    func draw(_ random: inout SeededRandom) -> Int {
        let target = random.fraction() * (cumulative.last ?? 0)
        var (low, high) = (0, cumulative.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] <= target { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The eight centres nearest to one, itself among them.
    func neighbours(of centre: Int) -> [Int] {
        let distances = places.map { $0.distance(to: places[centre]) }
        return Array(distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(8))
    }

    /// A place around a centre, in steps of a hundredth of a degree.
    func place(near centre: Int, reach: Double, _ random: inout SeededRandom) -> GeoCoordinate {
        Self.bounded(
            places[centre].latitude + reach * random.normal(), places[centre].longitude + reach * random.normal())
    }

    private static func bounded(_ latitude: Double, _ longitude: Double) -> GeoCoordinate {
        var east = longitude
        if east > 180 { east -= 360 }
        if east < -180 { east += 360 }
        return GeoCoordinate(
            latitude: (min(85, max(-85, latitude)) * 100).rounded() / 100, longitude: (east * 100).rounded() / 100)
    }
}
