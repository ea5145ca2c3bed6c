import HTTPTypes
import MeshAPI
import MeshControl
import MeshTypes

/// Health, readiness, metrics, the interface's description, tokens.
enum OperationsRoutes {
    static let all: [Route] = [
        Route(.get, "/healthz", .open, isEarly: true) { _ in .bytes(Array("ok\n".utf8), "text/plain") },
        Route(.get, "/readyz", .open, isEarly: true) { call in try ready(call) },
        Route(.get, "/openapi.yaml", .open, isEarly: true) { _ in
            .bytes(InterfaceDescription.openAPI, "application/yaml")
        },
        Route(.get, "/metrics", .local, isEarly: true) { call in
            call.service.gatherMetrics()
            return .bytes(
                Array(call.service.metrics.registry.text(help: ServiceMetrics.help).utf8), "text/plain; version=0.0.4")
        },
        Route(.post, "/v1/tokens", .roles([.operator])) { call in
            let request = try await call.decode(RequestBodies.token)
            let service = call.service
            let answer = try await call.once {
                .issued(
                    service.authority.prepare(
                        request, defaultLifetime: service.configuration.tokenLifetime,
                        opening: request.session.flatMap { service.views.session($0) }?.life))
            }
            guard case .issued(let issued) = answer else { throw Problem(.defect, "no token was signed") }
            return try .json(try await service.authority.sign(issued), status: .created)
        },
        Route(.delete, "/v1/tokens/{token}", .roles([.operator])) { call in
            let id: Identifier<IssuedToken> = try call.identifier("token")
            let until = call.service.clock.now.advanced(
                byMilliseconds: Int64(TokenAuthority.longestLifetime) * 1000)
            _ = try await call.change { .revoke(id.description, until: until) }
            return .nothing
        },
    ]

    private struct Readiness: Codable {
        var status: String
        var sessions: Int
        var participants: Int
        var writable: Bool
        var detail: String?
    }

    /// Ready means: what was kept is restored, and changes can be kept.
    private static func ready(_ call: Call) throws -> Reply {
        let figures = call.service.views.current
        let refusal = call.service.monitor.health.refusal
        let isReady = call.service.isReady && refusal == nil
        let readiness = Readiness(
            status: isReady ? "ready" : "not ready", sessions: call.service.views.sessionCount,
            participants: call.service.views.current.participants, writable: refusal == nil,
            detail: refusal ?? (call.service.isReady ? nil : figures.reason))
        return try .json(readiness, status: isReady ? .ok : .serviceUnavailable)
    }
}
