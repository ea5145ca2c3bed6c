/// A shortest-path tree from one site: Dijkstra's algorithm with a four-way heap of (length, site), improved entries
/// pushed again and stale ones passed over.
///
/// Lengths are nanoseconds per unit of load and stay below 2^62: links are at most 2^43 long and paths have fewer than
/// 2^18 of them. Ties go to the site with the smaller number, then to the link found first, so that trees are the
/// same everywhere.
struct PathTree: Sendable {
    /// The link by which each site is reached; -1 for the source and for sites out of reach.
    var link: [Int32]
    /// The length of the path to each site; ``unreachable`` where there is none.
    var length: [Int64]

    /// No path is as long.
    static let unreachable = Int64.max / 2
}

/// The arrays of a search, kept to be used again.
struct PathSearch: Sendable {
    private var keys: [Int64] = []
    private var sites: [Int32] = []

    /// Searches from `source` over links whose length is below ``PathTree/unreachable``.
    ///
    /// `avoiding` is a site that no path enters, -1 for none; `blocked` a link that none uses, -1 for none. The search
    /// ends early when all of `targets` are settled, if there are any.
    /// - Complexity: O((sites + links) log sites).
    mutating func tree(
        from source: Int, network: RoutingNetwork, lengths: [Int64], avoiding: Int = -1, blocked: Int = -1,
        targets: [Int] = []
    ) -> PathTree {
        var tree = PathTree(
            link: Array(repeating: -1, count: network.siteCount),
            length: Array(repeating: PathTree.unreachable, count: network.siteCount))
        tree.length[source] = 0
        push(0, Int32(source))
        run(
            &tree, network: network, lengths: lengths, avoiding: avoiding, blocked: blocked, targets: targets,
            enough: targets.count)
        return tree
    }

    /// Searches from several sites, at the lengths that `tree` gives them, until the first of `targets` is settled.
    mutating func extendToNearest(
        _ tree: inout PathTree, from starts: [Int], network: RoutingNetwork, lengths: [Int64], targets: [Int]
    ) {
        for start in starts { push(tree.length[start], Int32(start)) }
        run(&tree, network: network, lengths: lengths, avoiding: -1, blocked: -1, targets: targets, enough: 1)
    }

    private mutating func run(
        _ tree: inout PathTree, network: RoutingNetwork, lengths: [Int64], avoiding: Int, blocked: Int, targets: [Int],
        enough: Int
    ) {
        var waiting = min(enough, targets.count)
        while let (key, site) = pop() {
            let from = Int(site)
            guard key == tree.length[from] else { continue }
            if waiting > 0, targets.contains(from) {
                waiting -= 1
                if waiting == 0 { break }
            }
            for link in network.links(from: from) {
                let length = lengths[link]
                guard length < PathTree.unreachable, link != blocked else { continue }
                let to = Int(network.to[link])
                let sum = key + length
                guard sum < tree.length[to], to != avoiding else { continue }
                tree.length[to] = sum
                tree.link[to] = Int32(link)
                push(sum, Int32(to))
            }
        }
        keys.removeAll(keepingCapacity: true)
        sites.removeAll(keepingCapacity: true)
    }

    private mutating func push(_ key: Int64, _ site: Int32) {
        var hole = keys.count
        keys.append(key)
        sites.append(site)
        while hole > 0 {
            let parent = (hole - 1) >> 2
            guard Self.isLess(key, site, keys[parent], sites[parent]) else { break }
            keys[hole] = keys[parent]
            sites[hole] = sites[parent]
            hole = parent
        }
        keys[hole] = key
        sites[hole] = site
    }

    private mutating func pop() -> (Int64, Int32)? {
        guard let key = keys.first, let site = sites.first else { return nil }
        let lastKey = keys.removeLast()
        let lastSite = sites.removeLast()
        let count = keys.count
        guard count > 0 else { return (key, site) }
        var hole = 0
        while true {
            let first = hole << 2 + 1
            guard first < count else { break }
            var least = first
            var child = first + 1
            while child < min(first + 4, count) {
                if Self.isLess(keys[child], sites[child], keys[least], sites[least]) { least = child }
                child += 1
            }
            guard Self.isLess(keys[least], sites[least], lastKey, lastSite) else { break }
            keys[hole] = keys[least]
            sites[hole] = sites[least]
            hole = least
        }
        keys[hole] = lastKey
        sites[hole] = lastSite
        return (key, site)
    }

    private static func isLess(_ key: Int64, _ site: Int32, _ otherKey: Int64, _ otherSite: Int32) -> Bool {
        key != otherKey ? key < otherKey : site < otherSite
    }
}
