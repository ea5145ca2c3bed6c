import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes

/// Participants of a session: join, report, leave; one by one or many at once.
enum ParticipantRoutes {
    private static let both: Route.Access = .roles([.operator, .participant])

    static let all: [Route] = [
        Route(.post, "/v1/sessions/{id}/participants", both) { call in
            let session = try known(call)
            let (people, isOne) = try RequestBodies.participants(try call.tree())
            for person in people { try call.principal.mustSpeak(for: person.id) }
            try call.service.check(people, at: "", isOne: isOne)
            guard case .joined(let join) = try await call.change(.control(.joined(session, people))) else {
                throw Problem(.defect, "the participants joined, and are not there")
            }
            return isOne && join.participants.count == 1
                ? try .json(SingleJoin(join), status: .created) : try .json(join, status: .created)
        },
        Route(.get, "/v1/sessions/{id}/participants", both) { call in
            let view = try call.visibleSession()
            let after: ParticipantID? = try call.queryIdentifier("after")
            let limit = try call.integer("limit", default: 100, in: 1...1000)
            let all = view.members.filter { id in after.map { $0 < id } ?? true }.sorted()
            return try .json(
                Page(
                    items: all.prefix(limit).map { placement($0, view, call.service) },
                    next: all.count > limit ? all[limit - 1].description : nil))
        },
        Route(.patch, "/v1/sessions/{id}/participants", both) { call in
            try await report(call, try RequestBodies.reports(try call.tree()))
        },
        Route(.delete, "/v1/sessions/{id}/participants", both) { call in
            try await leave(call, try RequestBodies.identifiers(try call.tree()))
        },
        Route(.get, "/v1/sessions/{id}/participants/{pid}", both) { call in
            let view = try call.visibleSession()
            let id = try call.participant
            guard call.service.views.session(of: id) == view.id else { throw unknown(id, view.id) }
            return try .json(placement(id, view, call.service))
        },
        Route(.patch, "/v1/sessions/{id}/participants/{pid}", both) { call in
            let id = try call.participant
            return try await report(call, [try RequestBodies.report(try call.tree(), of: id)])
        },
        Route(.delete, "/v1/sessions/{id}/participants/{pid}", both) { call in
            _ = try await leave(call, [try call.participant])
            return .nothing
        },
    ]

    /// One participant's placement with the version, for a join of one.
    private struct SingleJoin: Codable {
        var session: SessionID
        var version: Int
        var participants: [Placement]
        var id: ParticipantID?
        var site: SiteID?

        init(_ join: JoinResponse) {
            (session, version, participants) = (join.session, join.version, join.participants)
            (id, site) = (join.participants.first?.id, join.participants.first?.site)
        }
    }

    private static func unknown(_ id: ParticipantID, _ session: SessionID) -> Problem {
        Problem(.unknown, "there is no participant \(id) in session \(session)")
    }

    private static func known(_ call: Call) throws(Problem) -> SessionID {
        let id = try call.session
        try call.principal.mustReach(session: id)
        guard call.service.views.session(id) != nil else { throw Problem(.unknown, "there is no session \(id)") }
        return id
    }

    private static func placement(_ id: ParticipantID, _ view: SessionView, _ service: MeshService) -> Placement {
        guard let site = view.mesh.assignment[id] else {
            return view.mesh.waiting.first { $0.id == id } ?? Placement(id: id, site: nil)
        }
        return Placement(
            id: id, site: site, address: service.views.server(site)?.registration.address,
            spare: view.mesh.spares[id])
    }

    private static func report(_ call: Call, _ people: [ParticipantReport]) async throws -> Reply {
        let session = try known(call)
        for person in people {
            try call.principal.mustSpeak(for: person.id)
            guard call.service.views.session(of: person.id) == session else { throw unknown(person.id, session) }
        }
        try call.service.check(people, at: "", isOne: people.count == 1)
        _ = try await call.change(.control(.moved(people)), .whenKept)
        return try .json(CountResponse(accepted: people.count))
    }

    private static func leave(_ call: Call, _ people: [ParticipantID]) async throws -> Reply {
        let session = try known(call)
        for person in people {
            try call.principal.mustSpeak(for: person)
            let current = call.service.views.session(of: person)
            // Who is gone already may be so by this very request, sent again.
            let mayBeRepeated = try current == nil && call.idempotencyKey() != nil
            guard current == session || mayBeRepeated else { throw unknown(person, session) }
        }
        _ = try await call.change(.control(.left(people)))
        return try .json(CountResponse(accepted: people.count))
    }
}
