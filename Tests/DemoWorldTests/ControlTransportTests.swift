import ControlTransport
import DemoWorld
import Foundation
import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import MeshTypes
import NIOCore
import NIOPosix
import Testing

@Suite("Agents and clients at a controller, over HTTP", .serialized)
struct ControlTransportTests {
    private static let registration = ServerRequest(
        latitude: 50, longitude: 8, capacity: 10, price: 1, address: "127.0.0.1:4480")

    @Test("What the service says no to, and what does not get there, are told apart in one line")
    func errors() async throws {
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        var edge = try ControllerClient(controller.url, token: try await controller.token(server: "a"))
        edge.timeout = 60  // Other tests hold the cores.
        var registration = Self.registration
        #expect(try await edge.register(registration, id: "a").site == 1)
        registration.latitude = 91
        await #expect(throws: Problem.self) { try await edge.register(registration, id: "a") }
        let stranger = await #expect(throws: Problem.self) { try await edge.heartbeat(heartbeat, id: "b") }
        #expect(stranger?.status == 403)
        try await edge.perform("DELETE", "/v1/servers/a")
        #expect(try await edge.heartbeat(heartbeat, id: "a").mustRegister)

        try await controller.open("s")
        let token = try await controller.token(participant: "anna", in: "s")
        let client = try ControllerClient(controller.url, token: token)
        let join = ParticipantRequest(id: "anna", latitude: 50, longitude: 8)
        let attachment = try await client.join("s", join)
        #expect(attachment.stream != 0)
        #expect(attachment.mesh.site == nil)
        // Who is there already attaches again, as the same, with another number.
        let again = try await client.join("s", join)
        #expect(again.keys.media == attachment.keys.media && again.stream != attachment.stream)
        let other = await #expect(throws: Problem.self) {
            try await client.join("s", ParticipantRequest(id: "ben", latitude: 50, longitude: 8))
        }
        #expect(other?.status == 403)
        let nobody = try ControllerClient(controller.url)
        let refusal = await #expect(throws: Problem.self) {
            try await nobody.perform("DELETE", "/v1/sessions/s/participants/anna")
        }
        #expect(refusal?.status == 401)
        await #expect(throws: Problem.self) { try await client.perform("GET", "/v2") }
        try await client.leave("s", participant: "anna", token: attachment.token)
        controller.stop()
        let error = await #expect(throws: ControllerError.self) { try await edge.heartbeat(heartbeat, id: "a") }
        #expect(error?.code == .unreachable)
        for url in ["", "ftp://a", "127.0.0.1:80", "http://", "http://a,", "http://a,ftp://b", "https://a?b"] {
            #expect(throws: ControllerError.self) { try ControllerClient(url) }
        }
    }

    private var heartbeat: HeartbeatRequest {
        HeartbeatRequest(relay: RelayReport(tableVersion: 0, participants: 0, reserves: 0, isDraining: false))
    }

    @Test(
        "Over TLS agents and clients reach who has a certificate of an authority that is given, and nobody else",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "needs openssl"))
    func tls() async throws {
        let (controller, folder) = try await ServedWorld.start(overTLS: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = folder.appending(path: "cert.pem").path
        let token = try await controller.token(server: "a")
        var edge = try ControllerClient(controller.url, token: token, authority: authority)
        edge.timeout = 60
        #expect(try await edge.register(Self.registration, id: "a").site == 1)
        #expect(try await edge.heartbeat(heartbeat, id: "a").table != nil)
        try await controller.open("s")
        let person = try ControllerClient(
            controller.url, token: try await controller.token(participant: "anna", in: "s"), authority: authority)
        let join = ParticipantRequest(id: "anna", latitude: 50, longitude: 8)
        let attachment = try await person.join("s", join)
        var views = person.views("s", participant: "anna", token: attachment.token).makeAsyncIterator()
        #expect(try await views.next() != nil)
        // The system's authorities do not know it; its name is part of it; it speaks no plain HTTP.
        for (url, authority) in [
            (controller.url, nil), ("https://127.0.0.1:\(controller.port)", authority),
            ("http://localhost:\(controller.port)", authority),
        ] {
            let stranger = try ControllerClient(url, token: token, authority: authority)
            let error = await #expect(throws: ControllerError.self) { try await stranger.heartbeat(heartbeat, id: "a") }
            #expect(error?.code == .unreachable, "\(url): \(error?.description ?? "")")
            #expect(error?.description.contains("\n") == false)
        }
        let none = folder.appending(path: "key.pem").path
        #expect(throws: ControllerError.self) { try ControllerClient(controller.url, authority: none) }
        #expect(throws: ControllerError.self) { try ControllerClient(controller.url, authority: "/nowhere") }
        controller.stop()
    }

    @Test("Of several controllers the next is asked when one is not there")
    func several() async throws {
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        let gone = PeerAddress(ipv4: 0x7F00_0001, port: 9)
        let urls = "http://\(gone), \(controller.url)/"
        var edge = try ControllerClient(urls, token: try await controller.token(server: "a"))
        edge.timeout = 60
        #expect(try await edge.register(Self.registration, id: "a").site == 1)
        #expect(try await edge.heartbeat(heartbeat, id: "a").table != nil)
        // What one says no to, no other is asked.
        let refusal = await #expect(throws: Problem.self) { try await edge.heartbeat(heartbeat, id: "b") }
        #expect(refusal?.status == 403)
        controller.stop()
        let error = await #expect(throws: ControllerError.self) { try await edge.heartbeat(heartbeat, id: "a") }
        #expect(error?.description.contains("no controller there: ") == true)
    }

    @Test("An edge's token is renewed half-way, and the new one is shown from then on")
    func renewal() async throws {
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await controller.token(server: "a", lifetime: 8)
        var edge = try ControllerClient(controller.url, token: first)
        edge.timeout = 60
        _ = try await edge.register(Self.registration, id: "a")
        var renewed: String?
        let begin = MonotonicTime.now
        while renewed == nil, MonotonicTime.now < begin + 60_000_000_000 {
            renewed = try await edge.heartbeat(heartbeat, id: "a").token
            try await Task.sleep(for: .milliseconds(100))
        }
        let next = try #require(renewed)
        #expect(next != first && edge.token == next)
        // It was not in the first half of the life, and what comes has as long a one.
        #expect(MonotonicTime.now - begin > 2_500_000_000)
        #expect(try await edge.heartbeat(heartbeat, id: "a").token == nil)
        let other = try ControllerClient(controller.url, token: next)
        let refusal = await #expect(throws: Problem.self) { try await other.heartbeat(heartbeat, id: "b") }
        #expect(refusal?.status == 403)
        controller.stop()
    }

    @Test("Another version is refused with what to do, by either side")
    func versions() async throws {
        #expect(MeshProtocol.refusal(of: nil, from: "curl") == nil)
        #expect(MeshProtocol.refusal(of: "2", from: "the controller") == nil)
        #expect(
            MeshProtocol.refusal(of: "3", from: "the controller")
                == "the controller speaks version 3 of the mesh protocol; expected 2. Bring both to the same release.")
        // A server of tomorrow.
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.pipeline.addHandler(TomorrowHandler()) }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try ControllerClient("http://127.0.0.1:\(server.localAddress?.port ?? 0)")
        let error = await #expect(throws: ControllerError.self) { try await client.heartbeat(heartbeat, id: "a") }
        #expect(error?.code == .version)
        try await server.close().get()
        // A caller of yesterday.
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        let answer = try await raw(
            controller.port,
            "GET /v1/pool HTTP/1.1\r\nHost: a\r\nMesh-Protocol: 0\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(answer.contains("speaks version 0 of the mesh protocol; expected 2"))
        let junk = try await raw(controller.port, "\u{1}\u{2}garbage\r\n\r\n")
        #expect(!junk.hasPrefix("HTTP/1.1 2"))
        controller.stop()
    }

    private func raw(_ port: Int, _ text: String) async throws -> String {
        let collected = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(CollectingHandler(collected)) }
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
        return try await collected.futureResult.get()
    }

    @Test("Events come apart as the standard says, however they are cut")
    func events() {
        let text = ": hello\r\n\r\nid: 7\nevent: mesh\ndata: one\ndata:two\n\ndata\n\nevent: x\n\nid\ndata: last\r\r"
        let expected = [
            ServerEvent(id: "7", name: "mesh", data: "one\ntwo"), ServerEvent(id: "7", data: ""),
            ServerEvent(id: "", data: "last"),
        ]
        for cut in 1...9 {
            var (parser, events) = (EventParser(), [ServerEvent]())
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: cut) {
                events += parser.take(bytes[start..<min(bytes.count, start + cut)])
            }
            #expect(events == expected)
        }
    }
}

private final class TomorrowHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = "HTTP/1.1 200 OK\r\nMesh-Protocol: 3\r\nContent-Length: 2\r\n\r\n{}"
        context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
    }
}

private final class CollectingHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    private var text = ""
    private let done: EventLoopPromise<String>
    init(_ done: EventLoopPromise<String>) { self.done = done }
    func channelRead(context: ChannelHandlerContext, data: NIOAny) { text += String(buffer: unwrapInboundIn(data)) }
    func channelInactive(context: ChannelHandlerContext) { done.succeed(text) }
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
