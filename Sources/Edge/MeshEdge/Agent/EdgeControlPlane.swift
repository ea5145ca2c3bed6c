public import ControlTransport
public import MeshAPI

/// What an edge agent asks of the controller. The seam between the agent and however the controller is reached.
public protocol EdgeControlPlane: Sendable {
    /// Makes a server known, or says again what it is.
    func register(_ registration: ServerRequest, id: String) async throws -> ServerLease
    /// Reports, and asks for what changed.
    func heartbeat(_ heartbeat: HeartbeatRequest, id: String) async throws -> HeartbeatReply
    /// Says that the server is to be emptied.
    func drain(id: String) async throws
    /// Takes the server out of the pool.
    func remove(id: String) async throws
}

extension ControllerClient: EdgeControlPlane {
    /// `PUT /v1/servers/{id}`.
    public func register(_ registration: ServerRequest, id: String) async throws -> ServerLease {
        let server: ServerResponse = try await request("PUT", "/v1/servers/\(Self.segment(id))", body: registration)
        guard let number = server.number else {
            throw Problem(.conflict, "the controller's forwarding tables have no room for another site")
        }
        return ServerLease(site: number, heartbeatEvery: server.heartbeatSeconds ?? server.leaseSeconds / 5)
    }

    /// `POST /v1/servers/{id}/heartbeat`. A token that comes with the answer is shown from then on.
    public func heartbeat(_ heartbeat: HeartbeatRequest, id: String) async throws -> HeartbeatReply {
        do {
            let reply: HeartbeatResponse = try await self.request(
                "POST", "/v1/servers/\(Self.segment(id))/heartbeat", body: heartbeat)
            if let token = reply.token { renew(token) }
            return HeartbeatReply(table: reply.table, drain: reply.status == .draining, token: reply.token)
        } catch let problem as Problem where problem.status == 404 {
            return HeartbeatReply(mustRegister: true)
        }
    }

    /// `POST /v1/servers/{id}/drain`.
    public func drain(id: String) async throws { try await perform("POST", "/v1/servers/\(Self.segment(id))/drain") }

    /// `DELETE /v1/servers/{id}`.
    public func remove(id: String) async throws { try await perform("DELETE", "/v1/servers/\(Self.segment(id))") }
}
