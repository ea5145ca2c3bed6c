import MeshPlanning
import MeshTypes

extension MeshController {
    /// The steps of a change that is booked already, make before break.
    ///
    /// Others' servers count as theirs; a site that drains or is overloaded keeps the servers that the session has there until the
    /// steps have given them up.
    func transition(_ session: TickSession, _ change: TickChange) -> Transition {
        let update = update(session, change)
        let transition = TransitionPlanner(supply: supply([(update, change)])).transition([update])
        return transition.postponed.isEmpty ? transition : breakBeforeMake(update)
    }

    /// Whether a change that a flow made, not booked yet, would have somebody leave before they arrive.
    func interrupts(_ session: TickSession, _ change: TickChange) -> Bool {
        guard change.isReassigned, !isOffline else { return false }
        var booked = self
        booked.world.pool.commit(change)
        let update = booked.update(session, change)
        let transition = TransitionPlanner(supply: booked.supply([(update, change)])).transition([update])
        return !transition.interrupted.isEmpty || !transition.postponed.isEmpty
    }

    /// The steps of an exchange whose servers are booked: one transition of several sessions. `nil` when it would interrupt somebody,
    /// or, where servers were taken from those who pay less, when there is no order at all.
    func steps(of changes: [BookedChange], isForced: Bool) -> [Directive]? {
        let updates = changes.map { (update: update($0.session, $0.change), change: $0.change) }
        let transition = TransitionPlanner(supply: supply(updates)).transition(updates.map(\.update))
        guard transition.postponed.isEmpty, transition.isComplete, isForced || transition.interrupted.isEmpty else {
            return nil
        }
        return transition.steps.map { .step($0) }
    }

    /// What a session's change is to the planner of transitions.
    func update(_ session: TickSession, _ change: TickChange) -> SessionChange {
        var update = SessionChange(session: session.id)
        for holding in change.before {
            let id = sites.id(Int(holding.site))
            update.serversBefore[id] = holding.servers > 0 ? Int(holding.servers) : nil
            update.loadBefore[id] = Int(holding.load)
        }
        for holding in change.after where holding.servers > 0 {
            update.serversAfter[sites.id(Int(holding.site))] = Int(holding.servers)
        }
        // Whoever waited and waits no longer, or begins to, takes no step.
        for move in change.moves where move.from >= 0 || move.to >= 0 {
            let person = people[move.slot]
            let isMember =
                Int(person.index) < session.members.count && session.members[Int(person.index)].slot == move.slot
            let load = isMember ? session.members[Int(person.index)].load : profileLoad(person)
            update.moves.append(
                .init(
                    participant: person.id, load: Int(load), from: move.from >= 0 ? sites.id(Int(move.from)) : nil,
                    to: move.to >= 0 ? sites.id(Int(move.to)) : nil))
        }
        return update
    }

    /// What the sites have for sessions whose changes are booked.
    func supply(_ updates: [(update: SessionChange, change: TickChange)]) -> [SiteID: SiteSupply] {
        var supply: [SiteID: SiteSupply] = [:]
        var (before, after): ([SiteID: Int], [SiteID: Int]) = ([:], [:])
        for (update, _) in updates {
            before.merge(update.serversBefore, uniquingKeysWith: +)
            after.merge(update.serversAfter, uniquingKeysWith: +)
        }
        for (_, change) in updates {
            for holding in change.before + change.after {
                let id = sites.id(Int(holding.site))
                guard supply[id] == nil else { continue }
                let entry = world.pool.entries[Int(holding.site)]
                let servers = max(entry.usable - (entry.rented - (after[id] ?? 0)), before[id] ?? 0)
                supply[id] = SiteSupply(
                    servers: entry.isUp ? max(0, servers) : 0, loadPerServer: entry.loadPerServer,
                    hasFailed: !entry.isUp)
            }
        }
        return supply
    }

    /// The steps where no order keeps everybody attached: all who move leave first.
    private func breakBeforeMake(_ update: SessionChange) -> Transition {
        var steps: [TransitionStep] = []
        let session = update.session
        for (site, servers) in update.serversAfter.sorted(by: { $0.key < $1.key }) {
            let added = servers - (update.serversBefore[site] ?? 0)
            if added > 0 { steps.append(.provision(session: session, site: site, servers: added)) }
        }
        for move in update.moves {
            if let from = move.from {
                steps.append(.detach(session: session, participant: move.participant, site: from))
            }
        }
        for move in update.moves {
            if let to = move.to { steps.append(.attach(session: session, participant: move.participant, site: to)) }
        }
        for (site, servers) in update.serversBefore.sorted(by: { $0.key < $1.key }) {
            let released = servers - (update.serversAfter[site] ?? 0)
            if released > 0 { steps.append(.release(session: session, site: site, servers: released)) }
        }
        let interrupted = update.moves.filter { $0.from != nil && $0.to != nil }.map(\.participant).sorted()
        return Transition(steps: steps, interrupted: interrupted)
    }

    private func profileLoad(_ person: PeopleTable.Person) -> Int32 {
        Int32(clamping: profiles.profiles[Int(person.profile)].load)
    }
}
