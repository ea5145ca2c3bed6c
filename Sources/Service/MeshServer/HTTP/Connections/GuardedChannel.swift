import HummingbirdCore
import Logging
import NIOCore

/// A server's channels with ``ConnectionLimits``: each address has its share, each connection its time.
///
/// What makes the channels can be exchanged while connections go on: a certificate that was renewed is for those to come.
final class GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    typealias Value = Base.Value

    private let base: Locked<Base>
    private let limits: ConnectionLimits
    private let shares: AddressShares

    init(_ base: Base, _ limits: ConnectionLimits) {
        self.base = Locked(base)
        self.limits = limits
        shares = AddressShares(limit: limits.ofAddress)
    }

    /// From now on, channels are made by another.
    func exchange(_ other: Base) { base.withLock { $0 = other } }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let address = channel.remoteAddress?.ipAddress ?? "local"
        guard shares.enter(address) else {
            logger.debug("an address has all the connections that it may have")
            return channel.close().flatMap { channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel) }
        }
        channel.closeFuture.whenComplete { [shares] _ in shares.leave(address) }
        let base = base.withLock { $0 }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(ByteWatch(limits))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async {
        await base.withLock { $0 }.handle(value: value, logger: logger)
    }
}
