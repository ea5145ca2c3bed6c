import MeshTypes

/// The pricing problem of the pool's master: the mesh that a session would choose at the pool's prices if all usable servers were to
/// be had.
extension SessionKernel {
    /// Lets the search take servers that others hold; says whether there are any to be taken at a candidate.
    ///
    /// - Complexity: O(candidates).
    mutating func widen(_ pool: TickPool) -> Bool {
        var isWider = false
        for place in 0..<candidateCount {
            let site = Int(candidate[place])
            guard pool.isContended(site), available[place] < pool.entries[site].usable else { continue }
            available[place] = pool.entries[site].usable
            isWider = true
        }
        return isWider
    }

    /// The mesh in hand as a column of the master.
    ///
    /// - Complexity: O(members + candidates).
    func column(_ session: TickSession, _ pool: TickPool) -> MeshColumn {
        let holdings = holdings(session)
        var disruption = 0.0
        var sites: [Int32] = []
        sites.reserveCapacity(memberCount)
        for number in 0..<memberCount {
            let place = Int(state.place[number])
            let (site, base) = (place >= 0 ? candidate[place] : -1, session.members[number].base)
            if site >= 0, base != Int32(SessionProblem.nowhere), base != site { disruption += moveCharge }
            sites.append(site)
        }
        let rent = holdings.reduce(0) { $0 + pool.entries[Int($1.site)].price * Double($1.servers) }
        let cost =
            scale * state.figures.interaction + max(0, state.figures.further - disruption) + rent
            + unservedPrice * Double(state.figures.unserved)
        return MeshColumn(sites: sites, holdings: holdings, cost: cost)
    }

    /// Leaves out those whom the last server of a site carries, where what it is worth to others is more than leaving them out costs.
    ///
    /// Those go first whose going saves most. Without such meshes the master could not tell who is to be left out.
    ///
    /// - Complexity: O(members log members) a site that is looked at.
    mutating func dropWhereDear(_ pool: TickPool) {
        for place in 0..<candidateCount where pool.entries[Int(candidate[place])].scarcity > 0 {
            let charge = pool.entries[Int(candidate[place])].scarcity
            while state.servers[place] > 0 {
                let excess = state.load[place] - (state.servers[place] - 1) * loadPerServer[place]
                let members = (0..<memberCount).filter { Int(state.place[$0]) == place }
                    .sorted { (latency[$1 * candidateCount + place], $0) < (latency[$0 * candidateCount + place], $1) }
                var (dropped, left) = (0, excess)
                for member in members where left > 0 {
                    left -= Int(load[member])
                    dropped += 1
                }
                guard left <= 0, Double(dropped) * unservedPrice < charge else { break }
                for member in members.prefix(dropped) { apply(member, to: -1) }
            }
        }
    }
}

extension TickPlanner {
    /// The mesh that the session that was planned last would choose at the pool's prices if it could have the servers of others; `nil`
    /// where it is the same, or there are none to be had.
    package func widerColumn(_ session: TickSession, _ world: TickSurroundings) -> MeshColumn? {
        kernel.widerColumn(session, world)
    }

    /// The mesh that a session would choose at the pool's prices if it could have the servers of others; `nil` where it is the one that
    /// it has.
    package func price(_ session: TickSession, _ world: TickSurroundings) -> MeshColumn? {
        kernel.load(session, world)
        return kernel.widerColumn(session, world)
    }

    /// The mesh that a session would choose at the pool's prices on all usable servers, searched from nothing; `nil` where somebody may
    /// not move.
    package func priceAfresh(_ session: TickSession, _ world: TickSurroundings) -> MeshColumn? {
        var fresh = session
        fresh.figures.facilityBound = 0
        kernel.load(fresh, world)
        guard kernel.memberCount > 0, kernel.siteLimit > 0, kernel.moveBudget > kernel.memberCount else { return nil }
        guard !(0..<kernel.memberCount).contains(where: { kernel.isPinned[$0] }) else { return nil }
        _ = kernel.widen(world.pool)
        kernel.clear()
        var gauge = WorkGauge(limit: .max)
        kernel.search(.full, &gauge)
        if let flowSolver { flows += kernel.assignByFlow(flowSolver) }
        kernel.makeRoomForSpares(session.policy.redundancy)
        kernel.dropWhereDear(world.pool)
        return kernel.column(session, world.pool)
    }

