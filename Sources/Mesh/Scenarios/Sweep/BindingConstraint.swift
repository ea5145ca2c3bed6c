import MeshTypes

/// What keeps a plan from being better, found by looking which constraint has no room left.
///
/// In this order: people out of reach of every site; people left out because servers are short; a session at its server
/// limit; a session at its site limit; sites of which every server is rented, the one with the most load first. Where
/// none of these binds it is the distance: more servers or sites would not help, nearer ones might.
enum BindingConstraint {
    static func name(_ plan: Plan, _ snapshot: Snapshot) -> String {
        let policies = Dictionary(
            snapshot.sessions.map { ($0.id, $0.policy) }, uniquingKeysWith: { first, _ in first })
        let left = plan.sessions.flatMap { session in session.unserved.map { (session.id, $0.reason) } }
        let outOfReach = left.filter { $0.1 == .latencyCap }
        if let first = outOfReach.first { return "latency cap (\(outOfReach.count) out of reach, first in \(first.0))" }
        let rented = plan.serversBySite
        let full = snapshot.sites.filter { site in
            site.freeServers > 0 && rented[site.id].map { $0 >= site.freeServers } ?? false
        }
        if !left.isEmpty {
            let names = full.prefix(3).map(\.id.description).joined(separator: ", ")
            return "servers (\(left.count) left out\(names.isEmpty ? "" : "; full: \(names)"))"
        }
        for session in plan.sessions {
            let servers = session.servers.values.reduce(0, +)
            if let limit = policies[session.id]?.serverLimit, servers >= limit {
                return "server limit \(limit) of \(session.id)"
            }
        }
        for session in plan.sessions {
            if let limit = policies[session.id]?.siteLimit, session.sites.count >= limit {
                return "site limit \(limit) of \(session.id)"
            }
        }
        var load: [SiteID: Int] = [:]
        for session in plan.sessions { load.merge(session.load) { $0 + $1 } }
        let fullest = full.max { (load[$0.id] ?? 0, $1.id) < (load[$1.id] ?? 0, $0.id) }
        return fullest.map { "servers at \($0.id)" } ?? "distance"
    }
}
