import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes
import NIOCore

/// What a participant needs for media to flow: keys, a view of the mesh, and every change of it.
enum AttachmentRoutes {
    static let all: [Route] = [
        Route(.post, "/v1/sessions/{id}/participants/{pid}/attachment", .roles([.operator, .participant])) { call in
            let view = try call.visibleSession()
            let id = try call.participant
            try call.mustBeJSONIfAny()
            _ = try call.idempotencyKey()
            var attachment = try await attach(call, id, in: view)
            let issued = call.service.tenancyToken(
                of: id, in: view, lifetime: max(lifetime, call.service.configuration.tokenLifetime))
            attachment.token = try await call.service.authority.sign(issued).token
            return try .json(attachment)
        }
    ]

    /// Seconds that a participant's token lives at least: an evening.
    static let lifetime = 86_400

    private static func attach(
        _ call: Call, _ id: ParticipantID, in view: SessionView
    ) async throws -> Attachment {
        if let ended = call.ended { throw ended }
        try call.principal.mustSpeak(for: id)
        try call.mustHold(id, view)
        let service = call.service
        await service.useRelays()
        let known = view.qualified(id)
        let place = try await service.coordinate(of: known)
        guard let attachment = service.relays.attach(known, in: view.id, place: place, time: service.clock.now) else {
            throw Problem(.unknown, "there is no participant \(id) in session \(view.id) any more")
        }
        return attachment
    }

    /// A participant's views from now on. Somebody whom the service knows from before it started again attaches by this.
    static func views(
        _ call: Call, of id: ParticipantID, in view: SessionView, lastEvent: UInt64?
    ) async throws -> (stream: AsyncStream<ByteBuffer>, end: @Sendable () -> Void) {
        try call.principal.mustSpeak(for: id)
        try call.mustHold(id, view)
        let known = view.qualified(id)
        if !call.service.relays.isAttached(known) { _ = try await attach(call, id, in: view) }
        guard let subscription = call.service.relays.subscribe(known, lastEvent: lastEvent) else {
            throw Problem(.unknown, "there is no participant \(id) in session \(view.id) any more")
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
