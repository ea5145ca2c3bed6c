import MeshTypes

/// What a search changed in a session.
package struct TickChange: Sendable {
    /// A member who is served elsewhere than before; -1 stands for no site.
    package struct Move: Sendable {
        package var slot: Int32
        package var from: Int32
        package var to: Int32
        /// Whether the old site could not serve the member any more.
        package var isForced: Bool

        package init(slot: Int32, from: Int32, to: Int32, isForced: Bool) {
            self.slot = slot
            self.from = from
            self.to = to
            self.isForced = isForced
        }
    }

    package var moves: [Move] = []
    package var before: [Holding] = []
    package var after: [Holding] = []
    /// Chosen moves against the budget of the tick.
    package var budgetedMoves = 0
    /// What the mesh cost as it stood before, with the members of now and moves aside.
    package var standingCost = 0.0
    /// Whether a flow had people change places: such moves may go round in circles, which no order of steps resolves.
    package var isReassigned = false

    package init() {}

    /// Whether anything changed.
    package var isEmpty: Bool { moves.isEmpty && before == after }
}

extension SessionKernel {
    /// Writes the mesh back into the session.
    ///
    /// - Complexity: O(members + candidates).
    func store(_ session: inout TickSession, _ world: TickSurroundings) -> TickChange {
        var change = TickChange()
        change.before = session.holdings
        change.budgetedMoves = state.figures.moves
        session.holdings = holdings(session)
        change.after = session.holdings
        var moves = 0
        for number in 0..<memberCount {
            let place = Int(state.place[number])
            let site = place >= 0 ? candidate[place] : -1
            let member = session.members[number]
            if site >= 0, member.base != Int32(SessionProblem.nowhere), member.base != site { moves += 1 }
            guard site != member.site else { continue }
            let isForced = home[number] == Self.none || member.site != member.base
            change.moves.append(.init(slot: member.slot, from: member.site, to: site, isForced: isForced))
            session.members[number].site = site
            if member.site < 0 { session.members[number].waited = max(0, world.now - member.waitsSince) }
            if site < 0 {
                session.members[number].waitsSince = world.now - member.waited
            } else if member.site >= 0 {
                session.members[number].movedAt = world.now
            }
        }
        setFigures(&session, moves: moves, world.pool)
        return change
    }

    /// Servers at the sites of the mesh: what the load needs, headroom for expected growth, and spares.
    func holdings(_ session: TickSession) -> [Holding] {
        var holdings: [Holding] = []
        var rented = 0
        var load = 0
        for place in 0..<candidateCount where state.members[place] > 0 {
            holdings.append(
                Holding(
                    site: candidate[place], servers: Int32(state.servers[place]), load: Int32(state.load[place]),
                    count: Int32(state.members[place])))
            rented += state.servers[place]
            load += state.load[place]
        }
        guard !holdings.isEmpty else { return [] }
        addSpares(session.policy.redundancy, to: &holdings)
        if session.headroom > 0 {
            for index in holdings.indices {
                let at = place(holdings[index])
                let share = Int(holdings[index].load) * session.headroom / max(1, load)
                let wanted = min(available[at], serversNeeded(Int(holdings[index].load) + share, at: at))
                let added = min(wanted - Int(holdings[index].servers), serverLimit - rented)
                guard added > 0 else { continue }
                holdings[index].servers += Int32(added)
                rented += added
            }
        }
        return holdings.sorted { $0.site < $1.site }
    }

    /// The place of a holding among the candidates.
    private func place(_ holding: Holding) -> Int {
        for place in 0..<candidateCount where candidate[place] == holding.site { return place }
        return 0
    }

    private func setFigures(_ session: inout TickSession, moves: Int, _ pool: TickPool) {
        var figures = session.figures
        figures.interaction = scale * state.figures.interaction
        figures.disruption = movePrice * Double(moves)
        figures.excess = max(0, state.figures.further - moveCharge * Double(moves))
        figures.unserved = unservedPrice * Double(state.figures.unserved)
        figures.rent = session.holdings.reduce(0) {
            $0 + pool.entries[Int($1.site)].price * Double($1.servers)
        }
        figures.pricedTotal = objective
        session.figures = figures
    }
}
