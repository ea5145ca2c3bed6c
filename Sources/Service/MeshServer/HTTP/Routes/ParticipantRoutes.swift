import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes

/// Participants of a session: join, report, leave; one by one or many at once.
enum ParticipantRoutes {
    private static let both: Route.Access = .roles([.operator, .participant])

    static let all: [Route] = [
        Route(.post, "/v1/sessions/{id}/participants", both) { call in
            let id = try call.session
            let (people, isOne) = try await call.decode(RequestBodies.participants)
            try call.service.check(people, at: "", isOne: isOne)
            let answer = try await call.change { () throws(Problem) in
                let view = try known(call, id)
                for person in people { try call.principal.mustSpeak(for: person.id) }
                return .control(.joined(id, people.map { $0.qualified(in: view) }))
            }
            guard case .joined(let join) = answer else {
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
            try await report(call, try await call.decode(RequestBodies.reports))
        },
        Route(.delete, "/v1/sessions/{id}/participants", both) { call in
            try await leave(call, try await call.decode(RequestBodies.identifiers))
        },
        Route(.get, "/v1/sessions/{id}/participants/{pid}", both) { call in
            let view = try call.visibleSession()
            let id = try call.participant
            try call.mustHold(id, view)
            return try .json(placement(id, view, call.service))
        },
        Route(.patch, "/v1/sessions/{id}/participants/{pid}", both) { call in
            let id = try call.participant
            return try await report(
                call, [try await call.decode { tree throws(Problem) in try RequestBodies.report(tree, of: id) }])
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

    private static func known(_ call: Call, _ id: SessionID) throws(Problem) -> SessionView {
        try call.principal.mustReach(session: id)
        guard let view = call.service.views.session(id) else { throw Problem(.unknown, "there is no session \(id)") }
        return view
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
        let id = try call.session
        try call.service.check(people, at: "", isOne: people.count == 1)
        _ = try await call.change(.whenKept) { () throws(Problem) in
            let view = try known(call, id)
            for person in people {
                try call.principal.mustSpeak(for: person.id)
                try call.mustHold(person.id, view)
            }
            return .control(.moved(people.map { $0.qualified(in: view) }))
        }
        return try .json(CountResponse(accepted: people.count))
    }

    private static func leave(_ call: Call, _ people: [ParticipantID]) async throws -> Reply {
        let id = try call.session
        _ = try await call.change { () throws(Problem) in
            let view = try known(call, id)
            for person in people {
                try call.principal.mustSpeak(for: person)
                try call.mustHold(person, view)
            }
            return .control(.left(people.map(view.qualified)))
        }
        return try .json(CountResponse(accepted: people.count))
    }
}

extension ParticipantReport {
    /// The report with the name that the log has for its participant.
    fileprivate func qualified(in view: SessionView) -> ParticipantReport {
        var report = self
        report.id = view.qualified(id)
        return report
    }
}
