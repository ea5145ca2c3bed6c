/// What one site does with media, by numbers; see ``MeshTypes/ForwardingTable``.
public struct RoutingTable: Sendable, Hashable {
    /// The site.
    public var site: Int
    /// Grows whenever an entry changes.
    public var version: Int
    /// The entries, by session, media, source and detour.
    public var entries: [Entry]

    /// What to do with the media of one session, class and source.
    public struct Entry: Sendable, Hashable {
        /// The session's key.
        public var session: Int
        /// The class of media.
        public var media: Int
        /// The source site.
        public var source: Int
        /// 0 for the route itself, else the number of a detour.
        public var detour: Int
        /// The sites that get a copy each, ascending.
        public var next: [Int]
        /// Whether the site's own participants get it.
        public var delivers: Bool
        /// Next hops that have a detour around them, ascending, with its number.
        public var around: [Around]
    }

    /// The detour around a next hop.
    public struct Around: Sendable, Hashable {
        /// The next hop that may fail.
        public var hop: Int
        /// The number of the detour.
        public var detour: Int
    }
}

/// A way around a failed hop of a tree.
public struct RoutingDetour: Sendable, Hashable {
    /// The hop that fails: from the site that notices to the one that does not answer.
    public var from: Int
    /// The site that does not answer.
    public var around: Int
    /// The links of the detour by their numbers, each after the one that leads to it; they start at `from`.
    public var links: [Int]
    /// The receivers that the detour reaches: those behind the hop, as far as another way leads there.
    public var receivers: [Int]
    /// Receivers behind the hop that no other way leads to.
    public var lost: [Int]
}

extension RoutingState {
    /// The detours of a session's tree, one a hop, in the order of the tree's links; detour `n` has the number `n + 1`.
    ///
    /// A detour starts where the failure is noticed, avoids the whole failed site on its way to everybody behind it,
    /// and comes to the failed site itself, if that is a receiver, by another link. All detours of a session are loop-free by
    /// construction: each is a tree of paths of least latency. Loads and losses are not looked at.
    /// - Complexity: O(hops * (sites + links) log sites) at first; searches are kept until a link changes.
    public mutating func detours(of key: Int) -> [[RoutingDetour]] {
        guard let slot = slots[key] else { return [] }
        let session = sessions[Int(slot)]
        return session.trees.indices.map { tree in
            let links = session.links[session.range(tree)].map { Int($0) }
            let receivers = Set(session.stream(of: tree).receivers).subtracting([session.source(of: tree).site])
            return links.indices.map { place in
                let behind = sitesBehind(place, of: links).filter { receivers.contains($0) }
                return detour(past: links[place], to: behind, bypass(of: links[place]))
            }
        }
    }

    /// The ways around a link, from the cache.
    private mutating func bypass(of link: Int) -> Bypass {
        if let known = bypasses[Int32(link)] { return known }
        if bypasses.count >= Self.bypassLimit { bypasses.removeAll(keepingCapacity: true) }
        let (from, to) = (Int(network.from[link]), Int(network.to[link]))
        let lengths = (0..<network.linkCount).map {
            network.isUsable($0) ? network.latency[$0] : PathTree.unreachable
        }
        let around = search.tree(from: from, network: network, lengths: lengths, avoiding: to)
        let past = search.tree(from: from, network: network, lengths: lengths, blocked: link, targets: [to])
        let bypass = Bypass(around: around, last: past.link[to])
        bypasses[Int32(link)] = bypass
        return bypass
    }

    /// The most links whose bypasses are kept; each takes twelve bytes a site.
    private static let bypassLimit = 8192

    /// The ways around the far end of a link, from its near end.
    struct Bypass: Sendable {
        /// The shortest paths that avoid the far end.
        var around: PathTree
        /// The last link of the shortest path to the far end that avoids the link; -1 when there is none.
        var last: Int32
    }

    /// The site that a link of a tree enters and all sites behind it.
    private func sitesBehind(_ place: Int, of links: [Int]) -> [Int] {
        var behind: Set<Int32> = [network.to[links[place]]]
        var sites = [Int(network.to[links[place]])]
        for link in links[(place + 1)...] where behind.contains(network.from[link]) {
            behind.insert(network.to[link])
            sites.append(Int(network.to[link]))
        }
        return sites
    }

