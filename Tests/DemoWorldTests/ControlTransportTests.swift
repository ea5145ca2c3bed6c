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

    @Test("What a controller says no to, and what does not get there, are told apart in one line")
    func errors() async throws {
        let controller = DemoController(strategy: .optimal)
        let port = try await controller.start()
        var client = try ControllerClient("http://127.0.0.1:\(port)")
        client.timeout = 60  // Other tests hold the cores.
        var registration = Self.registration
        #expect(try await client.register(registration, id: "a b/c").site == 1)
        registration.latitude = 91
        await #expect(throws: Problem.self) { try await client.register(registration, id: "x") }
        #expect(try await client.heartbeat(heartbeat, id: "unknown").mustRegister)
        let join = ParticipantRequest(id: "anna", latitude: 50, longitude: 8)
        let reply = try await client.join("s", join)
        #expect(reply.stream == 1)
        await #expect(
            throws: Problem(title: "status 409", status: 409, detail: "participant anna is there already")
        ) {
            try await client.join("s", join)
        }
        await #expect(
            throws: Problem(title: "status 403", status: 403, detail: "the token is another participant's")
        ) {
            try await client.leave("s", participant: "anna", token: "wrong")
        }
        await #expect(throws: Problem(title: "status 401", status: 401, detail: "expected a bearer token")) {
            try await client.perform("DELETE", "/v1/sessions/s/participants/anna")
        }
        await #expect(throws: Problem.self) { try await client.perform("GET", "/v2") }
        try await client.leave("s", participant: "anna", token: reply.token)
        await controller.stop()
        let error = await #expect(throws: ControllerError.self) { try await client.heartbeat(heartbeat, id: "a") }
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
        #expect(MeshProtocol.refusal(of: "1", from: "the controller") == nil)
        #expect(
            MeshProtocol.refusal(of: "2", from: "the controller")
                == "the controller speaks version 2 of the mesh protocol; expected 1. Bring both to the same release.")
        // A server of tomorrow.
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { $0.pipeline.addHandler(TomorrowHandler()) }
            .bind(host: "127.0.0.1", port: 0).get()
        let client = try ControllerClient("http://127.0.0.1:\(server.localAddress?.port ?? 0)")
        let error = await #expect(throws: ControllerError.self) { try await client.heartbeat(heartbeat, id: "a") }
        #expect(error?.code == .version)
        try await server.close().get()
        // A caller of yesterday.
        let controller = DemoController(strategy: .optimal)
        let port = try await controller.start()
        let answer = try await raw(
            port, "GET /v1/x HTTP/1.1\r\nHost: a\r\nMesh-Protocol: 0\r\nConnection: close\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(answer.contains("speaks version 0 of the mesh protocol; expected 1"))
        let junk = try await raw(port, "\u{1}\u{2}garbage\r\n\r\n")
        #expect(!junk.hasPrefix("HTTP/1.1 2"))
        await controller.stop()
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

    @Test("A server that lies about its place gets nobody once two others have measured it")
    func liar() async throws {
        let controller = DemoController(strategy: .optimal)
        let client = try ControllerClient("http://127.0.0.1:\(try await controller.start())")
        // Two honest servers in Europe; one that says it is in Sydney, where the participant is, and is in Europe too.
        let places = [(50.0, 8.0), (52.0, 5.0), (-33.9, 151.2)]
        for (index, place) in places.enumerated() {
            var registration = Self.registration
            (registration.latitude, registration.longitude) = place
            registration.address = "127.0.0.1:\(5_000 + index)"
            registration.capacity = 100
            _ = try await client.register(registration, id: "s\(index)")
        }
        _ = try await client.join("match", ParticipantRequest(id: "anna", latitude: -33.8, longitude: 151))
        #expect(controller.assignment == ["anna": 3])
        for index in 0..<2 {
            var report = heartbeat
            report.links = [.init(site: 3, roundTrip: 12, loss: 0, sent: 0, received: 0, isSilent: false)]
            _ = try await client.heartbeat(report, id: "s\(index)")
        }
        #expect(controller.tick(at: MonotonicTime.now) != nil)
        #expect(controller.assignment["anna"] != 3)
        await controller.stop()
    }

    @Test("A place that light could not answer from is a lie; capacity is trusted as it is shown")
    func claims() {
        let (frankfurt, sydney) = (
            GeoCoordinate(latitude: 50.1, longitude: 8.7), GeoCoordinate(latitude: -33.9, longitude: 151.2)
        )
        #expect(ClaimCheck.isImpossible(sydney, trips: [(frankfurt, 20)]))
        #expect(!ClaimCheck.isImpossible(frankfurt, trips: [(frankfurt, 20), (sydney, 280)]))
        #expect(ClaimCheck.trustedCapacity(claimed: 1_000_000, mostCarried: 100, carried: 90, loss: 0) == 200_000)
        #expect(ClaimCheck.trustedCapacity(claimed: 500, mostCarried: 200, carried: 200, loss: 0) == 400)
        #expect(ClaimCheck.trustedCapacity(claimed: 500, mostCarried: 200, carried: 60, loss: 0.2) == 30)
    }
}

private final class TomorrowHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let text = "HTTP/1.1 200 OK\r\nMesh-Protocol: 2\r\nContent-Length: 2\r\n\r\n{}"
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
