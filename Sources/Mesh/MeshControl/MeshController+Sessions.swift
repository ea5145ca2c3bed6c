import MeshPlanning
import MeshTypes

extension MeshController {
    mutating func create(_ opening: SessionOpening) -> [Directive] {
        let policy = opening.policy ?? configuration.policies[opening.type] ?? SessionPolicy.standard(for: opening.type)
        let number = vacantSessions.popLast() ?? sessions.count
        if number == sessions.count { sessions.append(nil) }
        var session = TickSession(id: opening.id, type: opening.type, policy: policy)
        session.expected = opening.expectedParticipants ?? 0
        session.headroom = max(0, session.expected - opening.participants.count)
        sessionNumbers[opening.id] = number
        serving.begin(paying: policy.unservedPrice)
        for report in opening.participants { admit(report, to: number, &session) }
        sessions[number] = session
        guard !opening.participants.isEmpty else { return publish(number, .init()) }
        var gauge = WorkGauge(limit: Self.openingWork)
        let planner = TickPlanner()
        queue.add(number)
        return plan(number, .new, planner, &gauge, certifies: session.members.count <= Self.promptCertificateLimit)
    }

    /// Units of work that the first mesh of a session may take when it begins; the next tick goes on from there.
    static let openingWork = 200
    /// The most members of a new session that is certified when it begins, and not in the next tick.
    static let promptCertificateLimit = 300

