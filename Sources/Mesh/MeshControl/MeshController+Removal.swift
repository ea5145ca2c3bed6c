import MeshPlanning
import MeshTypes

/// What comes also goes: sites, and numbers that nobody has any more. State, memory and start are in proportion to what is there.
extension MeshController {
    /// Takes a site out of the pool for good; whoever is there is served elsewhere first, as when it fails.
    ///
    /// - Complexity: as a failure, then O(participants + nodes + sites^2), and O(sites^3) where routes led through it.
    mutating func removeSite(_ id: SiteID) -> [Directive] {
        let directives = takeDown(id)
        guard let number = sites.number(of: id) else { return directives }
        let last = sites.reports.count - 1
        links.removeSite(number, last: last)
        world.field.removeSite(number)
        world.pool.entries.swapAt(number, last)
        world.pool.entries.removeLast()
        sites.remove(number)
        for session in sessions.indices { forgetSite(Int32(number), last: Int32(last), session) }
        _ = world.field.refreshRoutes()
        world.pool.numberComponents(world.field)
        world.rent = world.pool.rentTable()
        departures = DepartureTable()
        refreshNearest()
        touchAllLinks()
        return directives
    }

    /// Takes the last site by the number of one that is gone, in all that a session knows of sites.
    private mutating func forgetSite(_ number: Int32, last: Int32, _ place: Int) {
        guard var session = sessions[place] else { return }
        sessions[place] = nil
        defer { sessions[place] = session }
        session.renumberSites { $0 == number ? nil : $0 == last ? number : $0 }
    }

    /// Gives back what nobody uses, once there is much of it.
    ///
    /// - Complexity: O(1) mostly; else O(participants + nodes * sites + sessions), after a part of as many have left.
    mutating func closeUp() {
        if profiles.isSparse { closeClasses() }
        if nodes.isSparse { closeNodes() }
        if vacantSessions.count > max(32, sessionNumbers.count / 16) { closeSessions() }
    }

    private mutating func closeClasses() {
        let numbering = profiles.close()
        nodes.renumber(classes: numbering)
        for slot in people.people.indices {
            people[Int32(slot)].accessClass = numbering[Int(people[Int32(slot)].accessClass)]
        }
    }

    private mutating func closeNodes() {
        let numbering = nodes.close(&world.field)
        for number in sessions.indices {
            guard var session = sessions[number]?.withoutCaches else { continue }
            sessions[number] = nil
            for index in session.members.indices {
                session.members[index].node = numbering[Int(session.members[index].node)]
            }
            sessions[number] = session
        }
        // Derived from the nodes by number.
        departures = DepartureTable()
        world.nearest = NearestSites()
        refreshNearest()
    }

    private mutating func closeSessions() {
        var numbering = [Int32](repeating: -1, count: sessions.count)
        var kept: [TickSession?] = []
        kept.reserveCapacity(sessionNumbers.count)
        for (old, session) in sessions.enumerated() {
            guard let session else { continue }
            let new = kept.count
            numbering[old] = Int32(new)
            kept.append(session)
            sessionNumbers[session.id] = new
            for member in session.members { people[member.slot].session = Int32(new) }
        }
        sessions = kept
        sessionNumbers = Dictionary(uniqueKeysWithValues: sessionNumbers.map { ($0.key, $0.value) })
        vacantSessions = []
        queue.renumber(numbering)
        unsettled = unsettled.map { numbering[Int($0)] }.filter { $0 >= 0 }
        sweepPosition = min(sweepPosition, max(0, sessions.count - 1))
        serving.renumber(numbering)
        links.renumber(sessions: numbering)
    }

    /// Counts one up the versions of meshes whose links or spare sites are others, though who is served where is the same.
    mutating func renew(_ ids: [SessionID]) -> [Directive] {
        var directives: [Directive] = []
        for number in ids.compactMap({ sessionNumbers[$0] }) {
            sessions[number]?.version += 1
            if links.isActive { links.touch(number) }
            if let session = sessions[number] { directives.append(.publish(session.id, version: session.version)) }
        }
        return directives
    }

    /// What of the controller's tables is in use, for those who watch that nothing is left of what is gone.
    package var census: [String: Int] {
        [
            "participants": people.count, "sessions": sessionNumbers.count,
            "numbers": sessions.count, "sites": sites.reports.count,
            "nodes": world.field.nodeCount, "row": world.field.stride, "classes": profiles.classCount,
            "demands": outlook.recent.count, "links": links.entries.count, "unsettled": unsettled.count,
            "waiting": queue.count,
        ]
    }
}

extension TickSession {
    /// Takes sites by other numbers; `nil` for one that is gone, where nobody is served any more.
    mutating func renumberSites(_ number: (Int32) -> Int32?) {
        for index in members.indices {
            if members[index].site >= 0 { members[index].site = number(members[index].site) ?? -1 }
            if members[index].base >= 0 { members[index].base = number(members[index].base) ?? -1 }
        }
        holdings = holdings.compactMap { holding in
            number(holding.site).map {
                Holding(site: $0, servers: holding.servers, load: holding.load, count: holding.count)
            }
        }.sorted { $0.site < $1.site }
        suggestions = suggestions.compactMap(number)
        self = withoutCaches
    }
}
