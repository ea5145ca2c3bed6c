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
    /// The detours of a session's trees, one a hop, in the order of the tree's links; detour `n` has the number `n + 1`.
    ///
    /// A detour starts where the failure is noticed, avoids the whole failed site on its way to everybody behind it,
    /// and comes to the failed site itself, if that is a receiver, by another link. Every detour is loop-free by
    /// construction: a tree of paths of least latency. Loads and losses are not looked at.
    /// - Complexity: that of ``refreshDetours()``, and O(size of the detours).
    public mutating func detours(of key: Int) -> [[RoutingDetour]] {
        guard let slot = slots[key] else { return [] }
        refreshDetours()
        return decodedDetours(sessions[Int(slot)])
    }

    /// Computes the detours of sessions whose routes changed, or whose detours used a link that changed.
    ///
    /// - Complexity: O(hops) a session, and two searches, O((sites + links) log sites), a link that has no known bypass;
    ///   bypasses are kept until a link changes.
    public mutating func refreshDetours() {
        let pending = Set(pendingDetours).sorted()
        pendingDetours.removeAll(keepingCapacity: true)
        for number in pending {
            let slot = Int(number)
            guard sessions[slot].detourStarts.isEmpty, !sessions[slot].trees.isEmpty else { continue }
            var session = RoutingSession()
            swap(&session, &sessions[slot])
            session.lacksDetour = false
            for tree in session.trees.indices {
                let links = session.links[session.range(tree)].map { Int($0) }
                let receivers = receivers(of: tree, session)
                for place in links.indices {
                    session.detourStarts.append(Int32(session.detourLinks.count))
                    let behind = sitesBehind(place, of: links).filter { receivers.contains($0) }
                    buildDetour(past: links[place], to: behind, bypass(of: links[place]))
                    if !behind.allSatisfy({ candidate.reaches($0) }) { session.lacksDetour = true }
                    session.detourLinks.append(contentsOf: candidate.links)
                }
            }
            session.detourStarts.append(Int32(session.detourLinks.count))
            for site in detourSites(session) {
                detourUsers[site].append(number)
                tableVersions[site] += 1
            }
            swap(&session, &sessions[slot])
        }
    }

    private func receivers(of tree: Int, _ session: RoutingSession) -> Set<Int> {
        Set(session.stream(of: tree).receivers).subtracting([session.source(of: tree).site])
    }

    private func detourSites(_ session: RoutingSession) -> [Int] {
        Set(session.detourLinks.flatMap { [Int(network.from[Int($0)]), Int(network.to[Int($0)])] }).sorted()
    }

    /// Forgets a session's detours.
    mutating func dropDetours(_ session: inout RoutingSession, slot: Int) {
        guard !session.detourStarts.isEmpty else { return }
        for site in detourSites(session) {
            if let place = detourUsers[site].firstIndex(of: Int32(slot)) { detourUsers[site].swapRemove(place) }
            tableVersions[site] += 1
        }
        session.detourLinks.removeAll(keepingCapacity: true)
        session.detourStarts.removeAll(keepingCapacity: true)
    }

    /// Forgets the detours over links that changed, and those of sessions that lack one.
    mutating func dropDetours(over links: Set<Int32>) {
        bypasses.removeAll(keepingCapacity: true)
        var found: Set<Int32> = []
        for site in Set(links.map { Int(network.from[Int($0)]) }) {
            for slot in detourUsers[site] where sessions[Int(slot)].detourLinks.contains(where: { links.contains($0) })
            {
                found.insert(slot)
            }
        }
        for slot in sessions.indices where sessions[slot].lacksDetour { found.insert(Int32(slot)) }
        for slot in found.sorted() {
            var session = RoutingSession()
            swap(&session, &sessions[Int(slot)])
            dropDetours(&session, slot: Int(slot))
            swap(&session, &sessions[Int(slot)])
            pendingDetours.append(slot)
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
        var sites = [Int(network.to[links[place]])]
        for link in links[(place + 1)...] where sites.contains(Int(network.from[link])) {
            sites.append(Int(network.to[link]))
        }
        return sites
    }

    /// Builds the detour around a link in `candidate`.
    private mutating func buildDetour(past link: Int, to behind: [Int], _ bypass: Bypass) {
        let (from, failed) = (Int(network.from[link]), Int(network.to[link]))
        candidate.begin(at: from)
        for receiver in behind where receiver != failed {
            _ = candidate.add(receiver, along: bypass.around, network: network)
        }
        // The failed site comes last: if it is down, only its own copy is lost.
        guard behind.contains(failed), bypass.last >= 0 else { return }
        let neighbour = Int(network.from[Int(bypass.last)])
        guard candidate.reaches(neighbour) || candidate.add(neighbour, along: bypass.around, network: network) else {
            return
        }
        candidate.append(Int(bypass.last), network: network)
    }

    func decodedDetours(_ session: RoutingSession) -> [[RoutingDetour]] {
        guard !session.detourStarts.isEmpty else { return [] }
        return session.trees.indices.map { tree in
            let range = session.range(tree)
            let links = session.links[range].map { Int($0) }
            let receivers = receivers(of: tree, session)
            return links.indices.map { place in
                let number = range.lowerBound + place
                let own = session.detourLinks[Int(session.detourStarts[number])..<Int(session.detourStarts[number + 1])]
                let reached = Set(own.map { Int(network.to[Int($0)]) })
                let behind = sitesBehind(place, of: links).filter { receivers.contains($0) }
                return RoutingDetour(
                    from: Int(network.from[links[place]]), around: Int(network.to[links[place]]),
                    links: own.map { Int(network.numbers[Int($0)]) },
                    receivers: behind.filter { reached.contains($0) }.sorted(),
                    lost: behind.filter { !reached.contains($0) }.sorted())
            }
        }
    }
}
