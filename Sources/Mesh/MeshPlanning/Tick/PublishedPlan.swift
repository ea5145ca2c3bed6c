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
    /// - Parameter poolPrices: prices of the pool, at which the bounds are made if they are higher together than those at prices of 0.
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself.
    /// - Complexity: O(sites^3), and for a session of `n` participants O(n * sites * (n + sites)) for its bound.
    package static func plan(
        _ snapshot: Snapshot, meshes: [SessionID: Mesh], stage: PlanStage, poolPrices: [SiteID: Double] = [:]
    ) throws(PlanningError) -> Plan {
        let world = try PlanningWorld(snapshot)
        let numbers = Dictionary(uniqueKeysWithValues: world.sites.enumerated().map { ($1.id, $0) })
        let drafts = world.sessions.map { session in
            Draft(session, meshes[session.id], numbers, siteCount: world.siteCount)
        }
        let paths = world.sessions.map {
            PathBound(of: $0, in: world, monitor: .never) ?? PathBound(accessOf: $0, in: world)
        }
        // Between ticks somebody may be served where no plan would: that has its cost too, and the checker says what is wrong with it.
        let served = world.serving(drafts.map(\.site), of: snapshot)
        let unpriced = world.sites.map { _ in 0.0 }
        let choices = [unpriced, world.sites.map { poolPrices[$0.id] ?? 0 }].map { prices in
            let priced = world.priced(by: prices)
            let bounds = zip(world.sessions, paths).map { $1.bound(of: $0, in: priced) }
            let joint = bounds.reduce(0) { $0 + $1.value } - world.worthOfPool(at: prices)
            return (joint: joint, assembly: PlanAssembly(world: served, bounds: bounds, prices: prices))
        }
        let best = choices[1].joint > choices[0].joint ? choices[1] : choices[0]
        return best.assembly.plan(drafts: drafts, strategy: .best, stage: stage)
    }
}
