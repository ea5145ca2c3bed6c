internal import Foundation
internal import MeshAPI
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// As much of an HTTP/1.1 server as the demo's controller needs: JSON requests, and streams of events.
final class SmallHTTPServer: Sendable {
    struct Request: Sendable {
        var method: String
        /// The path's parts, decoded, without the query.
        var path: [String]
        var query: [String: String]
        var headers: [String: String]
        var body: [UInt8]
    }

    enum Response: Sendable {
        case json(Int, [UInt8])
        case events(AsyncStream<ServerText>)
    }

    /// An event's number and data.
    struct ServerText: Sendable {
        var id: UInt64
        var data: String
    }

    private let channel: any Channel
    private let children: OpenChannels

    var port: Int { channel.localAddress?.port ?? 0 }

    init(port: Int, answer: @escaping @Sendable (Request) async -> Response) async throws {
        let children = OpenChannels()
        self.children = children
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                children.add(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(RequestHandler(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }

    func stop() async {
        try? await channel.close().get()
        children.closeAll()
    }
}

private final class RequestHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let answer: @Sendable (SmallHTTPServer.Request) async -> SmallHTTPServer.Response
    private var request: SmallHTTPServer.Request?
    private var streaming: Task<Void, Never>?

    init(answer: @escaping @Sendable (SmallHTTPServer.Request) async -> SmallHTTPServer.Response) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): request = Self.request(head)
        case .body(let buffer):
            if let count = request?.body.count, count < 16 << 20 { request?.body += buffer.readableBytesView }
        case .end:
            guard let request else { return }
            let (channel, answer) = (context.channel, answer)
            streaming = Task { await Self.write(await answer(request), to: channel) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) { streaming?.cancel() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private static func request(_ head: HTTPRequestHead) -> SmallHTTPServer.Request {
        let parts = URLComponents(string: head.uri)
        let path = (parts?.percentEncodedPath ?? "").split(separator: "/").map {
            String($0).removingPercentEncoding ?? ""
        }
        let items = (parts?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        let headers = head.headers.map { ($0.name.lowercased(), $0.value) }
        return SmallHTTPServer.Request(
            method: head.method.rawValue, path: path, query: Dictionary(items) { first, _ in first },
            headers: Dictionary(headers) { first, _ in first }, body: [])
    }

    private static func write(_ response: SmallHTTPServer.Response, to channel: any Channel) async {
        var headers = HTTPHeaders([(MeshProtocol.header, String(MeshProtocol.version))])
        switch response {
        case .json(let status, let body):
            headers.add(name: "Content-Type", value: status < 400 ? "application/json" : "application/problem+json")
            headers.add(name: "Content-Length", value: String(body.count))
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        case .events(let events):
            headers.add(name: "Content-Type", value: "text/event-stream")
            headers.add(name: "Cache-Control", value: "no-store")
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: headers)
            channel.writeAndFlush(HTTPServerResponsePart.head(head), promise: nil)
            for await event in events {
                let text = "id: \(event.id)\nevent: mesh\ndata: \(event.data)\n\n"
                let buffer = ByteBuffer(string: text)
                channel.writeAndFlush(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
            }
            channel.close(promise: nil)
        }
    }
}
