internal import MeshTypes

/// What one site does in a plan, or in one of its sessions.
struct SiteFigures: Sendable {
    let id: SiteID
    let name: String
    let region: String
    var participants = 0
    var load = 0
    var servers = 0
    var capacity = 0
    var rent = 0.0
    /// Sum of the access latencies of its participants, ms.
    var access = 0.0

    /// The mean access latency of its participants, ms.
    var meanAccess: Double { participants > 0 ? access / Double(participants) : 0 }
}

/// The sites of a plan, with what they do, as the snapshot's data say.
struct MeshFigures: Sendable {
    /// The sites by load, the largest first, then by identifier.
    let sites: [SiteFigures]

    /// Sums over the sessions given.
    init(_ sessions: [SessionPlan], in snapshot: Snapshot) {
        let siteNumbers = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let participantNumbers = Dictionary(
            snapshot.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var figures: [SiteID: SiteFigures] = [:]
        for session in sessions {
            for id in session.sites {
                let site = siteNumbers[id].map { snapshot.sites[$0] }
                let servers = session.servers[id] ?? 0
                var entry =
                    figures[id]
                    ?? SiteFigures(id: id, name: site?.name ?? id.description, region: site?.region ?? "")
                entry.load += session.load[id] ?? 0
                entry.servers += servers
                entry.capacity += servers * (site?.loadPerServer ?? 0)
                entry.rent += Double(servers) * (site?.price ?? 0)
                figures[id] = entry
            }
            for (participant, id) in session.assignment {
                guard let number = participantNumbers[participant], let site = siteNumbers[id] else { continue }
                // Whole microseconds, so that the order of the sum does not matter.
                let access = snapshot.accessLatency(participant: number, site: site).microseconds
                figures[id]?.participants += 1
                figures[id]?.access += Double(access)
            }
        }
        for id in figures.keys { figures[id]?.access /= 1000 }
        sites = figures.values.sorted { ($1.load, $0.id) < ($0.load, $1.id) }
    }
}
