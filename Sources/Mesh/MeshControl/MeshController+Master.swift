import MeshPlanning
import MeshTypes

extension MeshController {
    /// How often a first plan goes through the sessions that the prices concern, at most.
    private static let firstPlanRounds = 6
    /// Sessions without changes that are priced in a tick, at most, by their members.
    private static let pricedMembers = 1_600
    /// The part of a tick's members that a program of prices counts as.
    private static let programMembers = 150

    /// Goes on after a first plan, in which sessions took servers in the order in which they came: the master finds prices, and those
    /// plan again who hold servers where these rose or would choose others. Nobody has to move for it yet.
    ///
    /// - Complexity: a round as a plan of the sessions concerned; ends with the rounds, the time, or when few are.
    mutating func settleFirstPlan(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ report: inout TickReport
    ) -> [Directive] {
        guard tally.newSessions * 2 > sessionNumbers.count else { return [] }
        var directives: [Directive] = []
        for _ in 0..<Self.firstPlanRounds where !gauge.isOver {
            guard updatePrices(&gauge) else { break }
            var concerned = 0
            for (number, session) in sessions.enumerated() {
                guard let session else { continue }
                let isShort = session.figures.unserved > 0
                guard isShort || !master.better(than: session, of: number, world.pool).isEmpty else { continue }
                queue.add(number, isUrgent: isShort)
                concerned += 1
            }
            directives += planWaiting(planners, &gauge, &report)
            if exchangesServers { directives += exchange(planners, &gauge) }
            guard concerned * 20 > sessionNumbers.count else { break }
        }
        return directives
    }

    /// A slice of the pool's master: prices of contended servers, and exchanges between the sessions that want them.
    ///
    /// - Parameter exchanges: how many may be tried.
    mutating func runMaster(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, exchanges: Int = MeshController.exchangeLimit
    ) -> [Directive] {
        priceInTurn(planners, &gauge)
        _ = updatePrices(&gauge)
        guard exchangesServers else { return [] }
        return exchange(planners, &gauge, limit: exchanges)
    }

    /// Sets the prices of contended servers; says whether any changed.
    private mutating func updatePrices(_ gauge: inout WorkGauge) -> Bool {
        let hasPrices = world.pool.entries.contains { $0.scarcity > 0 }
        guard hasPrices || !master.sessions.isEmpty else { return false }
        guard gauge.begin(members: Self.programMembers) else { return false }
        let sessions = sessions
        let isChanged = master.updatePrices({ sessions[$0] }, &world.pool, solvers.linear)
        gauge.finish(members: Self.programMembers)
        return isChanged
    }

    /// Prices some sessions that were not planned in this tick, in turn: what they would choose at the prices of now.
    private mutating func priceInTurn(_ planners: [TickPlanner], _ gauge: inout WorkGauge) {
        let isContended = world.pool.entries.indices.contains { world.pool.isContended($0) }
        guard isContended, !sessions.isEmpty else { return }
        var members = 0
        for _ in sessions.indices {
            pricingPosition = pricingPosition + 1 < sessions.count ? pricingPosition + 1 : 0
            guard let session = sessions[pricingPosition], !tally.hasPlanned(pricingPosition) else { continue }
            guard members + session.members.count <= Self.pricedMembers || members == 0 else { return }
            guard gauge.begin(members: session.members.count) else { return }
            members += session.members.count
            if let column = planners[0].price(session, world) {
                master.add(column, to: pricingPosition, session, world.pool)
            }
            gauge.finish(members: session.members.count)
        }
    }
}
