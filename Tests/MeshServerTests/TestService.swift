import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MeshServer
import NIOCore
import Synchronization
import Testing

/// How requests reach the service under test.
enum Way: String, CaseIterable, Sendable {
    case memory, socket

    var setup: TestingSetup { self == .memory ? .router : .live }
}

/// A value that tests change from closures.
final class Box<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value {
        get { mutex.withLock { $0 } }
        set { mutex.withLock { $0 = newValue } }
    }
}

/// A service in a folder of its own that ticks when it is told to, and a client.
struct TestService: Sendable {
    static let operatorKey = "an-operator-key-for-tests"

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as a JSON object.
        func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any], sourceLocation: location)
        }
    }

    let service: MeshService
    let client: any TestClientProtocol

    /// Runs a test against a service.
    static func run(
        _ way: Way = .memory, settings: [String: String] = [:], folder: URL? = nil, clock: ServiceClock? = nil,
        _ body: @escaping @Sendable (TestService) async throws -> Void
    ) async throws {
        let scratch = folder ?? FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        defer { if folder == nil { try? FileManager.default.removeItem(at: scratch) } }
        var configuration = ServerConfiguration()
        let standard = [
            "data": scratch.path, "port": "0", "synchronous": "normal", "log-level": "error", "stranger-rate": "100000",
        ]
        for (name, value) in standard.merging(settings, uniquingKeysWith: { _, new in new }) {
            configuration.set(name, value)
        }
        let service = try await MeshService(
            configuration, environment: ["RMC_OPERATOR_KEY": operatorKey],
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: clock)
        try service.start(ticksByItself: false)
        defer { service.stop() }
        let application = try ServiceApplication.make(service)
        try await application.test(way.setup) { client in
            // The first state is published by the controller's thread.
            for _ in 0..<2000 {
                // A client that was cut before it came to ask is for those who ask by connections of their own.
                guard
                    let response = try? await client.execute(
                        uri: "/v1/sessions", method: .get, headers: [.authorization: "Bearer \(operatorKey)"])
                else { break }
                if response.status != .serviceUnavailable { break }
                try await Task.sleep(for: .milliseconds(1))
            }
            // Streams that a test left open would hold up the end.
            defer { service.endStreams() }
            try await body(TestService(service: service, client: client))
        }
    }

    /// Sends a request; the token is the operator's unless said otherwise, and `nil` for none.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, token: String? = operatorKey,
        key: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var fields = headers
        if let token { fields[.authorization] = "Bearer \(token)" }
        if let key, let name = HTTPField.Name("Idempotency-Key") { fields[name] = key }
        let response = try await client.execute(
            uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
        return Answer(
            status: response.status.code, headers: response.headers, body: Array(response.body.readableBytesView))
    }

    /// A token for a role.
    func token(_ fields: String) async throws -> String {
        let answer = try await send(.post, "/v1/tokens", "{\(fields)}")
        #expect(answer.status == 201)
        return try #require(try answer.json()["token"] as? String)
    }

    /// Registers three servers far from each other.
    func registerServers(capacity: Int = 100) async throws {
        for (id, latitude, longitude) in [("fra", 50.1, 8.7), ("nyc", 40.7, -74.0), ("sin", 1.35, 103.8)] {
            let answer = try await send(
                .put, "/v1/servers/\(id)",
                "{\"latitude\": \(latitude), \"longitude\": \(longitude), \"capacity\": \(capacity), \"price\": 10}")
            #expect(answer.status == 201)
        }
    }

    /// Creates a session with people near each server.
    func createSession(_ id: String = "s1", people: Int = 3) async throws -> Answer {
        let places = [(50.0, 8.0), (41.0, -73.0), (1.3, 103.0)]
        let list = (0..<people).map { index in
            let (latitude, longitude) = places[index % places.count]
            return "{\"id\": \"\(id)-p\(index)\", \"latitude\": \(latitude), \"longitude\": \(longitude)}"
        }
        return try await send(
            .post, "/v1/sessions",
            "{\"id\": \"\(id)\", \"type\": \"match\", \"participants\": [\(list.joined(separator: ","))]}")
    }
}
