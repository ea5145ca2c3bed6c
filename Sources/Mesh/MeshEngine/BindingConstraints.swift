import MeshTypes

/// What holds the plan of a session back.
struct BindingConstraints {
    let snapshot: Snapshot
    let plan: Plan
    let session: Session
    let sessionPlan: SessionPlan

    /// Each constraint that is met exactly, in words; empty where nothing binds.
    var words: [String] {
        let policy = session.policy
        var words: [String] = []
        if let limit = policy.siteLimit, sessionPlan.sites.count >= limit {
            words.append("site limit: the mesh has its \(limit) sites")
        }
        let servers = sessionPlan.servers.values.reduce(0, +)
        if let limit = policy.serverLimit {
            if limit <= policy.redundancy {
                words.append(
                    "server limit: \(limit) with a redundancy of \(policy.redundancy) leaves no server to serve with")
            } else if servers >= limit {
                words.append("server limit: the mesh has its \(limit) servers")
            }
        }
        if let budget = policy.moveBudget, sessionPlan.migrations >= budget, snapshot.previous != nil {
            words.append("move budget: \(sessionPlan.migrations) move, \(budget) of their own may")
        }
        let capped = sessionPlan.unserved.count { $0.reason == .latencyCap }
        if capped > 0 { words.append("latency cap: \(capped) have no site within it") }
        var rented: [SiteID: Int] = [:]
        for other in plan.sessions {
            for (site, count) in other.servers { rented[site, default: 0] += count }
        }
        let full = snapshot.sites.filter { $0.freeServers > 0 && rented[$0.id, default: 0] >= $0.freeServers }
        let shown = full.prefix(5).map(\.id.description).joined(separator: ", ")
        if !full.isEmpty {
            words.append(
                "servers: all are rented at \(shown)\(full.count > 5 ? " and \(full.count - 5) sites more" : "")")
        }
        return words
    }
}
