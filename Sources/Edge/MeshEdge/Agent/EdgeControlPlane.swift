public import ControlTransport
public import MeshAPI

/// What an edge agent asks of the controller. The seam between the agent and however the controller is reached.
public protocol EdgeControlPlane: Sendable {
    /// Makes a server known, or says again what it is.
    func register(_ registration: ServerRegistration, id: String) async throws -> ServerLease
    /// Reports, and asks for what changed.
    func heartbeat(_ heartbeat: ServerHeartbeat, id: String) async throws -> HeartbeatReply
}

extension ControllerClient: EdgeControlPlane {
    /// `PUT /v1/servers/{id}`.
    public func register(_ registration: ServerRegistration, id: String) async throws -> ServerLease {
        try await request("PUT", "/v1/servers/\(Self.segment(id))", body: registration)
    }

    /// `POST /v1/servers/{id}/heartbeat`.
    public func heartbeat(_ heartbeat: ServerHeartbeat, id: String) async throws -> HeartbeatReply {
        try await request("POST", "/v1/servers/\(Self.segment(id))/heartbeat", body: heartbeat)
    }
}
