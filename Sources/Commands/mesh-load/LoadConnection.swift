internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A connection that is kept, one request at a time.
final class LoadConnection: Sendable {
    /// What came back.
    struct Answer: Sendable {
        var status: Int
        var body: ByteBuffer
    }

    private let channel: any Channel
    private let handler: NIOLoopBound<Handler>
    private let host: String
    private let key: String

    private init(channel: any Channel, handler: NIOLoopBound<Handler>, host: String, key: String) {
        (self.channel, self.handler, self.host, self.key) = (channel, handler, host, key)
    }

    /// Connects.
    static func open(_ group: any EventLoopGroup, port: Int, key: String) async throws -> LoadConnection {
        let (channel, handler) = try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = Handler()
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return (channel, NIOLoopBound(handler, eventLoop: channel.eventLoop))
                }
            }
        return LoadConnection(channel: channel, handler: handler, host: "127.0.0.1:\(port)", key: key)
    }

    /// Sends a request and waits for its answer.
    func send(_ method: HTTPMethod, _ path: String, _ body: String? = nil) async throws -> Answer {
        let promise = channel.eventLoop.makePromise(of: Answer.self)
        start(method, path, body) { $0.answer = promise }
        return try await promise.futureResult.get()
    }

    /// Asks for a stream; each piece of its body is told as it comes.
    func listen(_ path: String, _ hear: @escaping @Sendable (ByteBuffer) -> Void) {
        start(.GET, path, nil) { $0.hear = hear }
    }

    private func start(
        _ method: HTTPMethod, _ path: String, _ body: String?, _ prepare: @escaping @Sendable (Handler) -> Void
    ) {
        channel.eventLoop.execute { [channel, handler, host, key] in
            prepare(handler.value)
            var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
            head.headers = [
                "Host": host, "Authorization": "Bearer \(key)", "Content-Length": "\(body?.utf8.count ?? 0)",
            ]
            let pipeline = channel.pipeline.syncOperations
            pipeline.write(NIOAny(HTTPClientRequestPart.head(head)), promise: nil)
            if let body {
                pipeline.write(
                    NIOAny(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            }
            pipeline.writeAndFlush(NIOAny(HTTPClientRequestPart.end(nil)), promise: nil)
        }
    }

    func close() async { try? await channel.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        var answer: EventLoopPromise<Answer>?
        var hear: (@Sendable (ByteBuffer) -> Void)?
        private var status = 0
        private var body = ByteBuffer()

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                status = Int(head.status.code)
                body.clear()
            case .body(var part): if let hear { hear(part) } else { body.writeBuffer(&part) }
            case .end:
                answer?.succeed(Answer(status: status, body: body))
                answer = nil
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            answer?.fail(ChannelError.ioOnClosedChannel)
            answer = nil
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            answer?.fail(error)
            answer = nil
            context.close(promise: nil)
        }
    }
}
