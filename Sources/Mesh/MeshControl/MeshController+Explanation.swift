import MeshPlanning
import MeshTypes

/// What a tick has found so far of what binds, and of what it cost that meshes were kept.
struct TickTally: Sendable {
    var explanation = TickExplanation()
    var forcedMoves = 0
    /// Sessions planned that were in no tick's plan before.
    private(set) var newSessions = 0
    /// Sums over the sessions planned: their meshes as they stood, as they are, and the bound on any.
    private var kept = 0.0
    private var planned = 0.0
    private var bound = 0.0
    private var isBounded = true
    private var sessions: Set<Int> = []
    /// Sites where the tick's plans gave servers back.
    private(set) var released: Set<Int32> = []

    /// Whether a session was planned in this tick.
    func hasPlanned(_ number: Int) -> Bool { sessions.contains(number) }

    /// Takes in what a session's plan changed.
    ///
    /// - Complexity: O(members).
    mutating func note(_ number: Int, _ session: TickSession, _ change: TickChange, _ world: TickSurroundings) {
        for holding in change.before {
            let left = session.position(of: holding.site)
            let servers = left.isHeld ? session.holdings[left.index].servers : 0
            if servers < holding.servers { released.insert(holding.site) }
        }
        forcedMoves += change.moves.count { $0.isForced && $0.from >= 0 && $0.to >= 0 }
        let now = session.figures.total - session.figures.disruption
        // A session that is planned twice in a tick was kept once: what the second plan gained comes off the first one's cost.
        guard sessions.insert(number).inserted else {
            planned += now - change.standingCost
            return
        }
        if session.isNew { newSessions += 1 }
        kept += change.standingCost
        planned += now
        if session.figures.isCertified { bound += session.figures.pairBound } else { isBounded = false }
        noteLimits(session, change)
        noteMembers(session, world)
    }

    private mutating func noteLimits(_ session: TickSession, _ change: TickChange) {
        let policy = session.policy
        let servers = session.holdings.reduce(0) { $0 + Int($1.servers) }
        if let limit = policy.siteLimit, session.holdings.count >= limit { explanation.sessionsAtSiteLimit += 1 }
        if let limit = policy.serverLimit, servers >= limit { explanation.sessionsAtServerLimit += 1 }
        if let limit = policy.moveBudget, change.budgetedMoves >= limit { explanation.sessionsAtMoveBudget += 1 }
    }

    private mutating func noteMembers(_ session: TickSession, _ world: TickSurroundings) {
        let cooldown = Int64(min(session.policy.cooldown, 1e9) * 1000)
        for member in session.members {
            if member.site < 0 {
                if world.reaches(member, session.policy) {
                    explanation.withoutCapacity += 1
                } else {
                    explanation.beyondCap += 1
                }
            } else if cooldown > 0, member.site == member.base, world.now - member.movedAt < cooldown {
                explanation.pinned += 1
            }
        }
    }

    /// The regret of the tick, at the sums as they are.
    mutating func close() {
        explanation.regret = max(0, kept - planned)
        explanation.regretLimit = isBounded ? max(explanation.regret, kept - bound) : nil
    }
}

extension TickSurroundings {
    /// Whether any site that could have servers for a member is within the latency cap.
    ///
    /// - Complexity: O(1) where one of the nearest is up, else O(sites).
    func reaches(_ member: TickMember, _ policy: SessionPolicy) -> Bool {
        let cap = policy.latencyCap(afterWaiting: member.waiting(at: now))?.microseconds ?? .max
        let row = Int(member.node) * field.stride
        func isReached(_ site: Int) -> Bool {
            let latency = field.access[row + site]
            return pool.entries[site].usable > 0 && latency < LatencyField.unreachable && Int64(latency) <= cap
        }
        let places = Int(member.node) * NearestSites.width..<(Int(member.node) + 1) * NearestSites.width
        for place in places {
            let site = Int(nearest.sites[place])
            // A list that is not full names every site that can be reached at all.
            guard site >= 0 else { return false }
            guard Int64(field.access[row + site]) <= cap else { return false }
            if pool.entries[site].usable > 0 { return true }
        }
        return (0..<field.siteCount).contains(where: isReached)
    }
}

extension MeshController {
    /// Adds to a report what binds at the sites and what the tick's sessions found.
    ///
    /// - Complexity: O(sites log sites).
    mutating func explain(_ report: inout TickReport) {
        tally.close()
        cumulativeRegret += tally.explanation.regret
        var explanation = tally.explanation
        explanation.cumulativeRegret = cumulativeRegret
        explanation.isMoveBudgetSpent = configuration.moveBudget != nil && world.moveBudget <= 0
        for (number, entry) in world.pool.entries.enumerated() {
            if entry.usable > 0, entry.free == 0 { explanation.soldOut.append(sites.id(number)) }
            if entry.scarcity > 0 {
                explanation.sitePrices.append(.init(site: sites.id(number), price: entry.scarcity))
                report.poolPrices[sites.id(number)] = entry.scarcity
            }
        }
        explanation.congestedLinks = links.entries.indices.filter { links.entries[$0].delay > 0 }.map { linkLoad($0) }
        explanation.soldOut.sort()
        explanation.sitePrices.sort { $0.site < $1.site }
        report.explanation = explanation
        report.forcedMoves = tally.forcedMoves
        report.leastUnserved = leastUnserved()
    }
}
