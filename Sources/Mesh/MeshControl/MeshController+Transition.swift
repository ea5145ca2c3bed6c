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
        for move in change.moves {
            let person = people[move.slot]
            let isMember = Int(person.index) < session.members.count && session.members[Int(person.index)].slot == move.slot
            let load = isMember ? session.members[Int(person.index)].load : profileLoad(person)
            update.moves.append(
                .init(
                    participant: person.id, load: Int(load), from: move.from >= 0 ? sites.id(Int(move.from)) : nil,
                    to: move.to >= 0 ? sites.id(Int(move.to)) : nil))
        }
        return TransitionPlanner(supply: supply).transition([update])
    }

    private func profileLoad(_ person: PeopleTable.Person) -> Int32 {
        Int32(clamping: profiles.profiles[Int(person.profile)].load)
    }

    /// Leaves those where they are whose move no order of steps makes possible, with the servers that they need there.
    mutating func keepPostponed(_ postponed: [Transition.Postponed], _ session: inout TickSession) {
        guard !postponed.isEmpty else { return }
        for entry in postponed {
            guard let slot = people.number(of: entry.participant) else { continue }
            let index = Int(people[slot].index)
            guard index < session.members.count, session.members[index].slot == slot else { continue }
            session.members[index].site = session.members[index].base
        }
        let before = session.holdings
        var counts: [Int32: (load: Int32, count: Int32)] = [:]
        for member in session.members where member.site >= 0 {
            counts[member.site, default: (0, 0)].load += member.load
            counts[member.site, default: (0, 0)].count += 1
        }
        for holding in before where counts[holding.site] == nil { counts[holding.site] = (0, 0) }
        session.holdings = counts.keys.sorted().map { site in
            let (load, count) = counts[site] ?? (0, 0)
            let one = Int32(clamping: world.pool.entries[Int(site)].loadPerServer)
            let (index, isHeld) = position(of: site, in: before)
            let held = isHeld ? before[index].servers : 0
            return Holding(site: site, servers: max(held, (load + one - 1) / one), load: load, count: count)
        }
        for holding in before { world.pool.entries[Int(holding.site)].rented -= Int(holding.servers) }
        for holding in session.holdings { world.pool.entries[Int(holding.site)].rented += Int(holding.servers) }
    }

    private func position(of site: Int32, in holdings: [Holding]) -> (index: Int, isHeld: Bool) {
        for (index, holding) in holdings.enumerated() where holding.site == site { return (index, true) }
        return (0, false)
    }
}
