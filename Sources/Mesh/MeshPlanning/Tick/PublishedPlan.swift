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
            var draft = Draft(unserved: session, siteCount: world.siteCount)
            guard let mesh = meshes[session.id] else { return draft }
            for (site, servers) in mesh.servers { if let number = numbers[site] { draft.servers[number] = servers } }
            for (index, participant) in session.participants.enumerated() {
                draft.site[index] = mesh.assignment[participant].flatMap { numbers[$0] } ?? -1
            }
            return draft
        }
        let bounds = world.sessions.map { CertifiedBound.path(of: $0, in: world) }
        // Between ticks somebody may be served where no plan would: that has its cost too, and the checker says what is wrong with it.
        let served = world.serving(drafts.map(\.site), of: snapshot)
        return PlanAssembly(world: served, bounds: bounds).plan(drafts: drafts, strategy: .optimal, stage: stage)
    }
}
