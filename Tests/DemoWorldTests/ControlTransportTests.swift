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
        for url in ["", "https://127.0.0.1", "ftp://a", "127.0.0.1:80", "http://"] {
            #expect(throws: ControllerError.self) { try ControllerClient(url) }
        }
    }

    private var heartbeat: RelayReport {
        RelayReport(tableVersion: 0, participants: 0, reserves: 0, isDraining: false)
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
