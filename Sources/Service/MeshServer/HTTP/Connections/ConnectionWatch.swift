import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// How long a connection may take for what, and how many an address may have.
struct ConnectionLimits: Sendable {
    /// For a request's head, from its first byte (of the first, from the connection's beginning).
    var head: TimeAmount
    /// For a request's body, from the end of its head.
    var body: TimeAmount
    /// For a request and its answer, from the end of its head; streams of events go on.
    var request: TimeAmount
    /// For whoever takes nothing of what is written.
    var stall: TimeAmount
    /// Bytes of a body.
    var bodyLimit: Int
    /// Connections of one address.
    var ofAddress: Int
}

/// Connections by address, so that none takes them all.
final class AddressShares: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Takes a connection on; false when the address has all that it may have.
    func enter(_ address: String) -> Bool {
        counts.withLock { counts in
            let count = counts[address, default: 0]
            guard count < limit else { return false }
            counts[address] = count + 1
            return true
        }
    }

    func leave(_ address: String) {
        counts.withLock { counts in
            let left = (counts[address] ?? 1) - 1
            counts[address] = left > 0 ? left : nil
        }
    }
}

/// Watches the bytes of a connection: a head that does not come to its end, and a reader who takes nothing.
///
/// Stands first in the pipeline, where each byte is seen. ``RequestWatch`` says when heads and answers end; of a connection
/// with HTTP/2, whose requests are channels of their own, only the reader is watched.
final class ByteWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private enum State { case idle, head, busy, multiplexed }

    private let limits: ConnectionLimits
    private var state = State.head
    private var head: Scheduled<Void>?
    private var stall: Scheduled<Void>?

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) { awaitHead(context) }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if state == .idle { awaitHead(context) }
        context.fireChannelRead(data)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stall?.cancel()
            stall = nil
        } else if stall == nil {
            stall = close(context, in: limits.stall)
        }
        context.fireChannelWritabilityChanged()
    }

    private func awaitHead(_ context: ChannelHandlerContext) {
        state = .head
        head = close(context, in: limits.head)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    private func cancel() {
        head?.cancel()
        stall?.cancel()
        (head, stall) = (nil, nil)
    }

    /// A request's head is there.
    func headEnded() {
        head?.cancel()
        (head, state) = (nil, .busy)
    }

    /// All that was asked is answered.
    func isDone() { if state == .busy { state = .idle } }

    /// Requests come as channels of their own.
    func isMultiplexed() {
        head?.cancel()
        (head, state) = (nil, .multiplexed)
    }
}

/// Puts a ``RequestWatch`` behind the decoder of HTTP/1; says of a stream of HTTP/2 that its connection has such.
final class WatchInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Never

    private let limits: ConnectionLimits

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        if let bytes = try? pipeline.handler(type: ByteWatch.self),
            let decoder = try? pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        {
            try? pipeline.addHandler(RequestWatch(limits, bytes), position: .after(decoder))
        } else if let parent = context.channel.parent {
            try? parent.pipeline.syncOperations.handler(type: ByteWatch.self).isMultiplexed()
        }
    }
}

/// Watches the requests of a connection with HTTP/1: bodies and answers that take too long are cut, and so is what is still
/// sent of a request that was refused. Says that a body may come to whoever asks first.
final class RequestWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ConnectionLimits
    private let bytes: ByteWatch
    /// Requests that came and are not answered.
    private var open = 0
    private var isBodyOpen = false
    private var isCut = false
    private var body: Scheduled<Void>?
    private var request: Scheduled<Void>?
    /// How long whoever was refused may take to read why.
    private static let farewell = TimeAmount.seconds(1)

    init(_ limits: ConnectionLimits, _ bytes: ByteWatch) { (self.limits, self.bytes) = (limits, bytes) }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    private func cancel() {
        body?.cancel()
        request?.cancel()
        (body, request) = (nil, nil)
    }

    private func close(_ context: ChannelHandlerContext, in time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        switch part {
        case .head(var head):
            bytes.headEnded()
            open += 1
            isBodyOpen = true
            body?.cancel()
            body = close(context, in: limits.body)
            if open == 1 { request = close(context, in: limits.request) }
            invite(context, head)
            // Before HTTP/1.1 nobody had to say whom they ask.
            if head.version == .http1_0, !head.headers.contains(name: "host") {
                head.headers.add(name: "host", value: "unnamed")
                part = .head(head)
            }
        case .body: break
        case .end:
            isBodyOpen = false
            body?.cancel()
            body = nil
        }
        // What is sent on of a request that was refused goes nowhere.
        if !isCut { context.fireChannelRead(wrapInboundOut(part)) }
    }

    private func invite(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        guard open == 1, head.version == .http1_1, head.headers.first(name: "expect")?.lowercased() == "100-continue"
        else { return }
        let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        guard length <= limits.bodyLimit else { return }
        let go = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(go)), promise: nil)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            // The answer is of the request that is still coming: that is cut off behind it.
            if isBodyOpen, open == 1, head.status.code >= 400 {
                isCut = true
                head.headers.replaceOrAdd(name: "connection", value: "close")
            }
            if head.headers.first(name: "content-type") == "text/event-stream" {
                request?.cancel()
                request = nil
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            open -= 1
            request?.cancel()
            request = open > 0 ? close(context, in: limits.request) : nil
            if open == 0 { bytes.isDone() }
            guard isCut else { return context.write(data, promise: promise) }
            let channel = context.channel
            context.writeAndFlush(data, promise: promise)
            // Closed at once, what is still on its way would make the system take the answer back.
            channel.close(mode: .output, promise: nil)
            context.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) }
        }
    }
}
