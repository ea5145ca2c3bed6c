import MeshTypes

/// The mesh of one session as the ladder keeps it: who is served where, and the servers it takes from the pool.
struct Draft: Sendable {
    /// The site of each participant, or -1.
    var site: [Int]
    /// Rented servers at each site, spares included.
    var servers: [Int]
    /// The cost in the search's own sums, by which drafts are compared.
    var objective: Double

    /// The draft of a mesh of singles.
    init(_ state: MeshState) {
        site = state.site
        servers = state.rented
        objective = state.objective
    }

    /// The draft of a session that is not served at all.
    init(unserved session: SessionProblem, siteCount: Int) {
        site = Array(repeating: -1, count: session.count)
        servers = Array(repeating: 0, count: siteCount)
        objective = session.policy.unservedPrice * Double(session.count)
    }
}

extension MeshState {
    /// Rented servers at each site: those that carry load, and the spares at the cheapest open sites that have room.
    var rented: [Int] {
        var rented = servers
        var wanted = space.policy.redundancy
        for site in space.candidatesByPrice where servers[site] > 0 && wanted > 0 {
            let spares = min(wanted, space.available[site] - servers[site])
            rented[site] += spares
            wanted -= spares
        }
        return rented
    }
}
