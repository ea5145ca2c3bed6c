internal import Foundation
public import MediaTransport
internal import NIOCore
package import Probing
internal import Synchronization

/// A ``Relay`` on a UDP socket, on a thread of its own. The same socket answers probes, so that what is measured is the way that media take.
///
/// In steady state nothing is allocated for a media datagram: they arrive in the relay's rooms in batches, and leave from there in batches.
public final class RelayLoop: Sendable {
    private typealias Order = @Sendable (inout Relay, UInt64) -> Void

    private let socket: DatagramSocket
    private let orders = Mutex<(pending: [Order], isStopped: Bool)>(([], false))

    /// Where it takes datagrams.
    public var address: PeerAddress { socket.address }

    /// Opens the socket and starts the thread.
    ///
    /// - Parameter secret: 32 bytes or more, for cookies of relay and responder.
    /// - Throws: ``SocketError``.
    public init(
        _ configuration: Relay.Configuration, at address: PeerAddress, through: PeerAddress? = nil,
        secret: [UInt8] = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
    ) throws(SocketError) {
        socket = try DatagramSocket(address, through: through)
        let relay = Relay(configuration: configuration, secret: secret)
        let responder = ProbeResponder(secret: secret)
        let thread = Thread { [self] in run(relay, responder) }
        thread.name = "relay"
        thread.qualityOfService = .userInteractive
        thread.start()
    }

    /// Does something with the relay on its thread, between two batches.
    ///
    /// - Parameter body: Gets the relay and the present time.
    /// - Returns: What `body` returns; `nil` if the loop has ended.
    public func perform<Result: Sendable>(
        _ body: @escaping @Sendable (inout Relay, UInt64) -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let isStopped = orders.withLock { orders in
                if !orders.isStopped {
                    orders.pending.append { relay, now in continuation.resume(returning: body(&relay, now)) }
                }
                return orders.isStopped
            }
            if isStopped { continuation.resume(returning: nil) } else { socket.wake() }
        }
    }

    /// Ends the thread; the socket closes with it.
    public func stop() {
        orders.withLock { $0.isStopped = true }
        socket.wake()
    }

    private func run(_ relay: consuming Relay, _ responder: consuming ProbeResponder) {
        let none = PeerAddress(high: 0, low: 0, port: 0)
        var batch = Array(repeating: Departure(address: none, offset: 0, length: 0), count: DatagramSocket.batch)
        var wakeAt = relay.wake(at: MonotonicTime.now)
        var isBlocked = false
        while true {
            let now = MonotonicTime.now
            let due = min(wakeAt, relay.nextDeparture(at: now) ?? .max)
            socket.wait(nanoseconds: due > now ? due - now : 0, orWritable: isBlocked)
            let (pending, isStopped) = orders.withLock { orders in
                defer { orders.pending.removeAll() }
                return (orders.pending, orders.isStopped)
            }
            for order in pending { order(&relay, MonotonicTime.now) }
            if isStopped { return }
            // A few batches, so that orders and signs of life are not held up by a flood.
            var turns = 0
            while turns < 16, relay.receiveBatch(&batch, from: socket, probes: &responder) {
                isBlocked = relay.flush(at: MonotonicTime.now) { socket.send($0, from: $1, count: $2, of: $3) }
                turns += 1
            }
            if MonotonicTime.now >= wakeAt { wakeAt = relay.wake(at: MonotonicTime.now) }
            isBlocked = relay.flush(at: MonotonicTime.now) { socket.send($0, from: $1, count: $2, of: $3) }
        }
    }
}

extension Relay {
    /// Takes one batch off the socket; false if there was none, or the socket failed (it is tried again).
    package mutating func receiveBatch(
        _ batch: inout [Departure], from socket: DatagramSocket, probes: inout ProbeResponder
    ) -> Bool {
        var count = 0
        let none = PeerAddress(high: 0, low: 0, port: 0)
        while count < min(batch.count, roomsAtOnce), let room = takeRoom() {
            batch[count] = Departure(
                address: none, offset: UInt32(room * DatagramRooms.size), length: UInt32(DatagramRooms.size))
            count += 1
        }
        let received = (try? socket.receive(into: &rooms.bytes, rooms: &batch, count: count)) ?? 0
        roomsAtOnce = received == count ? min(DatagramSocket.batch, 2 * max(4, count)) : max(8, 2 * received)
        let now = MonotonicTime.now
        for index in 0..<count {
            let (start, length) = (Int(batch[index].offset), Int(batch[index].length))
            let room = start / DatagramRooms.size
            if index >= received {
                rooms.release(room)
            } else if length >= 4, rooms.bytes[start] == 0x52 {
                let bytes = rooms.bytes[start..<start + min(length, DatagramRooms.size)]
                let source = batch[index].address
                let reply = probes.receive(
                    ByteBuffer(bytes: bytes),
                    from: ProbeSource(high: source.high, low: source.low, port: source.port), at: now)
                if let reply { socket.send(Array(reply.readableBytesView), to: source) }
                rooms.release(room)
            } else {
                receive(room: room, length: length, from: batch[index].address, at: now)
            }
        }
        return received > 0
    }
}
