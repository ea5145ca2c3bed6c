public import ControlTransport
public import MeshAPI
internal import MeshTypes

/// What a client asks of the controller. The seam between the client and however the controller is reached.
public protocol ClientControlPlane: Sendable {
    /// Joins a session.
    func join(_ session: String, _ request: ParticipantRequest) async throws -> Attachment
    /// The changes of the mesh as a participant is to see it, from now on, until the stream breaks.
    func views(_ session: String, participant: String, token: String) -> AsyncThrowingStream<ParticipantMesh, any Error>
    /// Reports what was measured.
    func report(_ measurements: [MeasurementLine], token: String) async throws
    /// Says where the participant is now.
    func relocate(_ session: String, participant: String, to request: ParticipantRequest, token: String) async throws
    /// Leaves the session.
    func leave(_ session: String, participant: String, token: String) async throws
}

extension ControllerClient: ClientControlPlane {
    /// `POST /v1/sessions/{id}/participants`, then `…/{pid}/attachment`. Somebody who was made to join by others only attaches.
    public func join(_ session: String, _ request: ParticipantRequest) async throws -> Attachment {
        let path = "/v1/sessions/\(Self.segment(session))/participants"
        do {
            let _: JoinResponse = try await self.request("POST", path, body: request)
        } catch let problem as Problem where problem.status == 409 {
            // If it is in another session, the attachment is refused.
        }
        return try await self.request("POST", "\(path)/\(Self.segment(request.id.description))/attachment")
    }

    /// `GET /v1/sessions/{id}/mesh/events?participant=`, each event a view.
    public func views(
        _ session: String, participant: String, token: String
    ) -> AsyncThrowingStream<ParticipantMesh, any Error> {
        let path = "/v1/sessions/\(Self.segment(session))/mesh/events?participant=\(Self.segment(participant))"
        let events = showing(token).events(path)
        return AsyncThrowingStream { continuation in
            let task = Task {
                do {
                    for try await event in events where event.name == "mesh" || event.name == "message" {
                        continuation.yield(try ParticipantMesh(json: event.data))
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// `POST /v1/measurements`.
    public func report(_ measurements: [MeasurementLine], token: String) async throws {
        try await showing(token).send(lines: measurements, "POST", "/v1/measurements")
    }

    /// `PATCH /v1/sessions/{id}/participants/{pid}`.
    public func relocate(
        _ session: String, participant: String, to request: ParticipantRequest, token: String
    ) async throws {
        let path = "/v1/sessions/\(Self.segment(session))/participants/\(Self.segment(participant))"
        let _: CountResponse = try await showing(token).request("PATCH", path, body: request)
    }

    /// `DELETE /v1/sessions/{id}/participants/{pid}`.
    public func leave(_ session: String, participant: String, token: String) async throws {
        try await showing(token).perform(
            "DELETE", "/v1/sessions/\(Self.segment(session))/participants/\(Self.segment(participant))")
    }
}
