import MeshTypes
import TestSupport

/// Plans at random places, for properties of pictures and tables.
enum RandomWorlds {
    /// A snapshot of one session around a centre, and a plan that sends everyone to a site at random.
    static func make(seed: UInt64, sites: Int, participants: Int, spread: Double) -> (Snapshot, Plan) {
        var random = SplitMix64(seed: seed)
        let center = GeoCoordinate(latitude: random.fraction() * 80 - 30, longitude: random.fraction() * 360 - 180)
        func place() -> GeoCoordinate {
            var longitude = center.longitude + (random.fraction() - 0.5) * spread
            if longitude > 180 { longitude -= 360 }
            if longitude < -180 { longitude += 360 }
            return GeoCoordinate(
                latitude: min(84, max(-84, center.latitude + (random.fraction() - 0.5) * spread / 2)),
                longitude: longitude)
        }
        let snapshot = Snapshot(
            name: "Worlds <&> \"\(seed)\"",
            sites: (0..<sites).map { number in
                Site(
                    id: SiteID("s\(number)"), name: "Site & \(number)", coordinate: place(), freeServers: 9,
                    totalServers: 9, loadPerServer: 10, price: 40)
            },
            sessions: [Session(id: "a", type: "match")],
            participants: (0..<participants).map { number in
                Participant(id: ParticipantID("p\(number)"), session: "a", coordinate: place())
            })
        return (snapshot, plan(for: snapshot, &random))
    }

    private static func plan(for snapshot: Snapshot, _ random: inout SplitMix64) -> Plan {
        var assignment: [ParticipantID: SiteID] = [:]
        var unserved: [SessionPlan.Unserved] = []
        for participant in snapshot.participants {
            if random.chance(0.05) || snapshot.sites.isEmpty {
                unserved.append(.init(participant: participant.id, reason: .capacity))
            } else {
                assignment[participant.id] = random.element(of: snapshot.sites).id
            }
        }
        let load = assignment.values.reduce(into: [SiteID: Int]()) { $0[$1, default: 0] += 1 }
        let session = SessionPlan(
            id: "a", sites: load.keys.sorted(), participants: snapshot.participants.count,
            servers: load.mapValues { ($0 + 9) / 10 }, load: load, assignment: assignment, unserved: unserved,
            cost: .init(interaction: 1234.5, rent: 80, disruption: 0, unserved: 0), bound: 1000, gap: 0.3145,
            latency: LatencyStatistics(mean: 141.26, p50: 130, p95: 290, max: 512), migrations: 0)
        return Plan(
            strategy: .best, objective: 1314.5, bound: 1000, gap: 0.3145, stage: .localOptimum, sessions: [session],
            totals: .init(
                participants: snapshot.participants.count, served: assignment.count, servers: 12,
                interaction: 1234.5, rent: 80, disruption: 0, unserved: 0, moves: 0))
    }
}
