import MeshTypes

/// Turns drafts into the plan that callers get: figures recomputed from the assignment, not carried over.
struct PlanAssembly {
    let world: PlanningWorld
    let bounds: [Double]

    /// The plan of the drafts.
    ///
    /// - Parameter known: sessions whose plan is known already, by number; their drafts are not looked at.
    func plan(drafts: [Draft], strategy: Strategy, stage: PlanStage, known: [Int: SessionPlan] = [:]) -> Plan {
        let sessions = world.sessions.indices.map { index in
            known[index] ?? sessionPlan(world.sessions[index], drafts[index], bound: bounds[index])
        }
        let objective = sessions.reduce(0) { $0 + $1.cost.total }
        let bound = sessions.reduce(0) { $0 + $1.bound }
        let totals = Plan.Totals(
            participants: sessions.reduce(0) { $0 + $1.participants },
            served: sessions.reduce(0) { $0 + $1.assignment.count },
            servers: sessions.reduce(0) { $0 + $1.servers.values.reduce(0, +) },
            interaction: sessions.reduce(0) { $0 + $1.cost.interaction },
            rent: sessions.reduce(0) { $0 + $1.cost.rent },
            disruption: sessions.reduce(0) { $0 + $1.cost.disruption },
            unserved: sessions.reduce(0) { $0 + $1.cost.unserved },
            moves: sessions.reduce(0) { $0 + $1.migrations })
        return Plan(
            strategy: strategy, objective: objective, bound: bound, gap: gap(objective, bound), stage: stage,
            sessions: sessions, totals: totals)
    }

    private func sessionPlan(_ session: SessionProblem, _ draft: Draft, bound: Double) -> SessionPlan {
        let open = world.sites.indices.filter { draft.servers[$0] > 0 }
        var load = [Int](repeating: 0, count: world.siteCount)
        var assignment: [ParticipantID: SiteID] = [:]
        var unserved: [SessionPlan.Unserved] = []
        var migrations = 0
        for (participant, site) in draft.site.enumerated() {
            guard site >= 0 else {
                unserved.append(
                    .init(
                        participant: session.participants[participant],
                        reason: session.isWithinReach[participant] ? .capacity : .latencyCap))
                continue
            }
            load[site] += session.loads[participant]
            assignment[session.participants[participant]] = world.sites[site].id
            let previous = session.previous[participant]
            if previous != SessionProblem.nowhere && previous != site { migrations += 1 }
        }
        let latencies = PairLatencyDistribution(session, assignment: draft.site, world: world)
        let partners = Double(max(1, session.count - 1))
        let cost = SessionPlan.Cost(
            interaction: session.policy.latencyValue * latencies.interactionSum / 1000 / partners,
            rent: open.reduce(0) { $0 + world.sites[$1].price * Double(draft.servers[$1]) },
            disruption: session.policy.movePrice * Double(migrations),
            unserved: session.policy.unservedPrice * Double(unserved.count))
        let identified = { (values: [Int]) in
            Dictionary(uniqueKeysWithValues: open.map { (world.sites[$0].id, values[$0]) })
        }
        return SessionPlan(
            id: session.id, sites: open.map { world.sites[$0].id }, participants: session.count,
            servers: identified(draft.servers), load: identified(load), assignment: assignment, unserved: unserved,
            cost: cost, bound: bound, gap: gap(cost.total, bound), latency: latencies.statistics,
            migrations: migrations)
    }

    private func gap(_ objective: Double, _ bound: Double) -> Double? {
        if objective <= bound { return 0 }
        return bound == 0 ? nil : (objective - bound) / bound
    }
}
