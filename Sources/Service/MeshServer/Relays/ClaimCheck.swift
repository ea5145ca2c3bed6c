package import MeshTypes

/// Bounds what a server says of itself by what others measured.
package enum ClaimCheck {
    /// Kilometres that light travels in fibre in a millisecond.
    static let fibreSpeed = 200.0

    /// Whether a claimed place is impossible: somebody at a known place got an answer faster than light in fibre goes there and back.
    ///
    /// - Parameters:
    ///   - trips: Round trips that others measured, not the server itself, and where they are.
    package static func isImpossible(
        _ place: GeoCoordinate, trips: [(coordinate: GeoCoordinate, milliseconds: Double)]
    ) -> Bool {
        trips.contains { 2 * place.distance(to: $0.coordinate) / fibreSpeed > $0.milliseconds + 1 }
    }

    /// The load that a server is trusted with: a fifth of what it claims until it has carried as much, then twice what it carried at most; half of
    /// what it carries now if its participants lose more than a twentieth.
    package static func trustedCapacity(claimed: Int, mostCarried: Int, carried: Int, loss: Double) -> Int {
        if loss > 0.05 { return max(1, min(claimed, carried / 2)) }
        return max(1, min(claimed, max(claimed / 5, 2 * mostCarried, 8)))
    }
}
