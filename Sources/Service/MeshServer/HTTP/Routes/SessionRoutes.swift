import Foundation
import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes

/// Sessions: create, list, read, dissolve.
enum SessionRoutes {
    static let all: [Route] = [
        Route(.post, "/v1/sessions", .roles([.operator])) { call in try await create(call) },
        Route(.get, "/v1/sessions", .roles([.operator])) { call in
            try .json(
                call.service.views.sessions(
                    after: try call.queryIdentifier("after"),
                    limit: try call.integer("limit", default: 100, in: 1...1000)))
        },
        Route(.get, "/v1/sessions/{id}", .roles([.operator, .participant])) { call in
            try .json(try call.visibleSession().response)
        },
        Route(.delete, "/v1/sessions/{id}", .roles([.operator])) { call in
            let id = try call.session
            _ = try await call.change { .control(.sessionEnded(id)) }
            return .nothing
        },
    ]

    private static func create(_ call: Call) async throws -> Reply {
        let opening = try await call.decode { tree throws(Problem) in
            try RequestBodies.session(tree, makeIdentifier: { SessionID(UUID().uuidString.lowercased()) })
        }
        try call.service.check(opening.opening.participants, at: "/participants")
        // An identifier that is made up must be the same when the request is repeated after a crash.
        var named = opening.opening
        if opening.isNameless, let key = try call.idempotencyKey() {
            let seed = Array("\(key.subject)\n\(key.key)\n\(key.fingerprint)".utf8)
            named.id = SessionID("s-\(String(OutcomeDigest.of(seed), radix: 16))")
        }
        let command = Command.control(.sessionCreated(named.qualified))
        guard case .created(let session) = try await call.change(make: { command }) else {
            throw Problem(.defect, "the session was created, and is not there")
        }
        var reply = try Reply.json(session, status: .created)
        reply.headers[.location] = "/v1/sessions/\(session.id)"
        return reply
    }
}

extension SessionOpening {
    /// The opening with the names that the log has for its people.
    fileprivate var qualified: SessionOpening {
        var opening = self
        for index in participants.indices {
            opening.participants[index].id = participants[index].id.qualified(by: id)
        }
        return opening
    }
}