    /// The best mesh that leaves some servers of the session's to others.
    ///
    /// - Parameters:
    ///   - servers: how many fewer than it holds at `site`.
    ///   - isForced: whether whoever loses a server for it owes no move.
    package func column(
        _ session: TickSession, _ world: TickSurroundings, yielding servers: Int, at site: Int32, isForced: Bool
    ) -> MeshColumn {
        var giver = session
        let forgiven =
            isForced ? giver.forgive(servers, at: site, world.pool.entries[Int(site)].loadPerServer) : []
        let capacity = SearchCapacity.yielding(servers, at: site)
        var gauge = WorkGauge(limit: .max)
        kernel.load(giver, world, capacity)
        kernel.search(.repair, &gauge)
        reachBeyond(&giver, world, capacity)
        kernel.makeRoomForSpares(session.policy.redundancy)
        var column = kernel.column(giver, world.pool)
        column.forgiven = forgiven
        return column
    }

    /// The best mesh on what is free and some servers more at one site.
    package func column(
        _ session: TickSession, _ world: TickSurroundings, gaining servers: Int, at site: Int32
    ) -> MeshColumn {
        var gauge = WorkGauge(limit: .max)
        var wider = session
        if !wider.suggestions.contains(site) { wider.suggestions.append(site) }
        kernel.load(wider, world, .gaining(servers, at: site))
        kernel.search(.repair, &gauge)
        kernel.makeRoomForSpares(session.policy.redundancy)
        return kernel.column(session, world.pool)
    }

    /// Gives a session a mesh; what changed. Whom the mesh's servers do not carry stays without one.
    package func adopt(
        _ column: MeshColumn, by session: inout TickSession, _ world: TickSurroundings
    ) -> TickChange {
        for index in column.forgiven { session.members[Int(index)].base = -1 }
        var target = session
        for index in target.members.indices { target.members[index].site = column.sites[index] }
        target.holdings = column.holdings
        target.suggestions = []
        kernel.load(target, world, .holdings(column.holdings))
        let figures = session.figures
        var change = kernel.store(&session, world)
        // The bound on any mesh stands; that on the tangent was of another mesh.
        session.figures.facilityBound = min(figures.facilityBound, session.figures.pricedTotal)
        session.figures.isCertified = figures.isCertified
        change.standingCost = figures.total - figures.disruption
        return change
    }
}

extension SessionKernel {
    mutating func widerColumn(_ session: TickSession, _ world: TickSurroundings) -> MeshColumn? {
        guard memberCount > 0, siteLimit > 0, widen(world.pool) else { return nil }
        saved.copy(state, members: memberCount, candidates: candidateCount, kinds: kindCount)
        let before = (objective, state.figures.unserved)
        var gauge = WorkGauge(limit: .max)
        search(.repair, &gauge)
        makeRoomForSpares(session.policy.redundancy)
        dropWhereDear(world.pool)
        guard objective < before.0 - Self.tolerance || state.figures.unserved != before.1 else { return nil }
        return column(session, world.pool)
    }
}

extension TickSession {
    /// Forgets where those were served for whom there is no room at a site once it has fewer servers, so that they owe no move: the
    /// last ones, as the search lets the first stay. Their positions.
    mutating func forgive(_ servers: Int, at site: Int32, _ loadPerServer: Int) -> [Int32] {
        let (position, isHeld) = position(of: site)
        guard isHeld else { return [] }
        let room = (Int(holdings[position].servers) - servers) * loadPerServer
        var (load, forgiven): (Int, [Int32]) = (0, [])
        for index in members.indices where members[index].site == site {
            if load + Int(members[index].load) <= room {
                load += Int(members[index].load)
            } else {
                members[index].base = -1
                forgiven.append(Int32(index))
            }
        }
        return forgiven
    }
}
