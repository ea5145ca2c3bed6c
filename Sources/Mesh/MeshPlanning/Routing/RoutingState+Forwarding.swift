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

extension RoutingState {
    /// The forwarding table of a site, with the detours it takes part in.
    ///
    /// - Complexity: that of ``refreshDetours()``, and O(size of the routes and detours) for each session whose routes or
    ///   detours touch the site.
    public mutating func forwardingTable(of site: Int, withDetours: Bool = true) -> RoutingTable {
        guard users.indices.contains(site) else { return RoutingTable(site: site, version: 0, entries: []) }
        var entries: [RoutingTable.Entry] = []
        if withDetours { refreshDetours() }
        let slots = Set(users[site]).union(withDetours ? detourUsers[site] : []).map { Int($0) }
        for slot in slots.sorted(by: { sessions[$0].key < sessions[$1].key }) {
            let detours = withDetours ? decodedDetours(sessions[slot]) : []
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

    /// The version of a site's forwarding table, cheaper than the table; detours count after ``refreshDetours()``.
    public func tableVersion(of site: Int) -> Int { tableVersions.indices.contains(site) ? tableVersions[site] : 0 }
}
