internal import Foundation
internal import MeshAPI
internal import MeshEngine
public import MeshTypes
internal import Synchronization

/// A controller for demonstrations and tests: sessions, servers and participants in memory, plans by ``MeshEngine``, the interface of the service over HTTP.
///
/// It stands where `rmc serve` is to stand; agents and clients cannot tell the two apart. It keeps nothing, limits nothing and trusts whoever joins: loopback only.
public final class DemoController: Sendable {
    let state: Mutex<DemoState>
    private let server: Mutex<SmallHTTPServer?>

    /// A controller that plans by a strategy.
    public init(strategy: Strategy, seed: UInt64 = 1) {
        state = Mutex(DemoState(strategy: strategy, seed: seed))
        server = Mutex(nil)
    }

    /// Listens on loopback; the port that it got.
    public func start(port: Int = 0) async throws -> Int {
        let http = try await SmallHTTPServer(port: port) { [weak self] request in
            await self?.answer(request) ?? DemoController.problem(503, "the controller is gone")
        }
        server.withLock { $0 = http }
        return http.port
    }

    /// Stops to listen; what it knows stays. ``start(port:)`` makes it come back.
    public func stop() async {
        await server.withLock({ server -> SmallHTTPServer? in server.take() })?.stop()
        state.withLock { state in
            for id in state.members.keys { state.members[id]?.subscriber = nil }
        }
    }

    /// One tick: forgets servers whose lease ran out, plans, publishes tables and views.
    ///
    /// - Parameter now: Nanoseconds of the monotonic clock.
    /// - Returns: The plan, if there is anything to plan and it could be.
    @discardableResult
    public func tick(at now: UInt64) -> Plan? {
        // Planning takes a while; requests are answered meanwhile.
        let snapshot = state.withLock { $0.snapshot(at: now) }
        guard let snapshot else { return nil }
        let strategy = state.withLock(\.strategy)
        let request = PlanRequest(strategy: strategy, deadline: .milliseconds(400))
        guard let plan = try? MeshEngine().plan(snapshot, request) else { return nil }
        state.withLock { $0.adopt(plan, at: now) }
        return plan
    }

    /// Pair latencies of the present plan by its own reckoning, ms: session, then ordered pair of streams.
    public func plannedPairs() -> [String: [[UInt32]: Double]] { state.withLock { $0.plannedPairs() } }

    /// Which site serves each participant, by name.
    public var assignment: [String: UInt16] { state.withLock { $0.members.compactMapValues(\.site) } }

    /// Whether all live servers forward by the last table.
    public var isConverged: Bool {
        state.withLock { state in state.servers.values.allSatisfy { $0.tableVersion >= state.version } }
    }

    /// Servers whose lease runs, by name, with their site's number.
    public var servers: [String: UInt16] { state.withLock { $0.servers.mapValues(\.number) } }

    /// Streams of a session's participants, by name.
    public func streams(of session: String) -> [String: UInt32] {
        state.withLock { state in
            state.members.filter { $0.value.session == session }.mapValues(\.stream)
        }
    }
}
