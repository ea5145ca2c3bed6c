public import NIOCore
internal import NIOPosix

/// A ``ProbeResponder`` on a UDP socket, IPv4 or IPv6.
public struct ResponderService: Sendable {
    private let channel: any Channel

    /// Binds a socket and starts to answer.
    ///
    /// - Parameters:
    ///   - host: A name or an address of this machine; `0.0.0.0` or `::` for all.
    ///   - port: 0 for any that is free.
    ///   - secret: 32 bytes that key the cookies; drawn at random if left out.
    ///   - group: Where the socket lives; the process's own if left out.
    /// - Throws: ``ProbeError``, with the socket's own words.
    public static func start(
        host: String, port: Int, configuration: ProbeResponder.Configuration = ProbeResponder.Configuration(),
        secret: [UInt8]? = nil, on group: (any EventLoopGroup)? = nil
    ) async throws(ProbeError) -> ResponderService {
        let key = secret ?? (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: port)
        } catch {
            throw ProbeError(
                .unknownHost, "\(host): no such host; expected a name or an address that this machine can look up")
        }
        do {
            let channel = try await DatagramBootstrap(group: group ?? MultiThreadedEventLoopGroup.singleton)
                .receivingInBatches()
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ResponderHandler(ProbeResponder(configuration: configuration, secret: key)))
                    }
                }
                .bind(to: address).get()
            return ResponderService(channel: channel)
        } catch {
            throw ProbeError(.socket, "\(host):\(port): cannot listen: \(error)")
        }
    }

    /// Where it listens.
    public var address: SocketAddress? { channel.localAddress }

    /// Where it listens, as people write it: `127.0.0.1:4470`, `[::1]:4470`.
    public var endpoint: String {
        address.map(Endpoint.text) ?? ""
    }

    /// What has come and gone.
    public func counters() async throws(ProbeError) -> ProbeResponder.Counters {
        do {
            return try await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.handler(type: ResponderHandler.self).responder.counters
            }.get()
        } catch {
            throw ProbeError(.socket, "the responder is closed: \(error)")
        }
    }

    /// Stops to answer and closes the socket.
    public func stop() async {
        // It may be closed already; then there is nothing to do.
        try? await channel.close().get()
    }
}

/// Carries datagrams between a socket and the responder.
private final class ResponderHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    var responder: ProbeResponder

    init(_ responder: ProbeResponder) { self.responder = responder }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let source = ProbeSource(envelope.remoteAddress),
            let reply = responder.receive(envelope.data, from: source, at: MonotonicClock.now)
        else { return }
        let answer = AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: reply)
        // At once: a reply that waits for others would be measured as a longer path.
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An unreachable peer, a full buffer: of one datagram, not of the socket. The next one may pass.
    }
}
