import NIOCore
import NIOPosix
import Probing
import Synchronization

/// A UDP socket that passes datagrams on to a responder and back, as late as two emulated links say. For one prober.
final class LinkProxy: Sendable {
    /// The most that a datagram went on later than it was due, nanoseconds: the machine's part in what is measured.
    final class Lateness: Sendable {
        private let worst = Mutex<UInt64>(0)

        func take(due: UInt64) {
            let now = NIODeadline.now().uptimeNanoseconds
            worst.withLock { $0 = max($0, now > due ? now - due : 0) }
        }

        /// The most since the last call.
        func reset() -> UInt64 {
            worst.withLock { worst in
                defer { worst = 0 }
                return worst
            }
        }
    }

    private let front: any Channel
    let lateness: Lateness

    private init(front: any Channel, lateness: Lateness) { (self.front, self.lateness) = (front, lateness) }

    var address: SocketAddress? { front.localAddress }

    static func start(
        to responder: SocketAddress, forward: EmulatedLink, backward: EmulatedLink, on group: any EventLoopGroup
    ) async throws -> LinkProxy {
        let loop = group.next()
        let lateness = Lateness()
        let front = try await DatagramBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DelayHandler(forward: forward, backward: backward, responder: responder, lateness: lateness))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LinkProxy(front: front, lateness: lateness)
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
    private let lateness: LinkProxy.Lateness
    private var prober: SocketAddress?

    init(forward: EmulatedLink, backward: EmulatedLink, responder: SocketAddress, lateness: LinkProxy.Lateness) {
        self.lateness = lateness
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
            self.lateness.take(due: arrival)
            context.writeAndFlush(self.wrapOutboundOut(out), promise: nil)
        }
    }
}
