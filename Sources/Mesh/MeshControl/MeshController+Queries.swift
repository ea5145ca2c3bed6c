import MeshPlanning
public import MeshTypes

extension MeshController {
    /// The sessions, by identifier.
    public var sessionIDs: [SessionID] { sessionNumbers.keys.sorted() }

    /// Where everybody is, in no order that tells who. O(participants).
    public var coordinates: [GeoCoordinate] {
        sessions.flatMap { session in session?.members.map { people[$0.slot].coordinate } ?? [] }
    }

    /// How many participants there are in all sessions.
    public var participantCount: Int { people.count }

    /// How many of them have a server.
    public var servedCount: Int { totals.served }

    /// Everybody with their sessions, in no order. O(participants).
    public var memberships: [(participant: ParticipantID, session: SessionID)] {
        people.people.compactMap { person in sessions[Int(person.session)].map { (person.id, $0.id) } }
    }

    /// The part of its capacity that each site is taken to have, where that is not all.
    public var reducedCapacities: [SiteID: Double] {
        var parts: [SiteID: Double] = [:]
        for (number, entry) in world.pool.entries.enumerated() where entry.capacityFactor < 1 {
            parts[sites.id(number)] = entry.capacityFactor
        }
        return parts
    }

    /// The number of the last tick.
    public var lastTick: Int { tickNumber }

    /// The site that serves a participant; `nil` when none does or there is no such participant. O(1).
    public func site(of id: ParticipantID) -> SiteID? {
        guard let slot = people.number(of: id) else { return nil }
        let person = people[slot]
        guard let site = sessions[Int(person.session)]?.members[Int(person.index)].site, site >= 0 else { return nil }
        return sites.id(Int(site))
    }

    /// The session that a participant is in. O(1).
    public func session(of id: ParticipantID) -> SessionID? {
        people.number(of: id).flatMap { sessions[Int(people[$0].session)]?.id }
    }

    /// A session's mesh; `nil` for a session that is not there.
    ///
    /// - Complexity: O(members).
    public func mesh(of id: SessionID) -> MeshView? {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return nil }
        var assignment: [ParticipantID: SiteID] = [:]
        var unserved: [SessionPlan.Unserved] = []
        for member in session.members {
            if member.site >= 0 {
                assignment[people[member.slot].id] = sites.id(Int(member.site))
            } else {
                unserved.append(.init(participant: people[member.slot].id, reason: refusal(member, session).reason))
            }
        }
        let held = session.holdings.filter { $0.servers > 0 }
        let figures = session.figures
        return MeshView(
            session: id, type: session.type, version: session.version,
            sites: held.map { sites.id(Int($0.site)) }.sorted(),
            servers: Dictionary(uniqueKeysWithValues: held.map { (sites.id(Int($0.site)), Int($0.servers)) }),
            assignment: assignment, unserved: unserved.sorted { $0.participant < $1.participant },
            participants: session.members.count,
            cost: .init(
                interaction: figures.interaction, rent: figures.rent, disruption: figures.disruption,
                unserved: figures.unserved, excess: figures.excess),
            bound: figures.knownBound,
            gap: figures.isCertified || figures.accessBound > 0 ? Self.gap(figures.total, figures.knownBound) : nil)
    }

    /// Why members of a session wait, in words, with what would help.
    ///
    /// - Complexity: O(sites).
    public func waitingWords(_ reason: SessionPlan.Unserved.Reason, in id: SessionID) -> String {
        guard let session = sessionNumbers[id].flatMap({ sessions[$0] }) else { return "the session is gone" }
        let policy = session.policy
        switch reason {
        case .latencyCap:
            let cap = policy.latencyCap.map { "\($0)" } ?? "none"
            return "no site with servers is within the latency cap of \(cap)"
        case .noServers: return "no server is up that is not being emptied"
        case .policy:
            return
                "the policy allows \(policy.serverLimit ?? 0) servers and wants \(policy.redundancy) spares: none is left to serve with"
        case .capacity: break
        }
        let rented = session.holdings.reduce(0) { $0 + Int($1.servers) }
        if let limit = policy.serverLimit, rented >= limit {
            return "the mesh has the \(limit) servers that its policy allows"
        }
        if let limit = policy.siteLimit, session.holdings.count >= limit {
            return "the mesh has the \(limit) sites that its policy allows, and they are full"
        }
        let usable = world.pool.entries.filter { $0.usable > 0 }
        if usable.contains(where: { $0.free > 0 }) {
            return "the sites within reach are full; others have room"
        }
        let largest = usable.map(\.loadPerServer).max() ?? 1
        guard largest > 1 else { return "every place at every site is taken" }
        return
            "every slot is rented; sessions rent slots of up to \(largest) places whole, and smaller ones would waste fewer"
    }
}
