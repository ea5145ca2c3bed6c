extension CertificateChecker {
    /// Whether the leaves cover every set of facilities, read as the leaves of a binary tree: a facility that every
    /// leaf fixes splits them into two covers of what is left.
    ///
    /// - Complexity: O(depth of the tree x fixings of all leaves).
    static func covers(_ leaves: [FacilityCertificate.Leaf]) -> Bool {
        let fixings = leaves.map { leaf in
            Dictionary(leaf.open.map { ($0, true) } + leaf.closed.map { ($0, false) }) { first, _ in first }
        }
        var counts: [Int: Int] = [:]
        // Sets of leaves that must cover what the facilities fixed on the way leave free.
        var parts: [(leaves: [Int], done: Set<Int>)] = [(Array(leaves.indices), [])]
        while let part = parts.popLast() {
            if part.leaves.contains(where: { fixings[$0].count == part.done.count }) { continue }
            guard let first = part.leaves.first else { return false }
            counts.removeAll(keepingCapacity: true)
            for leaf in part.leaves {
                for facility in fixings[leaf].keys { counts[facility, default: 0] += 1 }
            }
            let candidates = fixings[first].keys.filter {
                counts[$0] == part.leaves.count && !part.done.contains($0)
            }
            guard let pivot = candidates.min() else { return false }
            let done = part.done.union([pivot])
            for side in [true, false] {
                parts.append((part.leaves.filter { fixings[$0][pivot] == side }, done))
            }
        }
        return true
    }
}
