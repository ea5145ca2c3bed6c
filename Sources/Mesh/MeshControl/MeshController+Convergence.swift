public import MeshPlanning
public import MeshTypes
public import Optimization

extension MeshController {
    /// Rounds of the master in a plan, at most, and rounds without progress that end it.
    private static let planRounds = 60
    private static let idleRounds = 12
    private static let polishingRounds = 6
    /// Sessions up to which all are settled in one program now and then.
    private static let wholeProgramLimit = 64

    /// Plans all sessions as a tick would that never ends: rounds of pricing, prices and exchanges, until nothing gains.
    ///
    /// Moves are counted against the meshes before, however often somebody changes site on the way. The meshes of least cost that
    /// any round had are kept; so it can be stopped at any time.
    ///
    /// - Returns: whether it came to its end.
    /// - Complexity: a round as a plan of every session.
    @discardableResult
    public mutating func converge(monitor: StopMonitor) -> Bool {
        var gauge = WorkGauge(monitor: monitor)
        isOffline = true
        world.moveBudget = configuration.moveBudget ?? Int.max / 4
        tally = TickTally()
        var report = TickReport()
        let planners = (0..<max(1, configuration.threads)).map { _ in TickPlanner(flow: solvers.flow) }
        master = PoolMaster()
        _ = planWaiting(planners, &gauge, &report)
        var (best, idle) = (self, 0)
        for round in 0..<Self.planRounds where idle < Self.idleRounds {
            guard monitor.stopReason == nil, report.sessionsWaiting == 0 else { break }
            _ = improve(round, planners, &gauge, &report)
            let gain = best.totals.objective - totals.objective
            if gain > 1e-4 * abs(best.totals.objective) { idle = 0 } else { idle += 1 }
            if gain > 0, queue.count == 0 { best = self }
        }
        let isComplete = idle == Self.idleRounds
        let counts = master.counts
        self = best
        polish(planners, &gauge, &report)
        master.counts = counts
        return isComplete
    }

    /// Takes what is free at its rent alone, as prices that keep servers for others have done their work.
    private mutating func polish(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ report: inout TickReport
    ) {
        let prices = world.pool.entries.map(\.scarcity)
        for _ in 0..<Self.polishingRounds {
            let before = totals.objective
            for site in prices.indices { world.pool.entries[site].scarcity = 0 }
            for number in sessions.indices where sessions[number] != nil { queue.add(number) }
            _ = planWaiting(planners, &gauge, &report)
            for site in prices.indices { world.pool.entries[site].scarcity = prices[site] }
            _ = exchange(planners, &gauge, limit: .max)
            guard totals.objective < before - 1e-6 * abs(before) else { break }
        }
        for site in prices.indices { world.pool.entries[site].scarcity = prices[site] }
    }

    private mutating func improve(
        _ round: Int, _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ report: inout TickReport
    ) -> [Directive] {
        for number in sessions.indices where sessions[number] != nil { queue.add(number) }
        let mayLook = round % 4 == 3
        var directives = planWaiting(planners, &gauge, &report, isSweep: mayLook)
        if report.sessionsWaiting > 0 { return directives }
        if mayLook {
            for number in sessions.indices {
                guard let session = sessions[number], gauge.begin(members: session.members.count) else { continue }
                if let column = planners[0].priceAfresh(session, world) {
                    master.add(column, to: number, session, world.pool)
                }
                gauge.finish(members: session.members.count)
            }
        }
        directives += runMaster(planners, &gauge, exchanges: .max)
        if mayLook, sessionNumbers.count <= Self.wholeProgramLimit { exchangeAll(planners[0]) }
        return directives
    }

    /// What the master of the last tick or plan did.
    package var masterCounts: PoolMaster.Counts { master.counts }

    /// The prices of servers beyond their rent, by site; sites where there is none are left out.
    public var poolPrices: [SiteID: Double] {
        var prices: [SiteID: Double] = [:]
        for (number, entry) in world.pool.entries.enumerated() where entry.scarcity > 0 {
            prices[sites.id(number)] = entry.scarcity
        }
        return prices
    }

    /// The meshes as they are.
    package var meshes: [SessionID: PublishedPlan.Mesh] {
        var meshes: [SessionID: PublishedPlan.Mesh] = [:]
        for session in sessions.compactMap({ $0 }) {
            var mesh = PublishedPlan.Mesh(servers: [:], assignment: [:])
            for holding in session.holdings where holding.servers > 0 {
                mesh.servers[sites.id(Int(holding.site))] = Int(holding.servers)
            }
            for member in session.members where member.site >= 0 {
                mesh.assignment[people[member.slot].id] = sites.id(Int(member.site))
            }
            meshes[session.id] = mesh
        }
        return meshes
    }
}
