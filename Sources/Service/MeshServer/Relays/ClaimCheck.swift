/// Bounds what a server says that it carries by what it was seen to carry.
package enum ClaimCheck {
    /// The load that a server is trusted with: a fifth of what it claims until it has carried as much, then twice what it carried at most.
    package static func trustedCapacity(claimed: Int, mostCarried: Int) -> Int {
        // Twice what it carried may be more than there are numbers.
        let shown = mostCarried > claimed / 2 ? claimed : 2 * max(0, mostCarried)
        return max(1, min(claimed, max(claimed / 5, shown, 8)))
    }
}
