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

extension HTTPField.Name {
    /// Names a request, so that it is carried out once.
    static var idempotencyKey: HTTPField.Name? { HTTPField.Name("Idempotency-Key") }
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
        var reply: Reply
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
        } catch let answered as Answered {
            reply = answered.reply
        } catch let problem as Problem {
            reply = .problem(problem)
        } catch is NIOTooManyBytesError {
            reply = .problem(Problem(.tooLarge, "the body is larger than \(service.configuration.bodyLimit) bytes"))
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
        if let origin = request.headers[.origin] { reply.allow(origin, of: service.origins) }
        var response = reply.response
        // As to GET, without the body.
        if request.method == .head { response = response.createHeadResponse() }
        if let name = HTTPField.Name(MeshProtocol.header) { response.headers[name] = String(MeshProtocol.version) }
        return response
    }

    private func find(_ request: Request) throws -> (Route, [String: String]) {
        let segments = request.uri.path.split(separator: "/")
        let method = request.method == .head ? .get : request.method
        var others: [String] = []
        for route in RouteTable.all {
            guard let parameters = route.parameters(of: segments) else { continue }
            if route.method == method { return (route, parameters) }
            others.append(route.method.rawValue)
        }
        guard !others.isEmpty else { throw Problem(.unknown, "there is no such path; see /openapi.yaml") }
        if others.contains("GET") { others.append("HEAD") }
        others.append("OPTIONS")
        let allowed = others.joined(separator: ", ")
        if method == .options { throw Answered(reply: .options(allowed)) }
        var reply = Reply.problem(Problem(.method, "expected \(allowed)"))
        reply.headers[.allow] = allowed
        throw Answered(reply: reply)
    }

    /// What is answered without a route.
    private struct Answered: Error {
        let reply: Reply
    }

    private func answer(
        _ request: Request, _ context: ServiceContext, _ route: Route, _ parameters: [String: String]
    ) async throws -> Reply {
        if let name = HTTPField.Name(MeshProtocol.header),
            let refusal = MeshProtocol.refusal(of: request.headers[name], from: "the caller")
        {
            throw Problem(.malformed, refusal)
        }
        guard request.head.authority != nil, HTTPField.Name("Host").flatMap({ request.headers[$0] }) == nil else {
            throw Problem(.malformed, "Host is missing or there twice; expected it once")
        }
        let principal = try await admit(request, context, route)
        let share = try service.shares.enter(principal, service.configuration)
        defer { share.leave() }
        if !route.isEarly, !service.isReady {
            throw Problem(.unavailable, service.views.current.reason, retryAfter: 1)
        }
        // Whoever is put out may still hear what they were answered before, under the key that they sent.
        let ended = route.isEarly ? nil : service.ended(principal)
        if let ended,
            request.method == .get || request.method == .head
                || HTTPField.Name.idempotencyKey.flatMap({ request.headers[$0] }) == nil
        {
            throw ended
        }
        let limit = service.configuration.bodyLimit
        if let text = request.headers[.contentLength], let length = Int(text), length > limit {
            throw Problem(.tooLarge, "the body has \(length) bytes; expected at most \(limit)")
        }
        let body = try await body(of: request, principal, limit)
        let query = Dictionary(
            request.uri.queryParameters.map { (String($0.key), String($0.value)) },
            uniquingKeysWith: { first, _ in first })
        let call = Call(
            service: service, principal: principal, parameters: parameters, query: query, headers: request.headers,
            body: body, method: request.method, path: request.uri.path, ended: ended)
        return try await route.handler(call)
    }

    /// The body: no larger than allowed, in no more time than allowed, and no more of it than the bearer's share of bytes.
    private func body(of request: Request, _ principal: Principal, _ limit: Int) async throws -> [UInt8] {
        let (limiter, now) = (service.limiter, ServiceClock.uptime() / 1000)
        let (name, rate) = ("bytes:\(principal.subject)", service.configuration.bytes(of: principal.role))
        if let wait = limiter.wait(name, rate: rate, now: now) {
            throw Problem(
                .tooMany, "more than \(Int(rate)) bytes a second", retryAfter: max(1, Int(wait.rounded(.up))))
        }
        let seconds = service.configuration.seconds("body-timeout")
        let bytes = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask { Array(try await request.body.collect(upTo: limit).readableBytesView) }
            group.addTask {
                try await Task.sleep(for: seconds)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let bytes else { throw Problem(.malformed, "the body did not come within \(seconds)") }
        if !bytes.isEmpty { limiter.charge(name, Double(bytes.count), rate: rate, now: now) }
        return bytes
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
        case .local where context.isLocal && !request.isForwarded:
            return Principal(role: .participant, subject: "address:\(address)")
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

extension Request {
    /// Whether it may come from elsewhere through a proxy on this machine: a proxy says so, or names whom was asked for.
    fileprivate var isForwarded: Bool {
        let names = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]
        if names.contains(where: { HTTPField.Name($0).map { headers.contains($0) } ?? false }) { return true }
        var host = head.authority ?? ""
        if host.hasPrefix("[") {
            host = String(host.dropFirst().prefix { $0 != "]" })
        } else {
            host = String(host.prefix { $0 != ":" })
        }
        return host != "localhost" && host != "::1" && !host.hasPrefix("127.")
    }
}
