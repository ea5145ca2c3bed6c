public import MeshTypes
public import Optimization

extension MeshPlanner {
    /// Evaluations that a warm search may spend between two improvements: a tenth of a cold one's.
    private static let warmScanEffort = 400_000
    /// Evaluations of moves that a warm plan may take.
    private static let warmEffort = 30_000_000

    /// Plans a neighbour of a planned snapshot: what the change does not touch stays, the rest is repaired and improved.
    ///
    /// Sessions whose mesh costs what it cost, in a world where nothing got better, keep it. The others start from their
    /// old mesh (or, where it has lost most people, also from the greedy one) and end in a local optimum of a narrower
    /// neighbourhood than ``plan(_:options:)`` searches. Bounds are those of the definition, computed anew where what they
    /// rest on changed. The result is a function of the two snapshots and the old plan, whatever else runs.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself or a solver fails.
    public func replan(
        _ snapshot: Snapshot, near neighbour: PlannedWorld, interrupter: Interrupter? = nil
    ) throws(PlanningError) -> PlannedWorld {
        let world = try PlanningWorld(snapshot)
        let change = WorldChange(neighbour, snapshot: snapshot, world: world)
        let evidence = world.sessions.indices.map { change.keptBound($0) }
        let monitor = StopMonitor(criteria: .none, interrupter: interrupter)
        var ladder = Ladder(world: world, planner: self, monitor: monitor)
        let kept = world.sessions.indices.filter { change.keepsMesh($0) }
        let isKept = Set(kept)
        ladder.adopt(
            world.sessions.indices.map { index in
                isKept.contains(index)
                    ? neighbour.drafts[index] : Draft(unserved: world.sessions[index], siteCount: world.siteCount)
            })
        let effort = max(200_000, Self.warmEffort / max(1, world.sessions.count))
        for index in world.sessions.indices where !isKept.contains(index) && world.sessions[index].count > 0 {
            let start = change.start(of: world.sessions[index])
            try ladder.restart(
                index, from: start, effort: effort, scanEffort: Self.warmScanEffort, monitor: monitor)
        }
        if ladder.leavesOut(of: world.sessions.indices.filter { !isKept.contains($0) }) {
            _ = ladder.resolveContention()
        }
        ladder.boundPrices = world.sites.map { _ in 0 }
        ladder.bounds = world.sessions.indices.map { index in
            Self.bound(
                of: world.sessions[index], in: world, evidence: evidence[index], near: neighbour,
                assignment: ladder.drafts[index].site)
        }
        ladder.carryPrices(from: neighbour)
        let assembly = PlanAssembly(world: world, bounds: ladder.bounds, prices: ladder.boundPrices)
        var known: [Int: SessionPlan] = [:]
        for index in kept where evidence[index] != nil && ladder.drafts[index].site == neighbour.drafts[index].site {
            known[index] = assembly.bounded(neighbour.plan.sessions[index], index, ladder.drafts[index])
        }
        let plan = assembly.plan(
            drafts: ladder.drafts, strategy: .best, stage: kept.count == world.sessions.count ? .repair : .improving,
            known: known)
        return PlannedWorld(snapshot: snapshot, plan: plan, world: world, drafts: ladder.drafts, bounds: evidence)
    }

    /// The better of the path bound and that of the neighbour's potentials; paths are not looked for anew where what is
    /// known of the neighbour's lies below the potentials.
    private static func bound(
        of session: SessionProblem, in world: PlanningWorld, evidence: BoundEvidence?, near neighbour: PlannedWorld,
        assignment: [Int]
    ) -> CertifiedBound {
        let carried = CertifiedBound.carried(from: neighbour, to: session, in: world, assignment: assignment)
        let path = evidence.map { CertifiedBound(value: $0.value, certificate: .path) }
        guard let carried else { return path ?? .path(of: session, in: world) }
        if let path { return carried.value > path.value ? carried : path }
        let before = neighbour.world.sessions.firstIndex { $0.id == session.id }.flatMap { neighbour.bounds[$0]?.value }
        if let before, carried.value > before { return carried }
        let anew = CertifiedBound.path(of: session, in: world)
        return carried.value > anew.value ? carried : anew
    }
}

extension PlanAssembly {
    /// A session's plan with the bound and gap that hold now.
    fileprivate func bounded(_ known: SessionPlan, _ index: Int, _ draft: Draft) -> SessionPlan {
        var plan = known
        plan.bound = bounds[index].value
        plan.gap = Self.gap(known.cost.total + world.worth(of: draft.servers, at: prices), bounds[index].value)
        plan.certificate = bounds[index].certificate
        return plan
    }
}

extension Ladder {
    /// Takes the neighbour's prices of the pool and potentials at them, where those of all sessions can be had and bound higher together.
    fileprivate mutating func carryPrices(from neighbour: PlannedWorld) {
        let prices = world.sites.map { neighbour.plan.poolPrices[$0.id] ?? 0 }
        guard prices.contains(where: { $0 > 0 }) else { return }
        let priced = world.priced(by: prices)
        var carried: [CertifiedBound] = []
        for index in world.sessions.indices {
            let own = CertifiedBound.carried(
                from: neighbour, to: world.sessions[index], in: priced, assignment: drafts[index].site)
            guard let own else { return }
            carried.append(own)
        }
        adopt(carried, at: prices)
    }

    /// Plans one session anew from where its people were, on what is free to it.
    fileprivate mutating func restart(
        _ index: Int, from start: [Int], effort: Int, scanEffort: Int, monitor: StopMonitor
    ) throws(PlanningError) {
        var search = LocalSearch(monitor: monitor, effort: effort, scanEffort: scanEffort)
        for component in world.components {
            let space = space(of: index, component)
            let baselines = Baselines(space: space, world: world)
            var state = MeshState(space, sites: start)
            state?.settle()
            let placed = start.count(where: { $0 >= 0 && world.sites[$0].freeServers > 0 })
            if state == nil || 2 * placed < start.count {
                let greedy = baselines.mesh(.greedy)
                if state.map({ greedy.objective < $0.objective }) ?? true { state = greedy }
            }
            guard var state else { continue }
            try refine(&state, of: index, with: &search)
            adopt(state, for: index)
            // An old mesh may be too small a place to repair: others may serve all.
            for strategy in [Strategy.greedy, .nearest, .single] where leavesOut(index) {
                var other = baselines.mesh(strategy)
                try refine(&other, of: index, with: &search)
                adopt(other, for: index)
            }
        }
    }

    /// Whether somebody of a session is left out whom some site could serve.
    private func leavesOut(_ index: Int) -> Bool {
        let session = world.sessions[index]
        return session.participants.indices.contains { drafts[index].site[$0] < 0 && session.isWithinReach[$0] }
    }

    /// Whether somebody of these sessions is left out whom some site could serve.
    fileprivate func leavesOut(of sessions: [Int]) -> Bool {
        world.sessions.count > 1 && sessions.contains { leavesOut($0) }
    }
}
