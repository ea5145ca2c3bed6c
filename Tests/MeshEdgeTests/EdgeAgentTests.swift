import MediaTransport
import MeshAPI
import MeshEdge
import Synchronization
import Testing

/// A controller that says what a test wants said.
private final class ScriptedController: EdgeControlPlane {
    struct Away: Error {}

    let replies: Mutex<[Result<HeartbeatReply, Away>]>
    let heartbeats = Mutex<[RelayReport]>([])
    let sites: Mutex<[UInt16]>

    init(sites: [UInt16], replies: [Result<HeartbeatReply, Away>]) {
        self.sites = Mutex(sites)
        self.replies = Mutex(replies)
    }

    func register(_ registration: ServerRequest, id: String) async throws -> ServerLease {
        let site = sites.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return ServerLease(site: site, heartbeatEvery: 0.01)
    }

    func heartbeat(_ heartbeat: RelayReport, id: String) async throws -> HeartbeatReply {
        heartbeats.withLock { $0.append(heartbeat) }
        return try replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.get()
    }
}

@Suite("Edge agent")
struct EdgeAgentTests {
    private func run(_ control: ScriptedController) async throws -> (isDrained: Bool, events: [EdgeAgent.Event]) {
        let events = Mutex<[EdgeAgent.Event]>([])
        let registration = ServerRequest(latitude: 0, longitude: 0, capacity: 1, price: 1)
        let lease = try await EdgeAgent.register(registration, id: "a", control: control)
        let loop = try RelayLoop(.init(site: lease.site), at: PeerAddress(ipv4: 0x7F00_0001, port: 0))
        let agent = EdgeAgent(id: "a", registration: registration, control: control, loop: loop) { event in
            events.withLock { $0.append(event) }
        }
        let isDrained = await agent.run(lease: lease)
        loop.stop()
        return (isDrained, events.withLock { $0 })
    }

    @Test("It takes tables, refuses bad ones, goes on while the controller is away, and ends when it is drained")
    func life() async throws {
        let control = ScriptedController(
            sites: [4],
            replies: [
                .success(HeartbeatReply(table: RelayTable(version: 3, site: 4))), .failure(.init()),
                .failure(.init()),
                .success(HeartbeatReply(table: RelayTable(version: 5, site: 9))), .success(HeartbeatReply()),
                .success(HeartbeatReply(mustRegister: true)), .success(HeartbeatReply(drain: true)),
            ])
        let (isDrained, events) = try await run(control)
        #expect(isDrained)
        #expect(events.first == .registered(site: 4))
        #expect(events.dropFirst().first == .adopted(version: 3))
        #expect(events.filter { if case .controllerFailed = $0 { true } else { false } }.count == 2)
        #expect(events.contains(.refusedTable("the table is for site 9; expected 4")))
        #expect(events.last == .drained)
        let heartbeats = control.heartbeats.withLock { $0 }
        #expect(heartbeats.map(\.tableVersion).prefix(4) == [0, 3, 3, 3])
        #expect(heartbeats.last?.isDraining == true)
    }

    @Test("Given another number by a controller that has forgotten it, it ends, to start anew")
    func renumbered() async throws {
        let control = ScriptedController(sites: [4, 6], replies: [.success(HeartbeatReply(mustRegister: true))])
        let (isDrained, events) = try await run(control)
        #expect(!isDrained)
        #expect(events == [.registered(site: 4), .renumbered(site: 6)])
    }
}
