internal import AsyncHTTPClient
internal import Foundation
internal import MeshAPI
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Speaks HTTP with a controller: JSON both ways, server-sent events; over TLS where the URL says `https`. Connections are kept and used again.
///
/// Of several controllers one is asked at a time: the next when that one is not there, cannot serve now, or names another of them (307). Copies share which one
/// that is, and the token that the controller renewed.
public struct ControllerClient: Sendable {
    /// What copies share.
    final class Shared: Sendable {
        let current = Mutex(0)
        let renewed = Mutex<String?>(nil)
    }

    private let bases: [ControllerAddress]
    private let http: HTTPClient
    private let shared = Shared()
    private var shown: String?
    /// The most that a response may hold, bytes.
    private static let greatestResponse = 64 << 20
    /// Seconds that a request may take.
    public var timeout = 5.0

    /// A client of the controllers at some URLs.
    ///
    /// - Parameters:
    ///   - urls: One URL, or several with commas between them.
    ///   - authority: A file with the certificates of authorities, as PEM, to trust instead of the system's.
    /// - Throws: ``ControllerError`` for what is not `http://HOST[:PORT][/PATH]` or the same with `https`, and for a file that holds no certificates.
    public init(_ urls: String, token: String? = nil, authority: String? = nil) throws(ControllerError) {
        bases = try urls.split(separator: ",", omittingEmptySubsequences: false).map { url throws(ControllerError) in
            try ControllerAddress(url.trimmingCharacters(in: .whitespaces))
        }
        http = try ControllerTransport.client(authority: authority)
        shown = token
    }

    /// The bearer token that requests carry: the one that was given, or what the controller gave since in its place.
    public var token: String? {
        get { shared.renewed.withLock { $0 } ?? shown }
        set {
            shared.renewed.withLock { $0 = nil }
            shown = newValue
        }
    }

    /// A client of the same controllers that shows another token.
    package func showing(_ token: String) -> ControllerClient {
        var copy = ControllerClient(bases: bases, http: http)
        (copy.shown, copy.timeout) = (token, timeout)
        copy.shared.current.withLock { $0 = shared.current.withLock { $0 } }
        return copy
    }

    private init(bases: [ControllerAddress], http: HTTPClient) { (self.bases, self.http) = (bases, http) }

    /// From now on requests carry this token, in all copies.
    public func renew(_ token: String) { shared.renewed.withLock { $0 = token } }

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

    private func exchange(
        _ method: String, _ path: String, _ contentType: String?, _ body: [UInt8]
    ) async throws -> [UInt8] {
        // The same key with every controller that is asked: whoever carries it out, it is done once.
        let key = method == "GET" ? nil : UUID().uuidString
        return try await withEachController { base in
            var request = request(method, base.url + path, accept: "application/json")
            if let contentType { request.headers.add(name: "Content-Type", value: contentType) }
            if let key { request.headers.add(name: "Idempotency-Key", value: key) }
            if !body.isEmpty { request.body = .bytes(ByteBuffer(bytes: body)) }
            let response = try await execute(request, at: base, within: .milliseconds(Int64(timeout * 1_000)))
            let answer = try await Self.collect(response, at: base)
            guard (200..<300).contains(answer.status) else { throw Self.problem(answer) }
            return answer.body
        }
    }

    /// Asks one controller after the other, from the one that answered last, until one is there and serves.
    func withEachController<Result>(
        _ body: (ControllerAddress) async throws -> Result
    ) async throws -> Result {
        var (index, failure) = (shared.current.withLock { $0 }, (any Error)?.none)
        for _ in bases.indices {
            do {
                let result = try await body(bases[index])
                shared.current.withLock { $0 = index }
                return result
            } catch let error as ControllerError where error.code == .unreachable || error.code == .elsewhere {
                failure = error
                let named = error.location.flatMap { location in bases.firstIndex { location.hasPrefix($0.url) } }
                index = named ?? (index + 1) % bases.count
            } catch let problem as Problem where problem.status == 503 && bases.count > 1 {
                failure = problem
                index = (index + 1) % bases.count
            }
            try Task.checkCancellation()
        }
        shared.current.withLock { $0 = index }
        throw failure ?? ControllerError(.usage, "there is no controller to ask")
    }

    func request(_ method: String, _ url: String, accept: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        request.headers = HTTPHeaders([("Accept", accept), (MeshProtocol.header, String(MeshProtocol.version))])
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    /// Sends a request; the head of the response, whose version is ours.
    func execute(
        _ request: HTTPClientRequest, at base: ControllerAddress, within limit: TimeAmount?
    ) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, deadline: limit.map { .now() + $0 } ?? .distantFuture)
        } catch {
            throw ControllerTransport.words(error, at: base, within: timeout)
        }
        try Self.check(response.headers.first(name: MeshProtocol.header))
        if [307, 308].contains(response.status.code) {
            throw ControllerError(
                .elsewhere, "\(base): names another controller, which is none of those that were given",
                location: response.headers.first(name: "Location"))
        }
        return response
    }

    static func collect(_ response: HTTPClientResponse, at base: ControllerAddress) async throws -> HTTPAnswer {
        do {
            let body = try await response.body.collect(upTo: greatestResponse)
            return HTTPAnswer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw ControllerError(.response, "the controller's response is longer than 64 MB")
        } catch {
            throw ControllerTransport.words(error, at: base, within: 5)
        }
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
        /// The controller's URL is none, or the file of authorities holds none.
        case usage
        /// Nobody there, or no answer in time.
        case unreachable
        /// An answer that is not of this interface.
        case response
        /// The controller speaks another version.
        case version
        /// The controller names another that was not given.
        case elsewhere
    }

    /// What kind of failure.
    public let code: Code
    /// One line.
    public let description: String
    /// What a controller named in its place.
    let location: String?

    init(_ code: Code, _ description: String, location: String? = nil) {
        (self.code, self.description, self.location) = (code, description, location)
    }
}

struct HTTPAnswer: Sendable {
    var status = 0
    var body: [UInt8] = []
}
