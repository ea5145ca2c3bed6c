internal import ControlTransport
public import Foundation
public import MeshAPI
internal import MeshInstances
internal import MeshTypes
internal import Synchronization

/// `rmc serve` as a process of its own, asked over HTTP as any operator would ask it.
public final class ServedController: Sendable {
    private struct State {
        var process: Process?
        var client: ControllerClient?
        var port = 0
    }

    private let program: URL
    private let folder: URL
    private let arguments: [String]
    private let key: String
    private let authority: String?
    private let started: @Sendable (Int32) -> Void
    private let state = Mutex(State())
    /// The port on loopback; 0 until it has started for the first time, then it keeps it.
    public var port: Int { state.withLock { $0.port } }

    /// A service that is not started yet.
    ///
    /// - Parameters:
    ///   - program: `rmc`.
    ///   - folder: Where its data and its log go.
    ///   - settings: Settings of `rmc serve` by name.
    ///   - authority: The certificates to trust where the settings have it speak TLS; it is asked by the name `localhost` then.
    ///   - started: Called with the number of each process that it becomes.
    public init(
        program: URL, folder: URL, settings: [String: String] = [:], authority: String? = nil,
        started: @escaping @Sendable (Int32) -> Void = { _ in }
    ) {
        (self.program, self.folder, self.started, self.authority) = (program, folder, started, authority)
        key = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        // Servers are rented in small parts, so that sessions can share them; a server that is silent for two seconds is dead.
        let standard = [
            "tick-interval": "500", "tick-longest-interval": "500", "lease": "1.5", "slots": "40",
            "log-level": "warning",
        ]
        arguments = standard.merging(settings) { _, new in new }.sorted { $0.key < $1.key }
            .flatMap { ["--\($0.key)", $0.value] }
    }

    /// Where it is to be reached.
    public var url: String { authority == nil ? "http://127.0.0.1:\(port)" : "https://localhost:\(port)" }

    /// Starts it, and waits until it is ready; what it knew when it was stopped, it knows again.
    public func start() async throws {
        let process = Process()
        process.executableURL = program
        process.arguments =
            ["serve", "--port", "\(port)", "--data", folder.appending(path: "service").path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["RMC_OPERATOR_KEY": key]) { $1 }
        let log = folder.appending(path: "service.log")
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        (process.standardOutput, process.standardError) = (handle, handle)
        let told = try handle.offset()
        try process.run()
        started(process.processIdentifier)
        state.withLock { $0.process = process }
        for _ in 0..<1200 {
            // It says where, then it can be asked whether it is ready.
            if let port = Self.port(in: log, after: told) { state.withLock { $0.port = port } }
            if port > 0, var client = try? ControllerClient(url, token: key, authority: authority),
                (try? await client.perform("GET", "/readyz")) != nil
            {
                // A machine that is busy is told of elsewhere; an operator waits.
                client.timeout = 60
                let ready = client
                state.withLock { $0.client = ready }
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(25))
        }
        stop()
        throw Failure(description: "the service did not get ready; see \(log.path)")
    }

    private static func port(in log: URL, after offset: UInt64) -> Int? {
        guard let handle = try? FileHandle(forReadingFrom: log), (try? handle.seek(toOffset: offset)) != nil,
            let data = try? handle.readToEnd()
        else { return nil }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("rmc: ready on ") }
        return line.flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
    }

    /// Kills it, as a power cut would. ``start()`` makes it come back.
    public func stop() {
        guard let process = state.withLock({ $0.process.take() }) else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Why it cannot be asked.
    public struct Failure: Error, CustomStringConvertible {
        /// One line.
        public let description: String
    }

    private func client() throws -> ControllerClient {
        guard let client = state.withLock({ $0.client }) else {
            throw Failure(description: "the service was not started")
        }
        return client
    }

    // MARK: What an operator does

    private struct Opening: Encodable {
        var id: String
        var type: String
        var policy: [String: Double]
    }

    /// Opens a session that nobody is in yet.
    public func open(_ session: String, type: String = "match", policy: [String: Double] = [:]) async throws {
        let _: SessionResponse = try await client().request(
            "POST", "/v1/sessions", body: Opening(id: session, type: type, policy: policy))
    }

    /// A token for an edge server, or for one participant.
    public func token(server: String, lifetime: Int? = nil) async throws -> String {
        try await token(TokenRequest(role: .edge, server: SiteID(server), lifetime: lifetime))
    }

    /// A token for one participant.
    public func token(participant: String, in session: String) async throws -> String {
        try await token(
            TokenRequest(
                role: .participant, session: SessionID(session), participant: ParticipantID(participant)))
    }

    private func token(_ request: TokenRequest) async throws -> String {
        let response: TokenResponse = try await client().request("POST", "/v1/tokens", body: request)
        return response.token
    }

    /// The servers of the pool.
    public func pool() async throws -> [ServerResponse] {
        let page: Page<ServerResponse> = try await client().request("GET", "/v1/pool?limit=1000")
        return page.items
    }

    /// The servers whose leases run, if they all forward by the tables that they should; `nil` otherwise.
    public func converged() async -> [ServerResponse]? {
        guard let live = try? await pool().filter({ $0.status == .up }) else { return nil }
        return live.allSatisfy { $0.relay.map { $0.table == $0.wanted } ?? false } ? live : nil
    }

    /// The mesh of a session.
    public func mesh(of session: String) async throws -> Mesh {
        try await client().request("GET", "/v1/sessions/\(ControllerClient.segment(session))/mesh")
    }

    /// Pair latencies of the present meshes by the controller's own reckoning, ms: by session, then by who speaks and who listens.
    public func plannedPairs() async throws -> [String: [[String]: Double]] {
        let snapshot = try SnapshotReader.read(
            InputFile(name: "the service's snapshot", contents: try await client().bytes("GET", "/v1/snapshot")))
        guard case .dense(let network) = snapshot.network else { return [:] }
        func trip(_ table: LatencyTable, _ row: Int, _ column: Int) -> Double {
            table[row, column]?.milliseconds ?? .infinity
        }
        let count = snapshot.sites.count
        var ways = (0..<count).map { from in (0..<count).map { trip(network, from, $0) } }
        for via in 0..<count {
            for from in 0..<count {
                for to in 0..<count { ways[from][to] = min(ways[from][to], ways[from][via] + ways[via][to]) }
            }
        }
        let numbers = Dictionary(uniqueKeysWithValues: snapshot.sites.enumerated().map { ($1.id, $0) })
        let rows = Dictionary(uniqueKeysWithValues: snapshot.participants.enumerated().map { ($1.id, $0) })
        var pairs: [String: [[String]: Double]] = [:]
        for session in snapshot.sessions {
            let served = try await mesh(of: session.id.description).assignment.compactMap { person, site in
                rows[person].flatMap { row in numbers[site].map { (person, row: row, site: $0) } }
            }
            for one in served {
                for other in served where one.row != other.row {
                    pairs[session.id.description, default: [:]][[one.0.description, other.0.description]] =
                        trip(snapshot.accessLatency, one.row, one.site) + ways[one.site][other.site]
                        + trip(snapshot.accessLatency, other.row, other.site)
                }
            }
        }
        return pairs
    }
}
