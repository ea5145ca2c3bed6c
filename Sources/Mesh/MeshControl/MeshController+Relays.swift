import MeshPlanning
public import MeshTypes

extension MeshController {
    /// The trees that relays forward a session's media by: from every site of its mesh to all others, whoever publishes just now.
    ///
    /// They are the trees of ``routes(of:)``, and one for each further site: somebody who moves finds the session's media on either side
    /// of the move, and on a spare site. A further site hangs on the nearest site of the mesh.
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
        let names = all.map { sites.id($0) }
        let links = pairs.flatMap { pair in
            [(pair.first, pair.second), (pair.second, pair.first)].map { from, to in
                RoutingLink(from: from, to: to, latency: Int64(world.field.routed(from: all[from], to: all[to])))
            }
        }
        let demand = MediaDemand(
            media: session.policy.media, publishers: Dictionary(names.map { ($0, 1) }) { first, _ in first },
            listeners: names.sorted())
        return Self.routed(demand, over: links, names)?.routes(of: 0, sites: names) ?? []
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
