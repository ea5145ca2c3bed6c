import NIOCore
import NIOPosix
import Probing

/// A UDP socket that passes datagrams on to a responder and back, as late as two emulated links say. For one prober.
final class LinkProxy: Sendable {
    private let front: any Channel

    private init(front: any Channel) { self.front = front }

    var address: SocketAddress? { front.localAddress }

    static func start(
        to responder: SocketAddress, forward: EmulatedLink, backward: EmulatedLink, on group: any EventLoopGroup
    ) async throws -> LinkProxy {
        let loop = group.next()
        let front = try await DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DelayHandler(forward: forward, backward: backward, responder: responder))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LinkProxy(front: front)
    }

    func stop() async throws { try await front.close().get() }
}

/// One socket serves both sides: what comes from the responder goes to the prober, all else to the responder.
private final class DelayHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private var forward: EmulatedLink
    private var backward: EmulatedLink
    private let responder: SocketAddress
    private var prober: SocketAddress?

    init(forward: EmulatedLink, backward: EmulatedLink, responder: SocketAddress) {
        self.forward = forward
        self.backward = backward
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        let now = NIODeadline.now().uptimeNanoseconds
        let isReply = envelope.remoteAddress == responder
        if !isReply { prober = envelope.remoteAddress }
        let length = envelope.data.readableBytes
        let arrival = isReply ? backward.arrival(ofBytes: length, at: now) : forward.arrival(ofBytes: length, at: now)
        guard let arrival, let target = isReply ? prober : responder else { return }
        let out = AddressedEnvelope(remoteAddress: target, data: envelope.data)
        context.eventLoop.assumeIsolated().scheduleTask(deadline: .uptimeNanoseconds(arrival)) {
            context.writeAndFlush(self.wrapOutboundOut(out), promise: nil)
        }
    }
}
