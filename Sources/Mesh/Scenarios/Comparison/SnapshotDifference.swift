public import MeshTypes

/// What differs between two snapshots, in lines for people.
public struct SnapshotDifference: Sendable, Hashable {
    /// What differs, sites first.
    public private(set) var lines: [String] = []

    /// Compares snapshots.
    public init(before: Snapshot, after: Snapshot) {
        sites(before, after)
        sessions(before, after)
        participants(before, after)
        links(before, after)
    }

    private mutating func sites(_ before: Snapshot, _ after: Snapshot) {
        let old = Dictionary(before.sites.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Dictionary(after.sites.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for site in before.sites where new[site.id] == nil { lines.append("site \(site.id) is gone") }
        for site in after.sites {
            guard let was = old[site.id] else {
                lines.append("site \(site.id) is new: \(site.freeServers) servers at \(Figure.short(site.price))")
                continue
            }
            var changes: [String] = []
            func note(_ name: String, _ one: String, _ other: String) {
                if one != other { changes.append("\(name) \(one) to \(other)") }
            }
            note("free servers", String(was.freeServers), String(site.freeServers))
            note("total servers", String(was.totalServers), String(site.totalServers))
            note("load per server", String(was.loadPerServer), String(site.loadPerServer))
            note("price", Figure.short(was.price), Figure.short(site.price))
            note("region", was.region ?? "none", site.region ?? "none")
            note("provider", was.provider ?? "none", site.provider ?? "none")
            if was.coordinate != site.coordinate { changes.append("place") }
            if !changes.isEmpty { lines.append("site \(site.id): \(changes.joined(separator: ", "))") }
        }
    }

    private mutating func sessions(_ before: Snapshot, _ after: Snapshot) {
        let old = Dictionary(before.sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Set(after.sessions.map(\.id))
        for session in before.sessions where !new.contains(session.id) { lines.append("session \(session.id) is gone") }
        for session in after.sessions {
            guard let was = old[session.id] else {
                lines.append("session \(session.id) is new")
                continue
            }
            if was.policy != session.policy { lines.append("session \(session.id): its policy changed") }
            if was.type != session.type { lines.append("session \(session.id): type \(was.type) to \(session.type)") }
        }
    }

    private mutating func participants(_ before: Snapshot, _ after: Snapshot) {
        let old = Dictionary(
            before.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let new = Set(after.participants.map(\.id))
        let gone = before.participants.count { !new.contains($0.id) }
        let came = after.participants.count { old[$0.id] == nil }
        if gone > 0 { lines.append("\(gone) participants are gone") }
        if came > 0 { lines.append("\(came) participants are new") }
        let columns = Dictionary(
            before.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var (changed, largest) = (0, 0.0)
        for (row, person) in after.participants.enumerated() {
            guard let was = old[person.id] else { continue }
            for (column, site) in after.sites.enumerated() {
                guard let place = columns[site.id], let one = before.accessLatency[was, place],
                    let other = after.accessLatency[row, column], one != other
                else { continue }
                changed += 1
                largest = max(largest, abs(one.milliseconds - other.milliseconds))
            }
        }
        if changed > 0 { lines.append("\(changed) access latencies changed, by at most \(Figure.short(largest)) ms") }
    }

    private mutating func links(_ before: Snapshot, _ after: Snapshot) {
        guard before.network != after.network else { return }
        guard let old = try? SiteWays(before), let new = try? SiteWays(after) else { return }
        let columns = Dictionary(
            before.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var (longer, shorter, largest) = (0, 0, 0.0)
        for (from, site) in after.sites.enumerated() {
            for (to, other) in after.sites.enumerated() {
                guard let start = columns[site.id], let end = columns[other.id] else { continue }
                let change = new.way(from, to) - old.way(start, end)
                if change > 0 { longer += 1 }
                if change < 0 { shorter += 1 }
                largest = max(largest, abs(change))
            }
        }
        lines.append("ways between sites: \(longer) longer, \(shorter) shorter, by at most \(Figure.short(largest)) ms")
    }
}
