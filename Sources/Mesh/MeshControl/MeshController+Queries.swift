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
}