    mutating func end(_ id: SessionID) -> [Directive] {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return [] }
        for holding in session.holdings { world.pool.entries[Int(holding.site)].rented -= Int(holding.servers) }
        totals.add(session.figures, served: session.served, sign: -1)
        serving.end(number, paying: session.policy.unservedPrice)
        if links.isActive { links.forget(number) }
        sessions[number] = nil
        for member in session.members { nodes.release(member.node) }
        for id in session.members.map({ people[$0.slot].id }) { dismiss(id) }
        if !session.holdings.isEmpty { lineUpShort() }
        sessionNumbers[id] = nil
        vacantSessions.append(number)
        return [.dissolve(id)]
    }

    /// Forgets somebody who is no member any more.
    private mutating func dismiss(_ id: ParticipantID) {
        guard let slot = people.number(of: id) else { return }
        profiles.release(class: people[slot].accessClass)
        guard let moved = people.remove(slot) else { return }
        // Whoever has the number from now on may be about to be forgotten too, and no member any more.
        let old = Int32(people.count)
        guard let members = sessions[Int(moved.session)]?.members, Int(moved.index) < members.count,
            members[Int(moved.index)].slot == old
        else { return }
        sessions[Int(moved.session)]?.members[Int(moved.index)].slot = slot
    }

    mutating func join(_ id: SessionID, _ reports: [ParticipantReport]) -> [Directive] {
        guard let number = sessionNumbers[id] else { return [] }
        guard var session = sessions[number] else { return [] }
        sessions[number] = nil
        let first = session.members.count
        for report in reports { admit(report, to: number, &session) }
        session.headroom = max(0, session.headroom - reports.count)
        totals.uncertify(&session.figures)
        var change = TickChange()
        change.before = session.holdings
        let before = session.figures
        for index in first..<session.members.count {
            let site = place(index, &session)
            // Whoever waits is told so, and all others too: the version counts up.
            change.moves.append(.init(slot: session.members[index].slot, from: -1, to: site, isForced: false))
        }
        change.after = session.holdings
        let unplaced = change.moves.count { $0.to < 0 }
        session.figures.unserved += session.policy.unservedPrice * Double(unplaced)
        totals.add(before, served: 0, sign: -1)
        totals.add(session.figures, served: change.moves.count - unplaced, sign: 1)
        sessions[number] = session
        serving.note(number, isShort: session.figures.unserved > 0)
        queue.add(number, isUrgent: unplaced > 0)
        return publish(number, change)
    }

    /// Makes a participant a member of a session, without a site.
    mutating func admit(_ report: ParticipantReport, to number: Int, _ session: inout TickSession) {
        let accessClass = profiles.take(class: report.accessClass)
        let profile = profiles.number(of: report.profile)
        let slot = people.add(
            .init(
                id: report.id, latitude: report.latitude, longitude: report.longitude, session: Int32(number),
                index: Int32(session.members.count), profile: profile, accessClass: accessClass))
        let node = nodes.node(at: report.coordinate, accessClass: accessClass, &world.field)
        world.nearest.refresh(Int(node), world.field)
        let details = profiles.profiles[Int(profile)]
        let cell = InteractionCell(report.coordinate)
        session.members.append(
            TickMember(
                slot: slot, node: node, load: Int32(clamping: details.load), cell: Int32(cell.row * 720 + cell.column),
                publishes: details.publishes, waitsSince: now.milliseconds))
    }

    /// The site where a new member costs least, as far as one look tells, with everybody else where they are: one of the mesh's
    /// sites with room, or a new one among the nearest. -1 when there is none. The tick that follows looks closer.
    private mutating func place(_ index: Int, _ session: inout TickSession) -> Int32 {
        let choice = FirstPlace(world, session).best(for: session.members[index])
        guard let choice else { return -1 }
        let (position, isHeld) = session.position(of: choice.site)
        if !isHeld {
            session.holdings.insert(Holding(site: choice.site, servers: 0, load: 0, count: 0), at: position)
        }
        session.holdings[position].servers += Int32(choice.addedServers)
        session.holdings[position].load += session.members[index].load
        session.holdings[position].count += 1
        world.pool.entries[Int(choice.site)].rented += choice.addedServers
        session.members[index].site = choice.site
        session.figures.interaction += choice.interaction
        session.figures.rent += Double(choice.addedServers) * world.pool.entries[Int(choice.site)].price
        return choice.site
    }

    mutating func leave(_ ids: [ParticipantID]) -> [Directive] {
        var changes: [Int: TickChange] = [:]
        var order: [Int] = []
        for id in ids {
            guard let slot = people.number(of: id) else { continue }
            let person = people[slot]
            let number = Int(person.session)
            guard var session = sessions[number] else { continue }
            sessions[number] = nil
            if changes[number] == nil {
                order.append(number)
                changes[number] = TickChange()
                changes[number]?.before = session.holdings
            }
            let member = session.members[Int(person.index)]
            if member.site >= 0 {
                let (position, isHeld) = session.position(of: member.site)
                if isHeld {
                    session.holdings[position].load -= member.load
                    session.holdings[position].count -= 1
                }
                totals.served -= 1
            }
            // That somebody waits no longer is news too.
            changes[number]?.moves.append(.init(slot: slot, from: member.site, to: -1, isForced: false))
            totals.uncertify(&session.figures)
            nodes.release(member.node)
            let last = session.members.removeLast()
            if Int(person.index) < session.members.count {
                session.members[Int(person.index)] = last
                people[last.slot].index = person.index
            }
            sessions[number] = session
            queue.add(number)
        }
        var directives: [Directive] = []
        for number in order {
            guard var change = changes[number], let session = sessions[number] else { continue }
            change.after = session.holdings
            directives += publish(number, change)
        }
        for id in ids { dismiss(id) }
        return directives
    }

    mutating func relocate(_ reports: [ParticipantReport]) -> [Directive] {
        var directives: [Directive] = []
        for report in reports {
            guard let slot = people.number(of: report.id) else { continue }
            directives += reprofile(slot, profiles.number(of: report.profile))
            people[slot].latitude = report.latitude
            people[slot].longitude = report.longitude
            // Taken before the old ones are given back, so that what stays the same is not made anew.
            let accessClass = profiles.take(class: report.accessClass)
            profiles.release(class: people[slot].accessClass)
            people[slot].accessClass = accessClass
            let person = people[slot]
            let number = Int(person.session)
            guard let old = sessions[number]?.members[Int(person.index)] else { continue }
            let node = nodes.node(at: report.coordinate, accessClass: accessClass, &world.field)
            nodes.release(old.node)
            let place = InteractionCell(report.coordinate)
            let cell = Int32(place.row * 720 + place.column)
            // The cells by which neighbours are weighed are not those of the access nodes.
            guard old.node != node || old.cell != cell else { continue }
            world.nearest.refresh(Int(node), world.field)
            sessions[number]?.members[Int(person.index)].node = node
            sessions[number]?.members[Int(person.index)].cell = cell
            uncertify(number)
            queue.add(number)
        }
        return directives
    }

    /// Somebody asks for something else of a server: they have room for that where they are, or elsewhere, or wait.
    private mutating func reprofile(_ slot: Int32, _ profile: Int32) -> [Directive] {
        let person = people[slot]
        let number = Int(person.session)
        guard person.profile != profile, var session = sessions[number] else { return [] }
        sessions[number] = nil
        people[slot].profile = profile
        let (index, details) = (Int(person.index), profiles.profiles[Int(profile)])
        let old = session.members[index]
        var change = TickChange()
        change.before = session.holdings
        totals.uncertify(&session.figures)
        let before = session.figures
        session.members[index].load = Int32(clamping: details.load)
        session.members[index].publishes = details.publishes
        if old.site >= 0 {
            let (position, isHeld) = session.position(of: old.site)
            if isHeld {
                session.holdings[position].load -= old.load
                session.holdings[position].count -= 1
            }
            session.members[index].site = -1
            session.members[index].waitsSince = now.milliseconds - old.waited
            let site = stay(at: old.site, index, &session) ?? place(index, &session)
            if site != old.site {
                change.moves.append(.init(slot: slot, from: old.site, to: site, isForced: true))
                if site >= 0 { session.members[index].movedAt = now.milliseconds }
            }
            if site < 0 { session.figures.unserved += session.policy.unservedPrice }
        }
        change.after = session.holdings
        totals.add(before, served: old.site >= 0 ? 1 : 0, sign: -1)
        totals.add(session.figures, served: session.members[index].site >= 0 ? 1 : 0, sign: 1)
        sessions[number] = session
        serving.note(number, isShort: session.figures.unserved > 0)
        queue.add(number, isUrgent: session.members[index].site < 0)
        return publish(number, change)
    }

    /// The site where a member was, if its servers still carry them.
    private func stay(at site: Int32, _ index: Int, _ session: inout TickSession) -> Int32? {
        let (position, isHeld) = session.position(of: site)
        let entry = world.pool.entries[Int(site)]
        guard isHeld, entry.usable > 0,
            Int(session.holdings[position].load + session.members[index].load)
                <= Int(session.holdings[position].servers) * entry.loadPerServer
        else { return nil }
        session.holdings[position].load += session.members[index].load
        session.holdings[position].count += 1
        session.members[index].site = site
        return site
    }
}
