public import MeshTypes

/// A planned snapshot with what makes the planning of its neighbours quick: the start of a warm plan.
///
/// A value; many threads may plan neighbours of one at the same time.
public struct PlannedWorld: Sendable {
    /// The snapshot.
    public let snapshot: Snapshot
    /// Its plan.
    public let plan: Plan
    let world: PlanningWorld
    let drafts: [Draft]
    /// What the bound of each session rests on, where that is known.
    let bounds: [BoundEvidence?]
}

extension MeshPlanner {
    /// Keeps a plan as the start for planning neighbours of its snapshot.
    ///
    /// - Parameters:
    ///   - snapshot: the snapshot.
    ///   - plan: a verified plan for it; participants and sites that it does not have are passed over.
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself.
    /// - Complexity: O(sites^3), and for a session of `n` participants O(n^2 * sites).
    public func keep(_ snapshot: Snapshot, plan: Plan) throws(PlanningError) -> PlannedWorld {
        let world = try PlanningWorld(snapshot)
        let numbers = Dictionary(
            world.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let plans = Dictionary(plan.sessions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let drafts = world.sessions.map { session in
            var draft = Draft(unserved: session, siteCount: world.siteCount)
            guard let known = plans[session.id] else { return draft }
            draft.site = session.participants.map { known.assignment[$0].flatMap { numbers[$0] } ?? -1 }
            for (site, servers) in known.servers { if let number = numbers[site] { draft.servers[number] = servers } }
            draft.objective = known.cost.total
            return draft
        }
        let bounds = world.sessions.map { session in
            plans[session.id].flatMap { known -> BoundEvidence? in
                switch known.certificate {
                case .path where plan.poolPrices.isEmpty: BoundEvidence(of: session, in: world, value: known.bound)
                // At prices of the pool, and by potentials, a bound is another than that of the paths.
                case .path, .potentials:
                    BoundEvidence(of: session, in: world, value: CertifiedBound.path(of: session, in: world).value)
                default: nil
                }
            }
        }
        return PlannedWorld(snapshot: snapshot, plan: plan, world: world, drafts: drafts, bounds: bounds)
    }
}
