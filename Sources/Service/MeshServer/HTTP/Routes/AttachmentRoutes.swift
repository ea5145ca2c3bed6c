import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes
import NIOCore

/// What a participant needs for media to flow: keys, a view of the mesh, and every change of it.
enum AttachmentRoutes {
    static let all: [Route] = [
        Route(.post, "/v1/sessions/{id}/participants/{pid}/attachment", .roles([.operator, .participant])) { call in
            let session = try call.visibleSession().id
            let id = try call.participant
            if !call.body.isEmpty { _ = try call.tree() }
            _ = try call.idempotencyKey()
            var attachment = try await attach(call, id, in: session)
            attachment.token = try await call.service.authority.issue(
                TokenRequest(role: .participant, session: session, participant: id),
                defaultLifetime: max(lifetime, call.service.configuration.tokenLifetime)
            ).token
            return try .json(attachment)
        }
    ]

    /// Seconds that a participant's token lives at least: an evening.
    static let lifetime = 86_400

    private static func attach(_ call: Call, _ id: ParticipantID, in session: SessionID) async throws -> Attachment {
        try call.principal.mustSpeak(for: id)
        let service = call.service
        guard service.views.session(of: id) == session else {
            throw Problem(.unknown, "there is no participant \(id) in session \(session)")
        }
        await service.useRelays()
        let place = try await service.coordinate(of: id)
        guard let attachment = service.relays.attach(id, in: session, place: place, time: service.clock.now) else {
            throw Problem(.unknown, "there is no participant \(id) in session \(session) any more")
        }
        return attachment
    }

    /// A participant's views from now on. Somebody whom the service knows from before it started again attaches by this.
    static func views(
        _ call: Call, of id: ParticipantID, in session: SessionID, lastEvent: UInt64?
    ) async throws -> (stream: AsyncStream<ByteBuffer>, end: @Sendable () -> Void) {
        try call.principal.mustSpeak(for: id)
        if !call.service.relays.isAttached(id) { _ = try await attach(call, id, in: session) }
        guard let subscription = call.service.relays.subscribe(id, lastEvent: lastEvent) else {
            throw Problem(.unknown, "there is no participant \(id) in session \(session) any more")
        }
        return subscription
    }
}

extension MeshService {
    /// A server with how its relay stands just now.
    func withRelay(_ server: ServerResponse) -> ServerResponse {
        var server = server
        server.relay = relays.status(of: server.id)
        return server
    }
}
