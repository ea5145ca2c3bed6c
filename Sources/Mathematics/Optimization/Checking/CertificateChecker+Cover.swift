extension CertificateChecker {
    /// What a leaf may fix: whether a facility holds so many servers (1: whether it is open), or who serves whom.
    private enum Choice: Hashable {
        case servers(Int, atLeast: Int)
        case pair(FacilityCertificate.Leaf.Pair)
    }

    /// Whether the leaves cover every set of facilities (and every assignment), read as the leaves of a binary tree:
    /// a choice that every leaf fixes splits them into two covers of what is left.
    ///
    /// - Complexity: O(depth of the tree x fixings of all leaves).
    static func covers(_ leaves: [FacilityCertificate.Leaf]) -> Bool {
        let fixings = leaves.map { leaf in
            let sides =
                leaf.open.map { (Choice.servers($0, atLeast: 1), true) }
                + leaf.closed.map { (Choice.servers($0, atLeast: 1), false) }
                + leaf.atLeast.map { (Choice.servers($0.facility, atLeast: $0.servers), true) }
                + leaf.atMost.map { (Choice.servers($0.facility, atLeast: $0.servers &+ 1), false) }
                + leaf.served.map { (Choice.pair($0), true) } + leaf.refused.map { (Choice.pair($0), false) }
            return Dictionary(sides) { first, _ in first }
        }
        var counts: [Choice: Int] = [:]
        // Sets of leaves that must cover what the choices fixed on the way leave free.
        var parts: [(leaves: [Int], done: Set<Choice>)] = [(Array(leaves.indices), [])]
        while let part = parts.popLast() {
            if part.leaves.contains(where: { fixings[$0].count == part.done.count }) { continue }
            guard let first = part.leaves.first else { return false }
            counts.removeAll(keepingCapacity: true)
            for leaf in part.leaves {
                for choice in fixings[leaf].keys { counts[choice, default: 0] += 1 }
            }
            // Any choice that all of them fix will do: each is fixed in the whole part.
            let pivot = fixings[first].keys.first { counts[$0] == part.leaves.count && !part.done.contains($0) }
            guard let pivot else { return false }
            let done = part.done.union([pivot])
            for side in [true, false] {
                parts.append((part.leaves.filter { fixings[$0][pivot] == side }, done))
            }
        }
        return true
    }
}
