public import MeshAPI

/// From who takes part where to what every server forwards: shortest-path trees, one for each site at which media enter.
public enum ForwardingTrees {
    /// The routes of one session, by the site whose table they belong to. Sites in between are there too.
    ///
    /// - Parameters:
    ///   - sites: The session's sites: those that serve, and those that are to take over.
    ///   - latency: Round trips between all live sites, ms, by number; a pair that is missing has no link.
    /// - Returns: For each site, its routes by origin; a branch's spares are those that its neighbour would have sent on to.
    /// - Complexity: O(sites * live^2).
    public static func routes(
        _ sites: Set<UInt16>, latency: [UInt16: [UInt16: Double]]
    ) -> [UInt16: [RelayTable.Route]] {
        var routes: [UInt16: [RelayTable.Route]] = [:]
        for site in sites { routes[site] = [] }
        for origin in sites.sorted() {
            let children = tree(from: origin, to: sites, latency: latency)
            for (site, next) in children.sorted(by: { $0.key < $1.key }) {
                let branches = next.sorted().map {
                    RelayTable.Branch(to: $0, spares: (children[$0] ?? []).sorted())
                }
                routes[site, default: []].append(.init(origin: origin, branches: branches))
            }
        }
        return routes
    }

    /// Who sends on to whom, in the tree of shortest paths from an origin, as far as it leads to the session's sites (Dijkstra, 1959).
    static func tree(
        from origin: UInt16, to sites: Set<UInt16>, latency: [UInt16: [UInt16: Double]]
    ) -> [UInt16: [UInt16]] {
        var (distance, parent, done) = ([origin: 0.0], [UInt16: UInt16](), Set<UInt16>())
        while let site = distance.filter({ !done.contains($0.key) })
            .min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key
        {
            done.insert(site)
            for (next, length) in latency[site] ?? [:] where !done.contains(next) {
                // A detour costs a relay: it has to be worth half a millisecond.
                let candidate = (distance[site] ?? 0) + length + (site == origin ? 0 : 0.5)
                if candidate < distance[next] ?? .infinity { (distance[next], parent[next]) = (candidate, site) }
            }
        }
        var children: [UInt16: Set<UInt16>] = [:]
        for site in sites {
            var walk = site
            while let above = parent[walk] {
                children[above, default: []].insert(walk)
                walk = above
            }
        }
        return children.mapValues { Array($0) }
    }
}