    private mutating func detour(
        past link: Int, to behind: [Int], _ found: Bypass
    ) -> RoutingDetour {
        let (from, failed) = (Int(network.from[link]), Int(network.to[link]))
        candidate.begin(at: from)
        for receiver in behind where receiver != failed {
            _ = candidate.add(receiver, along: found.around, network: network)
        }
        // The failed site comes last: if it is down, only its own copy is lost.
        if behind.contains(failed) { appendFailedSite(failed, past: link, found) }
        return RoutingDetour(
            from: from, around: failed, links: candidate.links.map { Int(network.numbers[Int($0)]) },
            receivers: behind.filter { candidate.reaches($0) }.sorted(),
            lost: behind.filter { !candidate.reaches($0) }.sorted())
    }

    /// Enters the failed site from a site whose way there does not need it.
    private mutating func appendFailedSite(
        _ failed: Int, past link: Int, _ found: Bypass
    ) {
        let last = found.last
        guard last >= 0 else { return }
        let neighbour = Int(network.from[Int(last)])
        if neighbour != candidate.source {
            guard candidate.add(neighbour, along: found.around, network: network) else { return }
        }
        candidate.append(Int(last), network: network)
    }

    /// The forwarding table of a site, with the detours it takes part in.
    ///
    /// - Complexity: that of ``detours(of:)`` for each session whose routes touch the site.
    public mutating func forwardingTable(of site: Int, withDetours: Bool = true) -> RoutingTable {
        guard users.indices.contains(site) else { return RoutingTable(site: site, version: 0, entries: []) }
        var entries: [RoutingTable.Entry] = []
        let slots = users[site].map { Int($0) }.sorted { sessions[$0].key < sessions[$1].key }
        for slot in slots {
            let detours = withDetours ? detours(of: sessions[slot].key) : []
            entries.append(contentsOf: tableEntries(of: site, session: sessions[slot], detours: detours))
        }
        return RoutingTable(site: site, version: tableVersions[site], entries: entries)
    }

    private func tableEntries(
        of site: Int, session: RoutingSession, detours: [[RoutingDetour]]
    ) -> [RoutingTable.Entry] {
        var entries: [RoutingTable.Entry] = []
        for tree in session.trees.indices {
            let stream = session.stream(of: tree)
            let source = session.source(of: tree).site
            var entry = RoutingTable.Entry(
                session: session.key, media: stream.media, source: source, detour: 0, next: [],
                delivers: site != source && stream.receivers.contains(site), around: [])
            var isOnTree = site == source
            let links = session.links[session.range(tree)].map { Int($0) }
            for (place, link) in links.enumerated() {
                if Int(network.to[link]) == site { isOnTree = true }
                guard Int(network.from[link]) == site else { continue }
                let hop = Int(network.to[link])
                entry.next.append(hop)
                if tree < detours.count, !detours[tree][place].receivers.isEmpty {
                    entry.around.append(RoutingTable.Around(hop: hop, detour: place + 1))
                }
            }
            if isOnTree {
                entry.next.sort()
                entry.around.sort { $0.hop < $1.hop }
                entries.append(entry)
            }
            guard tree < detours.count else { continue }
            for (place, detour) in detours[tree].enumerated() {
                if let entry = detourEntry(of: site, entry, number: place + 1, detour) { entries.append(entry) }
            }
        }
        return entries
    }

    private func detourEntry(
        of site: Int, _ base: RoutingTable.Entry, number: Int, _ detour: RoutingDetour
    ) -> RoutingTable.Entry? {
        var entry = base
        (entry.detour, entry.next, entry.around) = (number, [], [])
        var isOnDetour = site == detour.from
        for link in detour.links.map({ Int(network.places[$0]) }) {
            if Int(network.to[link]) == site { isOnDetour = true }
            if Int(network.from[link]) == site { entry.next.append(Int(network.to[link])) }
        }
        guard isOnDetour, !detour.links.isEmpty else { return nil }
        entry.next.sort()
        entry.delivers = detour.receivers.contains(site)
        return entry
    }

    /// The version of a site's forwarding table; cheaper than the table.
    public func tableVersion(of site: Int) -> Int { tableVersions.indices.contains(site) ? tableVersions[site] : 0 }
}
