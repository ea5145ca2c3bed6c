/// Finds claimed places that measured round trips rule out.
public enum ImpossiblePlaces {
    /// Kilometres that light travels in fibre in a millisecond.
    public static let fibreSpeed = 200.0

    /// Whether two claimed places cannot both be true: an answer came faster than light in fibre goes there and back.
    ///
    /// - Parameter roundTrip: What was measured between them, ms; a millisecond is granted to clocks.
    public static func contradict(_ one: GeoCoordinate, _ other: GeoCoordinate, roundTrip: Double) -> Bool {
        2 * one.distance(to: other) / fibreSpeed > roundTrip + 1
    }

    /// Whose places are false, by number: one after the other whoever contradicts most of those still believed, as long as that
    /// is two of them at least; of equals the last. A witness whose own place is false accuses nobody.
    ///
    /// - Parameter roundTrip: What was measured between two, ms; `nil` if nothing was.
    /// - Complexity: O(places^2), and O(places) for each that is false.
    public static func find(
        among places: [GeoCoordinate], roundTrip: (_ one: Int, _ other: Int) -> Double?
    ) -> Set<Int> {
        var rivals = Array(repeating: Set<Int>(), count: places.count)
        for one in places.indices {
            for other in places.indices.dropFirst(one + 1) {
                let trips = [roundTrip(one, other), roundTrip(other, one)].compactMap { $0 }
                guard let trip = trips.min(), contradict(places[one], places[other], roundTrip: trip) else { continue }
                rivals[one].insert(other)
                rivals[other].insert(one)
            }
        }
        var found: Set<Int> = []
        while let worst = rivals.indices.max(by: { (rivals[$0].count, $0) < (rivals[$1].count, $1) }),
            rivals[worst].count >= 2
        {
            found.insert(worst)
            for rival in rivals[worst] { rivals[rival].remove(worst) }
            rivals[worst] = []
        }
        return found
    }
}
