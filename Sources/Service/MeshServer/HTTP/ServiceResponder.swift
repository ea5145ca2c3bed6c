import Foundation
import HTTPTypes
package import Hummingbird
import Logging
import MeshAPI
import NIOCore
import NIOHTTP1
import Tracing

/// What Hummingbird keeps for a request, and where it comes from.
package struct ServiceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Where it comes from; `nil` for requests that came through no socket.
    let remoteAddress: SocketAddress?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// Whether it comes from this machine.
    var isLocal: Bool {
        switch remoteAddress {
        case nil, .unixDomainSocket: true
        case .some(let address):
            address.ipAddress.map { $0 == "::1" || $0.hasPrefix("127.") || $0.hasPrefix("::ffff:127.") } ?? false
        }
    }
}

/// Reads what continues a trace from a request's header.
private struct HeaderExtractor: Extractor {
    func extract(key: String, from carrier: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { carrier[$0] }
    }
}

/// Takes a request through the service: route, token, rate, body, handler. Whatever goes wrong is a problem document.
package struct ServiceResponder: HTTPResponder {
    package typealias Context = ServiceContext

    let service: MeshService
    /// Others are counted together, so that nobody can make up figures without end.
    private static let methods: Set<HTTPRequest.Method> = [.get, .post, .put, .patch, .delete, .head, .options]

    package func respond(to request: Request, context: ServiceContext) async throws -> Response {
        let start = ContinuousClock.now
        var name = "none"
        let reply: Reply
        do {
            var trace = InstrumentationContext.topLevel
            InstrumentationSystem.instrument.extract(request.headers, into: &trace, using: HeaderExtractor())
            reply = try await withSpan("\(request.method.rawValue)", context: trace, ofKind: .server) { span in
                let (route, parameters) = try find(request)
                name = route.path
                span.operationName = "\(request.method.rawValue) \(route.path)"
                let reply = try await answer(request, context, route, parameters)
                span.attributes["http.response.status_code"] = reply.status.code
                return reply
            }
        } catch let problem as Problem {
            reply = .problem(problem)
        } catch let error as HTTPError {
            reply = .problem(
                error.status == .contentTooLarge
                    ? Problem(.tooLarge, "the body is larger than \(service.configuration.bodyLimit) bytes")
                    : Problem(.malformed, "the request cannot be read"))
        } catch is HTTPParserError {
            reply = .problem(Problem(.malformed, "the body is not framed as HTTP says"))
        } catch is CancellationError {
            reply = .problem(Problem(.unavailable, "the service stops", retryAfter: 5))
        } catch {
            service.logger.error(
                "a request failed",
                metadata: ["route": "\(name)", "error": "\(String(describing: error).prefix(300))"])
            reply = .problem(Problem(.defect, "the service failed on this request; its log says more"))
        }
        let duration = ContinuousClock.now - start
        service.metrics.time("rmc_http_request_seconds", [("route", name)], duration)
        service.metrics.count(
            "rmc_http_requests_total",
            [
                ("method", Self.methods.contains(request.method) ? request.method.rawValue : "other"), ("route", name),
                ("status", "\(reply.status.code)"),
            ])
        var response = reply.response
        if let name = HTTPField.Name(MeshProtocol.header) { response.headers[name] = String(MeshProtocol.version) }
        return response
    }

    private func find(_ request: Request) throws(Problem) -> (Route, [String: String]) {
        let segments = request.uri.path.split(separator: "/")
        var others: [String] = []
        for route in RouteTable.all {
            guard let parameters = route.parameters(of: segments) else { continue }
            if route.method == request.method { return (route, parameters) }
            others.append(route.method.rawValue)
        }
        guard !others.isEmpty else { throw Problem(.unknown, "there is no such path; see /openapi.yaml") }
        throw Problem(.method, "expected \(others.joined(separator: ", "))")
    }

    private func answer(
        _ request: Request, _ context: ServiceContext, _ route: Route, _ parameters: [String: String]
    ) async throws -> Reply {
        if let name = HTTPField.Name(MeshProtocol.header),
            let refusal = MeshProtocol.refusal(of: request.headers[name], from: "the caller")
        {
            throw Problem(.malformed, refusal)
        }
        let principal = try await admit(request, context, route)
        if !route.isEarly, !service.isReady {
            throw Problem(.unavailable, service.views.current.reason, retryAfter: 1)
        }
        let limit = service.configuration.bodyLimit
        if let text = request.headers[.contentLength], let length = Int(text), length > limit {
            throw Problem(.tooLarge, "the body has \(length) bytes; expected at most \(limit)")
        }
        let buffer = try await request.body.collect(upTo: limit)
        let body = Array(buffer.readableBytesView)
        var digest = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8)
        digest += body
        let query = Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) },
            uniquingKeysWith: { first, _ in first })
        let call = Call(
            service: service, principal: principal, parameters: parameters, query: query, headers: request.headers,
            body: body, fingerprint: OutcomeDigest.of(digest))
        return try await route.handler(call)
    }

    /// Who asks, if they may: the token is looked at first, then the role, then the rate.
    private func admit(
        _ request: Request, _ context: ServiceContext, _ route: Route
    ) async throws(Problem) -> Principal {
        let address = context.remoteAddress?.ipAddress ?? "local"
        let now = ServiceClock.uptime() / 1000
        let allowed: Set<Role>
        switch route.access {
        case .open: return Principal(role: .participant, subject: "address:\(address)")
        case .local where context.isLocal: return Principal(role: .participant, subject: "address:\(address)")
        case .local: allowed = [.operator]
        case .roles(let roles): allowed = roles
        }
        guard let header = request.headers[.authorization], header.prefix(7).lowercased() == "bearer " else {
            try slowDown("address:\(address)", service.configuration.strangerRate, now)
            throw Problem(.unauthenticated, "expected Authorization: Bearer and a token")
        }
        let principal: Principal
        do {
            principal = try await service.authority.principal(of: String(header.dropFirst(7)))
        } catch {
            try slowDown("address:\(address)", service.configuration.strangerRate, now)
            throw error
        }
        guard allowed.contains(principal.role) else {
            throw Problem(.forbidden, "a token of role \(principal.role.rawValue) does not reach here")
        }
        try slowDown(principal.subject, service.configuration.rate(of: principal.role), now)
        return principal
    }

    private func slowDown(_ name: String, _ rate: Double, _ now: Double) throws(Problem) {
        guard let wait = service.limiter.take(name, rate: rate, now: now) else { return }
        throw Problem(
            .tooMany, "more than \(Int(rate)) requests a second", retryAfter: max(1, Int(wait.rounded(.up))))
    }
}
