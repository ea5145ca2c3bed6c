import MeshPlanning
public import MeshTypes

extension MeshController {
    /// The trees that relays forward a session's media by: from every site of its mesh to all others, whoever publishes just now.
    ///
    /// They are the trees of ``routes(of:)``, and one for each further site: somebody who moves finds the session's media on either side
    /// of the move, and on a spare site. A further site hangs on the nearest site of the mesh. Where the quickest way between two sites of
    /// a mesh leads over a third of the pool, that one passes the media on.
    ///
    /// - Parameter further: Sites that are to have the session's media besides; those that the pool does not know or that serve nobody
    ///   are left out.
    /// - Returns: One tree for each class and site; none for a session that is not there or has no site.
    /// - Complexity: O(sites^3) of the mesh; with a limit of links at a site, as the topology's search.
    public func relayRoutes(of id: SessionID, further: [SiteID] = []) -> [MediaRoute] {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return [] }
        let held = Self.held(session)
        guard !held.isEmpty else { return [] }
        var pairs = keptLinks(between: held, session.policy)
        var all = held
        for site in further.compactMap({ sites.number(of: $0) }).sorted()
        where !all.contains(site) && world.pool.entries[site].usable > 0 {
            let nearest = held.indices.min {
                (world.field.routed(from: held[$0], to: site), held[$0])
                    < (world.field.routed(from: held[$1], to: site), held[$1])
            }
            guard let nearest else { continue }
            pairs.append(.init(nearest, all.count))
            all.append(site)
        }
        let ends = all.map { sites.id($0) }
        var hops: Set<[Int]> = []
        for pair in pairs {
            for (from, to) in [(all[pair.first], all[pair.second]), (all[pair.second], all[pair.first])] {
                let way = way(from: from, to: to)
                for site in way where !all.contains(site) { all.append(site) }
                for (one, next) in zip(way, way.dropFirst()) { hops.insert([one, next]) }
            }
        }
        let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        let names = all.map { sites.id($0) }
        let links = hops.sorted { $0.lexicographicallyPrecedes($1) }.compactMap { hop -> RoutingLink? in
            guard let from = places[hop[0]], let to = places[hop[1]] else { return nil }
            return RoutingLink(from: from, to: to, latency: Int64(world.field.link(from: hop[0], to: hop[1])))
        }
        let demand = MediaDemand(
            media: session.policy.media, publishers: Dictionary(ends.map { ($0, 1) }) { first, _ in first },
            listeners: ends.sorted())
        return Self.routed(demand, over: links, names)?.routes(of: 0, sites: names) ?? []
    }

    /// The sites of the quickest way between two, ends included; the two alone when none is known.
    ///
    /// - Complexity: O(sites) a hop.
    func way(from: Int, to: Int) -> [Int] {
        let field = world.field
        var way = [from]
        while let here = way.last, here != to, way.count <= sites.reports.count {
            let left = field.routed(from: here, to: to)
            if field.link(from: here, to: to) <= left {
                way.append(to)
                continue
            }
            let next = sites.reports.indices.first { site in
                site != here && site != to && !way.contains(site)
                    && Int64(field.link(from: here, to: site)) + Int64(field.routed(from: site, to: to)) == Int64(left)
            }
            guard let next else { return [from, to] }
            way.append(next)
        }
        return way
    }

    /// The site beyond a session's mesh of one site that could take everybody when that site fails: the nearest with a free server;
    /// `nil` where the mesh has more sites, or none, or there is no such site.
    ///
    /// - Complexity: O(sites * members).
    public func standby(of id: SessionID) -> SiteID? {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return nil }
        let held = Self.held(session)
        guard held.count == 1 else { return nil }
        var best: (total: Int, site: Int)?
        for (site, entry) in world.pool.entries.enumerated() where site != held[0] && entry.free > 0 {
            var total = 0
            for member in session.members where member.site >= 0 {
                total += Int(world.field.access[Int(member.node) * world.field.stride + site])
            }
            if best.map({ (total, site) < ($0.total, $0.site) }) ?? true { best = (total, site) }
        }
        return best.map { sites.id($0.site) }
    }

    /// Where a participant said to be; `nil` for somebody who is in no session. O(1).
    public func coordinate(of id: ParticipantID) -> GeoCoordinate? {
        people.number(of: id).map { people[$0].coordinate }
    }
}
