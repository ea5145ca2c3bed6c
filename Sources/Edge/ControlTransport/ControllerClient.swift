internal import Foundation
internal import MeshAPI
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Speaks HTTP/1.1 with a controller: JSON both ways, a connection a request, server-sent events. Plain HTTP; where the way to the controller is not one's own, TLS
/// is for a proxy before it.
public struct ControllerClient: Sendable {
    let host: String
    let port: Int
    private let prefix: String
    /// The bearer token that requests carry.
    public var token: String?
    /// Seconds that a request may take.
    public var timeout = 5.0

    /// A client of the controller at a URL.
    ///
    /// - Throws: ``ControllerError`` for what is not `http://HOST[:PORT][/PATH]`.
    public init(_ url: String, token: String? = nil) throws(ControllerError) {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host, !host.isEmpty
        else {
            throw ControllerError(.usage, "'\(url)' is no controller; expected http://HOST:PORT")
        }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        port = parts.port ?? 80
        prefix = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        self.token = token
    }

    /// Sends a request and reads the response.
    ///
    /// - Parameters:
    ///   - path: From the root, such as `/v1/servers/a`; parts of it that are names must be percent-encoded (``segment(_:)``).
    ///   - body: What to send as JSON.
    /// - Throws: `Problem` for what the controller says no to, ``ControllerError`` for what did not get there.
    public func request<Response: Decodable>(
        _ method: String, _ path: String, body: some Encodable & Sendable, as type: Response.Type = Response.self
    ) async throws -> Response {
        let data = try JSONEncoder().encode(body)
        return try Self.decode(try await exchange(method, path, "application/json", Array(data)), type)
    }

    /// Sends a request without a body and reads the response.
    public func request<Response: Decodable>(
        _ method: String, _ path: String, as type: Response.Type = Response.self
    ) async throws -> Response {
        try Self.decode(try await exchange(method, path, nil, []), type)
    }

    /// Sends lines of JSON, one a value; the response's body means nothing.
    public func send(lines: [some Encodable], _ method: String, _ path: String) async throws {
        let encoder = JSONEncoder()
        var body: [UInt8] = []
        for line in lines { body += try encoder.encode(line) + [0x0A] }
        _ = try await exchange(method, path, "application/x-ndjson", body)
    }

    /// Sends a request without a body; the response's body as it is.
    public func bytes(_ method: String, _ path: String) async throws -> [UInt8] {
        try await exchange(method, path, nil, [])
    }

    /// Sends a request whose response's body means nothing.
    public func perform(_ method: String, _ path: String) async throws { _ = try await exchange(method, path, nil, []) }

    /// A name as a part of a path.
    public static func segment(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? name
    }

    private static func decode<Response: Decodable>(_ body: [UInt8], _ type: Response.Type) throws -> Response {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw ControllerError(.response, "the controller's response makes no sense: expected \(type)")
        }
    }

    private func exchange(_ method: String, _ path: String, _ contentType: String?, _ body: [UInt8]) async throws
        -> [UInt8]
    {
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: HTTPAnswer.self)
        let channel = try await connect {
            AnswerHandler(done: done)
        } failing: {
            done.fail($0)
        }
        let late = channel.eventLoop.scheduleTask(in: .milliseconds(Int64(timeout * 1_000))) {
            done.fail(ControllerError(.unreachable, "\(host):\(port) did not answer within \(timeout) s"))
            channel.close(promise: nil)
        }
        write(method, path, contentType, body, to: channel)
        defer {
            late.cancel()
            channel.close(promise: nil)
        }
        let answer = try await done.futureResult.get()
        try Self.check(answer.version)
        guard (200..<300).contains(answer.status) else { throw Self.problem(answer) }
        return answer.body
    }

    func connect(
        _ handler: @escaping @Sendable () -> some ChannelInboundHandler & Sendable, failing: (any Error) -> Void
    ) async throws -> any Channel {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(handler())
                    }
                }
                .connect(host: host, port: port).get()
        } catch {
            let failure = ControllerError(.unreachable, "\(host):\(port): no controller there: \(error)")
            failing(failure)
            throw failure
        }
    }

    func write(
        _ method: String, _ path: String, _ contentType: String?, _ body: [UInt8], accept: String = "application/json",
        lastEvent: String? = nil, to channel: any Channel
    ) {
        var headers = HTTPHeaders([
            ("Host", "\(host):\(port)"), ("Accept", accept), (MeshProtocol.header, String(MeshProtocol.version)),
        ])
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let contentType { headers.add(name: "Content-Type", value: contentType) }
        if let lastEvent { headers.add(name: "Last-Event-ID", value: lastEvent) }
        if method != "GET" { headers.add(name: "Content-Length", value: String(body.count)) }
        if method != "GET" { headers.add(name: "Idempotency-Key", value: UUID().uuidString) }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: prefix + path, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !body.isEmpty {
            channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    static func check(_ version: String?) throws(ControllerError) {
        if let refusal = MeshProtocol.refusal(of: version, from: "the controller") {
            throw ControllerError(.version, refusal)
        }
    }

    static func problem(_ answer: HTTPAnswer) -> any Error {
        if let problem = try? JSONDecoder().decode(Problem.self, from: Data(answer.body)) { return problem }
        var problem = Problem(.defect, "the controller answered with HTTP status \(answer.status)")
        problem.status = answer.status
        return problem
    }
}

/// Why a controller could not be asked.
public struct ControllerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure.
    public enum Code: Sendable, Hashable {
        /// The controller's URL is none.
        case usage
        /// Nobody there, or no answer in time.
        case unreachable
        /// An answer that is not of this interface.
        case response
        /// The controller speaks another version.
        case version
    }

    /// What kind of failure.
    public let code: Code
    /// One line.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

struct HTTPAnswer: Sendable {
    var status = 0
    var version: String?
    var body: [UInt8] = []
}

/// Collects one response, up to 64 MB.
private final class AnswerHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPClientResponsePart

    private var answer = HTTPAnswer()
    private let done: EventLoopPromise<HTTPAnswer>

    init(done: EventLoopPromise<HTTPAnswer>) { self.done = done }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer.status = Int(head.status.code)
            answer.version = head.headers.first(name: MeshProtocol.header)
        case .body(let buffer):
            answer.body += buffer.readableBytesView
            if answer.body.count > 64 << 20 {
                done.fail(ControllerError(.response, "the controller's response is longer than 64 MB"))
                context.close(promise: nil)
            }
        case .end: done.succeed(answer)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(ControllerError(.response, "the controller does not speak HTTP: \(error)"))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(ControllerError(.unreachable, "the controller closed the connection"))
    }
}
