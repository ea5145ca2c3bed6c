import DenseMatrices
import MeshTypes

/// Turns drafts into the plan that callers get: figures recomputed from the assignment, not carried over.
struct PlanAssembly {
    let world: PlanningWorld
    let bounds: [CertifiedBound]
    /// The prices of the pool at which the bounds hold, by site number.
    let prices: [Double]

    /// The plan of the drafts.
    ///
    /// - Parameter known: sessions whose plan is known already, by number; their drafts are not looked at.
    func plan(drafts: [Draft], strategy: Strategy, stage: PlanStage, known: [Int: SessionPlan] = [:]) -> Plan {
        let sessions = world.sessions.indices.map { index in
            known[index] ?? sessionPlan(world.sessions[index], drafts[index], bounds[index])
        }
        let objective = sessions.reduce(0) { $0 + $1.cost.total }
        let bound = sessions.reduce(0) { $0 + $1.bound } - world.worthOfPool(at: prices)
        let priced = world.sites.indices.filter { prices[$0] > 0 }
        let totals = Plan.Totals(
            participants: sessions.reduce(0) { $0 + $1.participants },
            served: sessions.reduce(0) { $0 + $1.assignment.count },
            servers: sessions.reduce(0) { $0 + $1.servers.values.reduce(0, +) },
            interaction: sessions.reduce(0) { $0 + $1.cost.interaction },
            rent: sessions.reduce(0) { $0 + $1.cost.rent },
            disruption: sessions.reduce(0) { $0 + $1.cost.disruption },
            unserved: sessions.reduce(0) { $0 + $1.cost.unserved },
            moves: sessions.reduce(0) { $0 + $1.migrations },
            excess: sessions.reduce(0) { $0 + $1.cost.excess })
        return Plan(
            strategy: strategy, objective: objective, bound: bound, gap: Self.gap(objective, bound), stage: stage,
            sessions: sessions, totals: totals,
            poolPrices: Dictionary(uniqueKeysWithValues: priced.map { (world.sites[$0].id, prices[$0]) }),
            leastUnserved: world.leastUnserved)
    }

    /// Why somebody is not served.
    private func reason(_ session: SessionProblem, _ participant: Int) -> SessionPlan.Unserved.Reason {
        guard session.isWithinReach[participant] else {
            return world.sites.contains { $0.freeServers > 0 } ? .latencyCap : .noServers
        }
        if let limit = session.policy.serverLimit, limit <= session.policy.redundancy { return .policy }
        return .capacity
    }

    /// What a draft of a session costs.
    func cost(of index: Int, _ draft: Draft) -> Double {
        sessionPlan(world.sessions[index], draft, CertifiedBound(value: 0, certificate: .path)).cost.total
    }

    private func sessionPlan(_ session: SessionProblem, _ draft: Draft, _ certified: CertifiedBound) -> SessionPlan {
        let open = world.sites.indices.filter { draft.servers[$0] > 0 }
        var load = [Int](repeating: 0, count: world.siteCount)
        var assignment: [ParticipantID: SiteID] = [:]
        var unserved: [SessionPlan.Unserved] = []
        var (migrations, excess) = (0, 0.0)
        let serving = ServingPrice(session, assignment: draft.site, world: world)
        for (participant, site) in draft.site.enumerated() {
            guard site >= 0 else {
                unserved.append(
                    .init(
                        participant: session.participants[participant],
                        reason: reason(session, participant),
                        price: serving.price(participant)))
                continue
            }
            load[site] += session.loads[participant]
            assignment[session.participants[participant]] = world.sites[site].id
            excess += session.excessCost(session.latency[participant * world.siteCount + site])
            let previous = session.previous[participant]
            if previous != SessionProblem.nowhere && previous != site { migrations += 1 }
        }
        let latencies = PairLatencyDistribution(session, assignment: draft.site, world: world)
        let cost = SessionPlan.Cost(
            // Where latency is worth nothing, a way that is missing costs nothing either.
            interaction: session.interaction.scale == 0
                ? 0 : session.interaction.scale * interactionSum(session, draft.site),
            rent: open.reduce(0) { $0 + world.sites[$1].price * Double(draft.servers[$1]) },
            disruption: session.policy.movePrice * Double(migrations),
            unserved: session.policy.unservedPrice * Double(unserved.count), excess: excess)
        let identified = { (values: [Int]) in
            Dictionary(uniqueKeysWithValues: open.map { (world.sites[$0].id, values[$0]) })
        }
        return SessionPlan(
            id: session.id, sites: open.map { world.sites[$0].id }, participants: session.count,
            servers: identified(draft.servers), load: identified(load), assignment: assignment, unserved: unserved,
            cost: cost, bound: certified.value,
            gap: Self.gap(cost.total + world.worth(of: draft.servers, at: prices), certified.value),
            latency: latencies.statistics,
            migrations: migrations, certificate: certified.certificate)
    }

    /// The weighted latency of all ordered pairs of the served, microseconds; of somebody alone, the echo.
    ///
    /// - Complexity: O(classes * sites * (classes + sites)) over the sites in use.
    private func interactionSum(_ session: SessionProblem, _ assignment: [Int]) -> Double {
        let open = Set(assignment.filter { $0 >= 0 }).sorted()
        var places = [Int](repeating: -1, count: world.siteCount)
        for (place, site) in open.enumerated() { places[site] = place }
        let (classes, weights) = (session.interaction.count, session.interaction.weight)
        // People at each site by class, and their access latency.
        var people = [Double](repeating: 0, count: classes * open.count)
        var access = [Double](repeating: 0, count: classes)
        var sizes = access
        for (participant, site) in assignment.enumerated() where site >= 0 {
            let own = session.interaction.classOf[participant]
            people[own * open.count + places[site]] += 1
            sizes[own] += 1
            access[own] += session.latency[participant * world.siteCount + site]
        }
        if session.count == 1 { return 2 * access[0] }
        var sum = 0.0
        for from in 0..<classes where sizes[from] > 0 {
            var listeners = [Double](repeating: 0, count: open.count)
            for to in 0..<classes where sizes[to] > 0 {
                let weight = weights[from * classes + to]
                guard weight > 0 else { continue }
                sum += weight * (access[from] * sizes[to] + access[to] * sizes[from])
                if from == to { sum -= weight * 2 * access[from] }
                for place in open.indices { listeners[place] += weight * people[to * open.count + place] }
            }
            for (row, site) in open.enumerated() where people[from * open.count + row] > 0 {
                var latency = 0.0
                for (column, other) in open.enumerated() where listeners[column] > 0 {
                    latency += listeners[column] * world.routed[site, other]
                }
                sum += people[from * open.count + row] * latency
            }
        }
        return sum
    }

    /// The gap of a cost to a bound, relative to the bound; `nil` where that is 0.
    static func gap(_ objective: Double, _ bound: Double) -> Double? {
        if objective <= bound { return 0 }
        return bound == 0 ? nil : (objective - bound) / bound
    }
}
