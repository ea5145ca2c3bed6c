import MeshPlanning
import MeshTypes

/// When planning takes a link as slower than it is, and when no longer.
enum LinkRelief {
    /// The part of its capacity beyond which a link is taken as slower.
    static let high = 0.9
    /// The part of its capacity that all who ever left it may claim for it to be taken as quicker again.
    static let low = 0.8
    /// The least step and the largest delay, microseconds.
    static let (step, most): (Int64, Int64) = (1_000, 500_000)
    /// Milliseconds after which those who left a link are no longer counted: it is tried again then.
    static let hold: Int64 = 600_000

    /// The delay of the next tick: half-way up to what the curve says of the load, or down by half when all who left could come back.
    ///
    /// It rises on what is there and falls on what is claimed. What is claimed does not shrink because a session went
    /// elsewhere; so unchanged demand makes the delay rise to where it suffices, and stay.
    static func delay(after now: Int64, load: Int64, claimed: Int64, capacity: Int64) -> Int64 {
        if Double(load) > high * Double(capacity) {
            let target = min(most, CongestionDelay.microseconds(load: load, capacity: capacity))
            return target > now ? min(target, now + max(step, (target - now) / 2)) : now
        }
        guard now > 0, Double(claimed) <= low * Double(capacity) else { return now }
        return now < 2 * step ? 0 : now / 2
    }
}

extension MeshController {
    /// The links whose capacity is known, with what sessions put on them; by sites.
    ///
    /// - Complexity: O(links), and as ``routes(of:)`` for each session that changed since the last tick.
    public func linkLoads() -> [LinkLoad] {
        guard links.isActive else { return [] }
        var copy = self
        copy.countLoads()
        return copy.links.entries.indices.map { copy.linkLoad($0) }
    }

    func linkLoad(_ number: Int) -> LinkLoad {
        let entry = links.entries[number]
        return LinkLoad(
            from: sites.id(Int(entry.from)), to: sites.id(Int(entry.to)), capacity: Double(entry.capacity) / 1000,
            load: Double(links.loads[number]) / 1000, delay: Double(entry.delay) / 1000)
    }

    /// Takes in what a digest says of links: latencies as measured, on which the delays of congestion stay, and capacities.
    mutating func measureLinks(_ digest: MeasurementDigest) {
        var isNew = false
        for link in digest.links {
            guard let from = sites.number(of: link.from), let to = sites.number(of: link.to), from != to else {
                continue
            }
            let measured = link.latency.map { Int32(clamping: Latency(milliseconds: $0).microseconds) }
            let latency = min(measured ?? LatencyField.unreachable, LatencyField.unreachable)
            if let bandwidth = link.bandwidth {
                let capacity = bandwidth > 0 ? max(1, Int64((bandwidth * 1000).rounded())) : nil
                if (links.number(from: from, to: to) == nil) != (capacity == nil) { isNew = true }
                links.setCapacity(capacity, from: from, to: to, latency: latency)
                if isNew { links.renumber() }
            }
            if let number = links.number(from: from, to: to) {
                links.setLatency(latency, of: number)
                world.field.setLink(from: from, to: to, links.entries[number].effective)
            } else {
                world.field.setLink(from: from, to: to, latency)
            }
        }
        if isNew { touchAllLinks() }
        if !digest.links.isEmpty { refreshRoutes() }
    }

    /// Every session's trees are to be found anew.
    mutating func touchAllLinks() {
        guard links.isActive else { return }
        for number in sessions.indices where sessions[number] != nil { links.touch(number) }
    }

    /// A site is elsewhere: its links have the latencies that the field now has.
    mutating func rebaseLinks(of site: Int) {
        for (number, entry) in links.entries.enumerated() where Int(entry.from) == site || Int(entry.to) == site {
            links.setDelay(0, of: number)
            links.setLatency(world.field.link(from: Int(entry.from), to: Int(entry.to)), of: number)
        }
    }

    /// Takes links that carry too much as slower, and those that could carry all again as quicker, before a tick plans; sessions that
    /// feel it are lined up.
    ///
    /// - Complexity: O(1) when no capacity is known; else O(links), as ``routes(of:)`` for each session that changed, O(sessions) for each
    ///   congested link, and O(sites^3) when a delay changed.
    mutating func relieveLinks() {
        guard links.isActive else { return }
        countLoads()
        var isChanged = false
        for number in links.entries.indices {
            let entry = links.entries[number]
            let load = links.loads[number]
            guard entry.delay > 0 || Double(load) > LinkRelief.high * Double(entry.capacity) else { continue }
            let claimed = links.claim(on: number, at: now.milliseconds, forgetAfter: LinkRelief.hold) { session in
                Int64(sessions[session]?.members.count ?? 0)
            }
            let delay = LinkRelief.delay(
                after: Int64(entry.delay), load: load, claimed: claimed, capacity: entry.capacity)
            guard delay != Int64(entry.delay) else { continue }
            links.setDelay(Int32(delay), of: number)
            world.field.setLink(from: Int(entry.from), to: Int(entry.to), links.entries[number].effective)
            isChanged = true
        }
        if isChanged { refreshRoutes() }
    }

    /// Brings the loads up to the meshes as they are.
    mutating func countLoads() {
        // Taken out, so that it is changed where it is while the sessions are read.
        var ledger = LinkLedger()
        swap(&ledger, &links)
        defer { swap(&ledger, &links) }
        for number in ledger.takeTouched() { ledger.setTrees(trees(of: number), of: number) }
        ledger.share(version: world.field.routedVersion) { hop in
            let way = way(from: Int(hop.from), to: Int(hop.to))
            return zip(way, way.dropFirst()).map { LinkLedger.Hop(from: Int32($0), to: Int32($1)) }
        }
    }

    /// What a session's members publish, as trees over its sites.
    private func trees(of number: Int) -> [LinkLedger.Tree] {
        guard let session = sessions[number], session.holdings.count > 1 else { return [] }
        guard let mesh = routedMesh(session.id), let state = mesh.state else { return [] }
        return (state.routes(of: 0, sites: mesh.names) ?? []).map { route in
            LinkLedger.Tree(
                rate: Int64((route.rate * 1000).rounded()),
                hops: route.hops.compactMap { hop in
                    guard let from = sites.number(of: hop.from), let to = sites.number(of: hop.to) else { return nil }
                    return LinkLedger.Hop(from: Int32(from), to: Int32(to))
                })
        }
    }
}
