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
            _ = try await call.change(.control(.sessionEnded(try call.session)))
            return .nothing
        },
    ]

    private static func create(_ call: Call) async throws -> Reply {
        let opening = try RequestBodies.session(
            try call.tree(), makeIdentifier: { SessionID(UUID().uuidString.lowercased()) })
        try call.service.check(opening.opening.participants, at: "/participants")
        // An identifier that is made up must be the same when the request is repeated after a crash.
        var named = opening.opening
        if opening.isNameless, let key = try call.idempotencyKey() {
            let seed = Array("\(key.subject)\n\(key.key)\n\(key.fingerprint)".utf8)
            named.id = SessionID("s-\(String(OutcomeDigest.of(seed), radix: 16))")
        }
        guard case .created(let session) = try await call.change(.control(.sessionCreated(named))) else {
            throw Problem(.defect, "the session was created, and is not there")
        }
        var reply = try Reply.json(session, status: .created)
        reply.headers[.location] = "/v1/sessions/\(session.id)"
        return reply
    }
}
