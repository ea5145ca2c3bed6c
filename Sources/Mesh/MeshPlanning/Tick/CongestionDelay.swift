import MeshTypes

/// What a link's load adds to its latency: the slope of ``MeshTypes/CongestionCurve/kleinrock``, which is what one more unit costs
/// there, taken as time.
package enum CongestionDelay {
    private static let table = CongestionTable(.kleinrock)

    /// Microseconds by which a link of some capacity is slower at a load, both in kbit/s: 0 below about a quarter of the capacity, 20 ms
    /// about 90 %, seconds from the capacity on.
    ///
    /// - Complexity: O(steps of the curve).
    package static func microseconds(load: Int64, capacity: Int64) -> Int64 {
        guard capacity > 0 else { return load > 0 ? table.highestPrice / 1000 : 0 }
        return table.interpolatedPrice(Double(load), capacity: capacity) / 1000
    }
}
