import MeshPlanning
import MeshTypes

extension MeshController {
    /// The steps of a change that is booked already, make before break.
    ///
    /// Others' servers count as theirs; a site that drains or is overloaded keeps the servers that the session has there until the
    /// steps have given them up.
    func transition(_ session: TickSession, _ change: TickChange) -> Transition {
        var update = SessionChange(session: session.id)
        var supply: [SiteID: SiteSupply] = [:]
        for holding in change.before {
            let id = sites.id(Int(holding.site))
            update.serversBefore[id] = holding.servers > 0 ? Int(holding.servers) : nil
            update.loadBefore[id] = Int(holding.load)
        }
        for holding in change.after where holding.servers > 0 {
            update.serversAfter[sites.id(Int(holding.site))] = Int(holding.servers)
        }
        for holding in change.before + change.after {
            let id = sites.id(Int(holding.site))
            guard supply[id] == nil else { continue }
            let entry = world.pool.entries[Int(holding.site)]
            let others = entry.rented - (update.serversAfter[id] ?? 0)
            let servers = max(entry.usable - others, update.serversBefore[id] ?? 0)
            supply[id] = SiteSupply(
                servers: entry.isUp ? max(0, servers) : 0, loadPerServer: entry.loadPerServer, hasFailed: !entry.isUp)
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
        let transition = TransitionPlanner(supply: supply).transition([update])
        return transition.postponed.isEmpty ? transition : breakBeforeMake(update)
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
