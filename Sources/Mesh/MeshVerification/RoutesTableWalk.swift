import MeshTypes

/// Follows media from site to site as forwarding tables say.
struct TableWalk {
    private struct Name: Hashable {
        let site: SiteID
        let session: SessionID
        let media: MediaClass
        let source: SiteID
        let detour: Int
    }

    private var entries: [Name: ForwardingTable.Entry] = [:]
    private let links: Set<SiteLink>
    private var duplicates: [Name] = []

    init(_ tables: [ForwardingTable], links: [Link]) {
        self.links = Set(links.map { SiteLink(from: $0.from, to: $0.to) })
        for table in tables {
            for entry in table.entries {
                let name = Name(
                    site: table.site, session: entry.session, media: entry.media, source: entry.source,
                    detour: entry.detour)
                if entries[name] != nil { duplicates.append(name) }
                entries[name] = entry
            }
        }
    }

    private struct Copy: Hashable {
        let at: SiteID
        let detour: Int
    }

    /// Where media arrive, and who delivers them, when `failed` does not forward nor accept anything from `from`.
    private func deliveries(
        _ route: MediaRoute, session: SessionID, failing hop: SiteLink?, isDead: Bool, _ path: String,
        into verification: inout PlanVerification
    ) -> [SiteID: Int] {
        var delivered: [SiteID: Int] = [:]
        var queue = [Copy(at: route.source, detour: 0)]
        var seen: Set<Copy> = []
        while let copy = queue.popLast() {
            guard seen.insert(copy).inserted else {
                verification.fail(path, "comes to \(copy.at) twice on detour \(copy.detour)")
                return delivered
            }
            if isDead, copy.at == hop?.to { continue }
            guard let entry = entry(copy, route, session) else {
                verification.fail(path, "comes to \(copy.at), which has no entry for it on detour \(copy.detour)")
                continue
            }
            if entry.delivers { delivered[copy.at, default: 0] += 1 }
            for next in entry.next {
                verification.expect(
                    links.contains(SiteLink(from: copy.at, to: next)), path,
                    "is sent from \(copy.at) to \(next), where no link is")
                let isFailed = copy.at == hop?.from && next == hop?.to
                if isFailed, copy.detour == 0 {
                    guard let detour = entry.around[next] else { continue }
                    let start = self.entry(Copy(at: copy.at, detour: detour), route, session)
                    verification.expect(
                        start?.delivers != true, path, "detour \(detour) delivers at \(copy.at), where it starts")
                    for other in start?.next ?? [] {
                        verification.expect(
                            other != next, path, "the detour around \(next) enters it by the hop that failed")
                        queue.append(Copy(at: other, detour: detour))
                    }
                } else {
                    verification.expect(!isFailed, path, "detour \(copy.detour) uses the hop that failed")
                    queue.append(Copy(at: next, detour: copy.detour))
                }
            }
        }
        return delivered
    }

    private func entry(_ copy: Copy, _ route: MediaRoute, _ session: SessionID) -> ForwardingTable.Entry? {
        entries[
            Name(site: copy.at, session: session, media: route.media, source: route.source, detour: copy.detour)]
    }

    func check(
        _ route: MediaRoute, session: SessionID, _ path: String, into verification: inout PlanVerification
    ) {
        for name in duplicates where name.session == session {
            verification.fail(path, "has two entries at \(name.site)")
        }
        let normal = deliveries(route, session: session, failing: nil, isDead: false, path, into: &verification)
        expect(normal, route.receivers, path, into: &verification)
        for hop in route.hops {
            let what = "\(path) without \(hop.from) to \(hop.to)"
            let around = entries[
                Name(site: hop.from, session: session, media: route.media, source: route.source, detour: 0)]?
                .around[hop.to]
            // What lies behind the hop is lost only where no other way leads there.
            let reachable = reachableSites(from: hop.from, without: hop, isDead: false)
            let reachableAround = reachableSites(from: hop.from, without: hop, isDead: true)
            let behind = sitesBehind(hop, of: route)
            let wanted = route.receivers.filter { site in
                !behind.contains(site) || (site == hop.to ? reachable : reachableAround).contains(site)
            }
            if around == nil {
                verification.expect(
                    wanted.allSatisfy { !behind.contains($0) }, what, "has no detour although another way leads there")
                continue
            }
            let linkDown = deliveries(
                route, session: session, failing: hop, isDead: false, what, into: &verification)
            expect(linkDown, wanted, what, into: &verification)
            let siteDown = deliveries(route, session: session, failing: hop, isDead: true, what, into: &verification)
            expect(siteDown, wanted.filter { $0 != hop.to }, what, into: &verification)
        }
    }

    private func expect(
        _ delivered: [SiteID: Int], _ wanted: [SiteID], _ path: String, into verification: inout PlanVerification
    ) {
        for (site, count) in delivered.sorted(by: { $0.key < $1.key }) where count != 1 || !wanted.contains(site) {
            verification.fail(path, "is delivered \(count) times at \(site); expected \(wanted.contains(site) ? 1 : 0)")
        }
        for site in wanted where delivered[site] == nil { verification.fail(path, "is not delivered at \(site)") }
    }

    private func sitesBehind(_ hop: SiteLink, of route: MediaRoute) -> Set<SiteID> {
        var behind: Set<SiteID> = [hop.to]
        for other in route.hops where behind.contains(other.from) { behind.insert(other.to) }
        return behind
    }

    private func reachableSites(from start: SiteID, without hop: SiteLink, isDead: Bool) -> Set<SiteID> {
        var reached: Set<SiteID> = [start]
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for link in links where link != hop && reached.contains(link.from) && !(isDead && link.to == hop.to) {
                if reached.insert(link.to).inserted { isGrowing = true }
            }
        }
        return reached
    }
}
