import MeshPlanning
import MeshTypes

extension MeshController {
    /// Plans a session anew and, if asked, certifies it; what is to be done.
    mutating func plan(
        _ number: Int, _ effort: TickPlanner.Effort, _ planner: TickPlanner, _ gauge: inout WorkGauge, certifies: Bool
    ) -> [Directive] {
        guard var session = sessions[number] else { return [] }
        // Taken out, so that the session's arrays are changed where they are.
        sessions[number] = nil
        let (before, servedBefore) = (session.figures, session.served)
        let change = planner.plan(&session, world, effort, &gauge)
        var wider: MeshColumn?
        session.figures.isCertified = false
        if certifies, !gauge.isOver {
            refreshDepartures(session)
            planner.certify(&session, world, departures)
            wider = planner.widerColumn(session, world)
        } else if certifies {
            queue.add(number)
        }
        if let wider { master.add(wider, to: number, session, world.pool) }
        return book(number, session, change, before, servedBefore)
    }

    /// Whether a session's mesh cannot stay as it is: somebody has no server or one out of reach, or servers are missing.
    ///
    /// - Complexity: O(members + sites of the mesh).
    func needsRepair(_ number: Int) -> Bool {
        guard let session = sessions[number] else { return false }
        var (rented, needed) = (0, 0)
        var component: Int?
        for holding in session.holdings {
            let entry = world.pool.entries[Int(holding.site)]
            let servers = Int(holding.servers)
            guard servers == 0 || entry.usable > 0, Int(holding.load) <= servers * entry.loadPerServer else {
                return true
            }
            rented += servers
            needed += (Int(holding.load) + entry.loadPerServer - 1) / entry.loadPerServer
            guard holding.count > 0 else { continue }
            if let component, component != entry.component { return true }
            component = entry.component
        }
        if needed > 0, rented < needed + session.policy.redundancy { return true }
        return session.members.contains { member in
            guard member.site >= 0 else { return true }
            let latency = world.field.access[Int(member.node) * world.field.stride + Int(member.site)]
            let cap =
                session.policy.latencyCap(afterWaiting: member.waiting(at: now.milliseconds))?.microseconds ?? .max
            return Int64(latency) > cap || latency >= LatencyField.unreachable
        }
    }

    /// Books what a session's new mesh takes and gives, and tells what is to be done.
    mutating func book(
        _ number: Int, _ session: TickSession, _ change: TickChange, _ before: SessionFigures, _ servedBefore: Int
    ) -> [Directive] {
        world.pool.commit(change)
        world.moveBudget -= change.budgetedMoves
        count(number, session, change, before, servedBefore)
        return publish(number, change)
    }

    /// Takes a session's new mesh into all sums.
    private mutating func count(
        _ number: Int, _ session: TickSession, _ change: TickChange, _ before: SessionFigures, _ servedBefore: Int
    ) {
        serving.note(number, isShort: session.figures.unserved > 0)
        tally.note(number, session, change, world)
        totals.add(before, served: servedBefore, sign: -1)
        totals.add(session.figures, served: session.served, sign: 1)
        sessions[number] = session
    }

    /// A session's change whose servers are booked.
    struct BookedChange {
        var number: Int
        var before: TickSession
        var session: TickSession
        var change: TickChange
    }

    /// Takes a change in whose steps are told already; its new version, and who is declined.
    mutating func enter(_ booked: BookedChange) -> [Directive] {
        count(booked.number, booked.session, booked.change, booked.before.figures, booked.before.served)
        return announce(booked.number, booked.change, steps: [])
    }

    /// The session's bounds are those of other members or latencies from now on.
    mutating func uncertify(_ number: Int) {
        guard var figures = sessions[number]?.figures else { return }
        totals.uncertify(&figures)
        sessions[number]?.figures = figures
    }

    mutating func refreshDepartures(_ session: TickSession) {
        for member in session.members { departures.refresh(Int(member.node), world.field) }
    }

    /// Tells what a change of a session takes: the steps, who is declined, and the new version.
    mutating func publish(_ number: Int, _ change: TickChange) -> [Directive] {
        guard let session = sessions[number] else { return [] }
        if change.isEmpty, session.version > 0 { return [] }
        return announce(number, change, steps: isOffline ? [] : transition(session, change).steps)
    }

    private mutating func announce(_ number: Int, _ change: TickChange, steps: [TransitionStep]) -> [Directive] {
        guard var session = sessions[number] else { return [] }
        sessions[number] = nil
        session.version += 1
        if links.isActive { links.touch(number) }
        unsettled.append(Int32(number))
        var directives = steps.map { Directive.step($0) }
        for move in change.moves where move.to < 0 {
            guard people[move.slot].session == Int32(number) else { continue }
            let person = people[move.slot]
            guard Int(person.index) < session.members.count, session.members[Int(person.index)].slot == move.slot else {
                continue
            }
            let (reason, price) = refusal(session.members[Int(person.index)], session)
            directives.append(.decline(session.id, person.id, reason: reason, price: price))
        }
        directives.append(.publish(session.id, version: session.version))
        sessions[number] = session
        return directives
    }

    /// Why a member has no server, and what one more server within reach would cost: the least price that those who hold servers
    /// there give it, if any site is within reach.
    func refusal(
        _ member: TickMember, _ session: TickSession
    ) -> (reason: SessionPlan.Unserved.Reason, price: Double?) {
        let waiting = Double(max(0, now.milliseconds - member.waitsSince)) / 1000
        let cap = session.policy.latencyCap(afterWaiting: waiting)?.microseconds ?? .max
        let row = Int(member.node) * world.field.stride
        var least: Double?
        var hasServers = false
        for site in 0..<world.field.siteCount {
            let entry = world.pool.entries[site]
            if entry.usable > 0 { hasServers = true }
            guard entry.usable > 0, Int64(world.field.access[row + site]) <= cap,
                world.field.access[row + site] < LatencyField.unreachable
            else { continue }
            least = min(least ?? .infinity, entry.price + entry.scarcity)
        }
        guard let least else { return (hasServers ? .latencyCap : .noServers, nil) }
        if let limit = session.policy.serverLimit, limit <= session.policy.redundancy { return (.policy, least) }
        return (.capacity, least)
    }

    /// Makes what everybody has now their last plan: what moves are counted against.
    ///
    /// Done at the first event after a tick, so that until then the plan can be told with its moves.
    mutating func settle() {
        guard isTickOver else { return }
        isTickOver = false
        for number in unsettled {
            guard var session = sessions[Int(number)] else { continue }
            // Taken out, so that the members are changed where they are.
            sessions[Int(number)] = nil
            for index in session.members.indices { session.members[index].base = session.members[index].site }
            // The moves are paid for.
            totals.objective -= session.figures.disruption
            totals.priced -= session.figures.disruption
            session.figures.pricedTotal -= session.figures.disruption
            session.figures.disruption = 0
            sessions[Int(number)] = session
        }
        unsettled.removeAll(keepingCapacity: true)
    }
}
