package import MeshTypes

/// Meshes that were planned elsewhere, stated as a plan: every figure recomputed from the snapshot, every bound made anew.
package enum PublishedPlan {
    /// What a session has.
    package struct Mesh: Sendable {
        /// Servers rented at each site.
        package var servers: [SiteID: Int]
        /// Who is served where.
        package var assignment: [ParticipantID: SiteID]

        package init(servers: [SiteID: Int], assignment: [ParticipantID: SiteID]) {
            self.servers = servers
            self.assignment = assignment
        }
    }

    /// The plan of a snapshot's sessions.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself.
    /// - Complexity: O(sites^3), and for a session of `n` participants O(n * sites * (n + sites)) for its bound.
    package static func plan(
        _ snapshot: Snapshot, meshes: [SessionID: Mesh], stage: PlanStage
    ) throws(PlanningError) -> Plan {
        let world = try PlanningWorld(snapshot)
        let numbers = Dictionary(uniqueKeysWithValues: world.sites.enumerated().map { ($1.id, $0) })
        let drafts = world.sessions.map { session in
            Draft(session, meshes[session.id], numbers, siteCount: world.siteCount)
        }
        let bounds = world.sessions.map { CertifiedBound.path(of: $0, in: world) }
        return PlanAssembly(world: world, bounds: bounds).plan(drafts: drafts, strategy: .optimal, stage: stage)
    }
}
