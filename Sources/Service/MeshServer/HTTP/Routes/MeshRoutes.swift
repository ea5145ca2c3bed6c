import Foundation
import HTTPTypes
import Hummingbird
import MeshAPI
import MeshControl
import MeshEngine
import MeshTypes
import NIOCore

/// The mesh of a session: as it is, as it changes, and why it is so.
enum MeshRoutes {
    private static let both: Route.Access = .roles([.operator, .participant])

    static let all: [Route] = [
        Route(.get, "/v1/sessions/{id}/mesh", both) { call in
            .bytes(try call.visibleSession().meshText(), "application/json")
        },
        Route(.get, "/v1/sessions/{id}/mesh/events", both) { call in try await events(call) },
        Route(.get, "/v1/sessions/{id}/explain", both) { call in try await explain(call) },
    ]

    private static func events(_ call: Call) async throws -> Reply {
        let view = try call.visibleSession()
        // Of what a stream is, HEAD asks nothing more.
        if call.method == .head { return Reply(contentType: "text/event-stream") }
        let place = try call.service.shares.enter(call.principal, call.service.configuration, kind: "streams")
        let header = HTTPField.Name("Last-Event-ID").flatMap { call.headers[$0] }
        let text = header ?? call.query["lastEventId"]
        guard (text ?? "").utf8.count <= 64 else {
            throw Problem(
                .invalid, "the last event's id has \((text ?? "").utf8.count) bytes; expected 64 at most",
                errors: [.init(pointer: "", detail: "Last-Event-ID: expected at most 64 bytes")])
        }
        let last = text.flatMap { UInt64($0) }
        if let id: ParticipantID = try call.queryIdentifier("participant") {
            return stream(try await AttachmentRoutes.views(call, of: id, in: view, lastEvent: last), call, place)
        }
        guard let subscription = try call.service.hub.subscribe(to: view, lastEvent: last) else {
            throw Problem(.unavailable, "the service stops", retryAfter: 5)
        }
        // A session that ended meanwhile has told its last event already.
        if call.service.views.session(view.id)?.life != view.life {
            call.service.hub.dissolve(view.id, life: view.life)
        }
        return stream(subscription, call, place)
    }

    private static func stream(
        _ subscription: (stream: AsyncStream<ByteBuffer>, end: @Sendable () -> Void), _ call: Call,
        _ place: BearerShares.Place
    ) -> Reply {
        let (stream, end) = subscription
        let (streams, principal) = (call.service.streams, call.principal)
        return Reply(
            contentType: "text/event-stream",
            body: ResponseBody { writer in
                let number = streams.open(principal, end: end)
                defer {
                    streams.close(number)
                    end()
                    place.leave()
                }
                for await frame in stream { try await writer.write(frame) }
                try await writer.finish(nil)
            })
    }

    /// The decision for a session, and for some of its participants.
    private struct SessionExplanation: Codable {
        var session: SessionID
        var version: Int
        var objective: Double?
        var bound: Double?
        var gap: Double?
        var cost: SessionPlan.Cost?
        var latency: LatencyStatistics?
        var sites: [SiteShare]
        var waiting: [Placement]
        var participants: [Explanation]
    }

    private struct SiteShare: Codable {
        var site: SiteID
        var participants: Int
        var servers: Int
    }

    private static func explain(_ call: Call) async throws -> Reply {
        let view = try call.visibleSession()
        let asked: ParticipantID? = try call.queryIdentifier("participant") ?? call.principal.participant
        let limit = try call.integer("limit", default: 3, in: 0...20)
        if let asked {
            try call.principal.mustSpeak(for: asked)
            try call.mustHold(asked, view)
        }
        let explanation = try await call.service.compute { state throws -> SessionExplanation in
            let snapshot = state.controller.snapshot()
            let plan = try state.controller.plan(for: snapshot)
            let own = plan.sessions.first { $0.id == view.id }
            let wanted =
                asked.map { [view.qualified($0)] } ?? Array((own?.assignment.keys.sorted() ?? []).prefix(limit))
            var explanations: [Explanation] = []
            for participant in wanted {
                do {
                    var explanation = try MeshEngine().explain(snapshot, plan, participant: participant)
                    explanation.participant = participant.local
                    explanations.append(explanation)
                } catch {
                    // Somebody who left between the question and the answer.
                    if let asked {
                        throw Problem(.unknown, "there is no participant \(asked) in session \(view.id) any more")
                    }
                }
            }
            // What the session's other views tell; a bound of one's own only where they have none.
            let isKnown = view.mesh.gap != nil
            return SessionExplanation(
                session: view.id, version: view.mesh.version,
                objective: isKnown ? view.mesh.objective : own?.cost.total,
                bound: isKnown ? view.mesh.bound : own?.bound, gap: isKnown ? view.mesh.gap : own?.gap,
                cost: own?.cost, latency: own?.latency,
                sites: view.mesh.sites.map {
                    SiteShare(site: $0, participants: view.counts[$0] ?? 0, servers: view.mesh.servers[$0] ?? 0)
                }, waiting: view.mesh.waiting, participants: explanations)
        }
        return try .json(explanation)
    }
}
