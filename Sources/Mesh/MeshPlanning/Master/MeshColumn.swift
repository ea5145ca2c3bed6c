package import MeshTypes

/// A mesh that a session could have: a column of the pool's master.
package struct MeshColumn: Sendable {
    /// The site of each member, by position; -1 for whoever is left out.
    package var sites: [Int32]
    /// Servers at each site, spares and headroom among them, by site.
    package var holdings: [Holding]
    /// What the mesh costs, the moves to it apart.
    package var cost: Double
    /// Members, by position, who owe no move: a session that pays more to be served takes their server.
    package var forgiven: [Int32] = []

    /// Servers at a site.
    ///
    /// - Complexity: O(sites of the mesh).
    package func servers(at site: Int32) -> Int {
        holdings.first { $0.site == site }.map { Int($0.servers) } ?? 0
    }

    /// The mesh that a session has.
    ///
    /// - Complexity: O(members).
    package init(standing session: TickSession) {
        sites = session.members.map(\.site)
        holdings = session.holdings
        cost = session.figures.total - session.figures.disruption
    }

    package init(sites: [Int32], holdings: [Holding], cost: Double, forgiven: [Int32] = []) {
        self.sites = sites
        self.holdings = holdings
        self.cost = cost
        self.forgiven = forgiven
    }

    /// What the master charges for the mesh in place of the one that the session has: its cost, its moves, and, for each member who
    /// was served in the last plan and would not be, the price of being left out once more; so nobody is left out for one who is worth
    /// as much.
    ///
    /// - Complexity: O(members).
    ///
    /// - Parameter restraint: ``TickPool/restraint``.
    package func charge(_ session: TickSession, _ restraint: TickPool.Restraint) -> Double {
        var (moves, dropped) = (0, 0)
        for (member, site) in zip(session.members, sites) {
            if site < 0 {
                if member.site >= 0, member.base >= 0 { dropped += 1 }
            } else if member.base != Int32(SessionProblem.nowhere), member.base != site {
                moves += 1
            }
        }
        for index in forgiven where sites[Int(index)] >= 0 && sites[Int(index)] != session.members[Int(index)].base {
            moves -= 1
        }
        let forced = forgiven.count { sites[Int($0)] < 0 }
        return cost + (session.policy.movePrice + restraint.charge(session.policy)) * Double(moves)
            + session.policy.unservedPrice * Double(max(0, dropped - forced))
    }

    /// What those cost who would be left out.
    package func lost(_ session: TickSession) -> Double {
        session.policy.unservedPrice * Double(sites.count { $0 < 0 })
    }

    /// Participants who would change site.
    package func moves(_ session: TickSession) -> Int {
        zip(session.members, sites).count { $0.site >= 0 && $1 >= 0 && $0.site != $1 }
    }
}

extension TickPool {
    /// The prices of the servers that a mesh takes, beyond their rent.
    func charge(_ holdings: [Holding]) -> Double {
        holdings.reduce(0) { $0 + entries[Int($1.site)].scarcity * Double($1.servers) }
    }

    /// Whether servers at a site are sold out, or have a price beyond their rent.
    package func isContended(_ site: Int) -> Bool {
        let entry = entries[site]
        return entry.usable > 0 && !entry.isSilent && (entry.free == 0 || entry.scarcity > 0)
    }
}
