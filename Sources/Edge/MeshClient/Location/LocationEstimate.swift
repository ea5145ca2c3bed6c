public import MeshTypes

/// Finds out roughly where a machine is from its round trips to places that are known.
///
/// For each cell of two degrees the round trips that ``GeographicLatency`` expects are compared with the measured ones, in logarithms, nearer places weighing more; the
/// best cell's centre is the estimate. What is behind a long last mile or a detour is drawn away from all places, so the scale is left free: only ratios count.
/// Good for a first assignment, which measurements then correct; not for anything that has to be exact.
public enum LocationEstimate {
    /// The place; `nil` with fewer than three round trips. O(16,200 places).
    public static func place(from trips: [(coordinate: GeoCoordinate, milliseconds: Double)]) -> GeoCoordinate? {
        let known = trips.filter { $0.milliseconds > 0 }
        guard known.count >= 3 else { return nil }
        var best: (error: Double, place: GeoCoordinate)?
        for row in 0..<90 {
            for column in 0..<180 {
                let place = GeoCoordinate(latitude: Double(row) * 2 - 89, longitude: Double(column) * 2 - 179)
                var error = 0.0
                for trip in known {
                    let expected = GeographicLatency.estimate(from: place, to: trip.coordinate).milliseconds
                    // A measured way can be much longer than geography says, hardly shorter.
                    let excess = trip.milliseconds - expected
                    error += (excess < 0 ? 4 : 1) * excess * excess / (trip.milliseconds * trip.milliseconds)
                }
                if best.map({ error < $0.error }) ?? true { best = (error, place) }
            }
        }
        return best?.place
    }
}
