/// Bounds what a server says that it carries by what it was seen to carry.
package enum ClaimCheck {
    /// The load that a server is trusted with: a fifth of what it claims until it has carried as much, then twice what it carried at most; half of
    /// what it carries now if its participants lose more than a twentieth.
    package static func trustedCapacity(claimed: Int, mostCarried: Int, carried: Int, loss: Double) -> Int {
        if loss > 0.05 { return max(1, min(claimed, carried / 2)) }
        return max(1, min(claimed, max(claimed / 5, 2 * mostCarried, 8)))
    }
}
