import MediaTransport
import MeshAPI
import MeshEdge
import Synchronization
import Testing

/// A controller that says what a test wants said.
private final class ScriptedController: EdgeControlPlane {
    struct Away: Error {}
    static let instance = "0123456789abcdef"

    let replies: Mutex<[Result<HeartbeatReply, Away>]>
    let heartbeats = Mutex<[HeartbeatRequest]>([])
    let said = Mutex<[String]>([])
    /// What is thrown in the place of a failure.
    let problem = Mutex<Problem?>(nil)
    let sites: Mutex<[UInt16]>

    init(sites: [UInt16], replies: [Result<HeartbeatReply, Away>]) {
        self.sites = Mutex(sites)
        self.replies = Mutex(replies)
    }

    func register(_ registration: ServerRequest, id: String) async throws -> ServerLease {
        let site = sites.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return ServerLease(site: site, heartbeatEvery: 0.01)
    }

    func heartbeat(_ heartbeat: HeartbeatRequest, id: String) async throws -> HeartbeatReply {
        heartbeats.withLock { $0.append(heartbeat) }
        let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        if case .failure = reply, let problem = problem.withLock({ $0 }) { throw problem }
        return try reply.get()
    }

    func drain(id: String) async throws { said.withLock { $0.append("drain \(id)") } }
    func remove(id: String) async throws { said.withLock { $0.append("remove \(id)") } }
}

@Suite("Edge agent")
struct EdgeAgentTests {
    private func run(
        _ control: ScriptedController, withSomebody: Bool = false,
        meanwhile: (EdgeAgent, RelayLoop) async throws -> Void = { _, _ in }
    ) async throws -> (isDrained: Bool, events: [EdgeAgent.Event]) {
        let events = Mutex<[EdgeAgent.Event]>([])
        let registration = ServerRequest(
            latitude: 0, longitude: 0, capacity: 1, price: 1, instance: ScriptedController.instance)
        let lease = try await EdgeAgent.register(registration, id: "a", control: control)
        // Whoever is attached stays until the test lets years pass, however slow the machine is.
        var configuration = Relay.Configuration(site: lease.site)
        configuration.participantTimeout = 3_600_000_000_000
        let loop = try RelayLoop(configuration, at: PeerAddress(ipv4: 0x7F00_0001, port: 0))
        let agent = EdgeAgent(id: "a", registration: registration, control: control, loop: loop) { event in
            events.withLock { $0.append(event) }
        }
        if withSomebody {
            let secret = try #require(SessionSecret(session: 7, epoch: 0, bytes: Array(0..<32)))
            let somebody = PeerAddress(ipv4: 0x0A00_0001, port: 1)
            _ = await loop.perform { relay, now in relay.admit(secret, stream: 1, at: somebody, now: now) }
        }
        async let running = agent.run(lease: lease)
        try await meanwhile(agent, loop)
        let isDrained = await running
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
        // The same reason is told once, and that it is over.
        #expect(events.filter { if case .controllerFailed = $0 { true } else { false } }.count == 1)
        #expect(events.filter { $0 == .controllerBack }.count == 1)
        #expect(events.contains(.refusedTable("the table is for site 9; expected 4")))
        #expect(events.last == .drained)
        let heartbeats = control.heartbeats.withLock { $0 }
        #expect(heartbeats.compactMap(\.relay?.tableVersion).prefix(4) == [0, 3, 3, 3])
        #expect(heartbeats.last?.relay?.isDraining == true)
        #expect(heartbeats.allSatisfy { $0.instance == ScriptedController.instance })
    }

    @Test("Told to leave, it says so, lets nobody in, and ends when nobody is left")
    func leaving() async throws {
        let control = ScriptedController(
            sites: [4], replies: [.success(.init())])
        let (isDrained, events) = try await run(control, withSomebody: true) { agent, loop in
            await agent.leave()
            while control.heartbeats.withLock({ $0.last?.relay?.isDraining }) != true {
                try await Task.sleep(for: .milliseconds(5))
            }
            // Somebody is here still.
            #expect(await loop.perform { relay, _ in relay.participantCount } == 1)
            _ = await loop.perform { relay, now in relay.wake(at: now + 7_200_000_000_000) }
        }
        #expect(isDrained)
        #expect(events.last == .drained)
        #expect(control.said.withLock { $0 } == ["drain a"])
    }

    @Test("A token that the controller renews is told; another process under the name ends this one")
    func renewedAndReplaced() async throws {
        let control = ScriptedController(
            sites: [4], replies: [.success(HeartbeatReply(token: "next")), .failure(.init())])
        control.problem.withLock { $0 = Problem(.conflict, "server a is another process now") }
        let (isDrained, events) = try await run(control)
        #expect(!isDrained)
        #expect(
            events == [.registered(site: 4), .renewed(token: "next"), .replaced("server a is another process now")])
    }

    @Test(
        "Forgotten and renumbered while somebody is attached, it stays for them, follows no table, and ends when they are gone"
    )
    func renumberedUnderWay() async throws {
        let control = ScriptedController(
            sites: [4, 6],
            replies: [
                .success(HeartbeatReply()), .success(HeartbeatReply(mustRegister: true)),
                .success(HeartbeatReply(table: RelayTable(version: 9, controller: "other", epoch: 1, site: 6))),
            ])
        let (isDrained, events) = try await run(control, withSomebody: true) { agent, loop in
            while control.heartbeats.withLock({ $0.count }) < 6 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(await loop.perform { relay, _ in relay.participantCount } == 1)
            _ = await loop.perform { relay, now in relay.wake(at: now + 7_200_000_000_000) }
        }
        #expect(!isDrained)
        #expect(events == [.registered(site: 4), .renumbered(site: 6)])
    }

    @Test("Given another number by a controller that has forgotten it, it ends, to start anew")
    func renumbered() async throws {
        let control = ScriptedController(sites: [4, 6], replies: [.success(HeartbeatReply(mustRegister: true))])
        let (isDrained, events) = try await run(control)
        #expect(!isDrained)
        #expect(events == [.registered(site: 4), .renumbered(site: 6)])
    }
}
