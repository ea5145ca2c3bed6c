internal import Foundation
public import MediaTransport
internal import Synchronization

/// An ``EmulatedNetwork`` on a UDP socket, for kernels that have none: processes send everything through it, with the UDP header of SOCKS 5 (RFC 1928, 7) that
/// names the other end, and get everything from it. Loopback only.
public final class LinkEmulator: Sendable {
    private struct State {
        var network: EmulatedNetwork
        var nodes: [PeerAddress: Int]
        var isStopped = false
        var carried = 0
        var lost = 0
        var lateness = Lateness()
    }

    /// Nanoseconds of a turn.
    private static let turn: UInt64 = 2_000_000

    private static let room = 2_048
    private static let roomCount = 32_768

    private let socket: DatagramSocket
    private let state: Mutex<State>

    /// Where everybody sends to.
    public var address: PeerAddress { socket.address }

    /// Opens the socket and starts the thread.
    public init(_ network: EmulatedNetwork) throws(SocketError) {
        socket = try DatagramSocket(PeerAddress(ipv4: 0x7F00_0001, port: 0), buffer: 16 << 20)
        state = Mutex(State(network: network, nodes: [:]))
        let thread = Thread { [self] in run() }
        thread.name = "links"
        thread.start()
    }

    /// Says which node an address is.
    public func place(_ address: PeerAddress, at node: Int) { state.withLock { $0.nodes[address] = node } }

    /// Changes the network.
    public func change(_ body: @Sendable (inout EmulatedNetwork) -> Void) { state.withLock { body(&$0.network) } }

    /// Datagrams that were carried, and that were lost on purpose or for want of a place.
    public var counts: (carried: Int, lost: Int) { state.withLock { ($0.carried, $0.lost) } }

    /// Ends the thread.
    public func stop() {
        state.withLock { $0.isStopped = true }
        socket.wake()
    }

    /// How late datagrams went on since the last call.
    public func takeLateness() -> Lateness {
        state.withLock { state in
            defer { state.lateness = Lateness() }
            return state.lateness
        }
    }

    /// Works in turns of two milliseconds: what came since the last counts as come in the middle of it, what is due until the middle of the next goes. So nothing is
    /// late on the whole, and the thread is not woken for each datagram.
    private func run() {
        var buffer = [UInt8](repeating: 0, count: Self.room * Self.roomCount)
        var free = Array((0..<Self.roomCount).reversed())
        var waiting = ArrivalHeap()
        var batch = Array(repeating: Self.empty, count: DatagramSocket.batch)
        var due: [Departure] = []
        var last = MonotonicTime.now
        while true {
            if waiting.first == nil {
                socket.wait(nanoseconds: 100_000_000)
                last = max(last, MonotonicTime.now - min(Self.turn, MonotonicTime.now))
            }
            let early = MonotonicTime.now
            if early < last + Self.turn { Thread.sleep(forTimeInterval: Double(last + Self.turn - early) / 1e9) }
            let now = MonotonicTime.now
            let middle = last + (now - last) / 2
            last = now
            var isStopped = false
            while true {
                let room = min(batch.count, free.count)
                for index in 0..<room {
                    let offset = free[free.count - 1 - index] * Self.room
                    batch[index] = Departure(address: Self.none, offset: UInt32(offset), length: UInt32(Self.room))
                }
                let count = (try? socket.receive(into: &buffer, rooms: &batch, count: room)) ?? 0
                free.removeLast(count)
                isStopped = state.withLock { state in
                    for entry in batch[..<count] { take(entry, &buffer, &state, &waiting, &free, at: middle) }
                    return state.isStopped
                }
                if isStopped { return }
                if count < DatagramSocket.batch { break }
            }
            due.removeAll(keepingCapacity: true)
            let later = MonotonicTime.now
            state.withLock { state in
                while let first = waiting.first, first.at <= later + Self.turn / 2 {
                    state.lateness.take(due: first.at, at: later)
                    due.append(waiting.removeFirst().departure)
                }
            }
            // What the kernel has no room for is lost, as on a real link.
            _ = socket.send(due, from: 0, count: due.count, of: buffer)
            for departure in due { free.append(Int(departure.offset) / Self.room) }
        }
    }

    private static let none = PeerAddress(high: 0, low: 0, port: 0)
    private static var empty: Departure { Departure(address: none, offset: 0, length: 0) }

    /// Reads the header, puts the sender's address in the target's place, and puts the datagram in line.
    private func take(
        _ entry: Departure, _ buffer: inout [UInt8], _ state: inout State, _ waiting: inout ArrivalHeap,
        _ free: inout [Int], at now: UInt64
    ) {
        let (start, length) = (Int(entry.offset), Int(entry.length))
        func drop() {
            state.lost += 1
            free.append(start / Self.room)
        }
        guard length >= 10, length <= Self.room, buffer[start + 3] == 1, let from = state.nodes[entry.address] else {
            return drop()
        }
        let host = buffer[start + 4..<start + 8].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let target = PeerAddress(ipv4: host, port: UInt16(buffer[start + 8]) << 8 | UInt16(buffer[start + 9]))
        guard let to = state.nodes[target],
            let at = state.network.arrival(from: from, to: to, bytes: length - 10, at: now)
        else { return drop() }
        for index in 0..<4 {
            buffer[start + 4 + index] = UInt8(truncatingIfNeeded: entry.address.low >> UInt64(24 - 8 * index))
        }
        buffer[start + 8] = UInt8(entry.address.port >> 8)
        buffer[start + 9] = UInt8(truncatingIfNeeded: entry.address.port)
        state.carried += 1
        waiting.insert(at, Departure(address: target, offset: entry.offset, length: entry.length))
    }
}

/// Datagrams by time of arrival: a binary heap.
struct ArrivalHeap {
    private var items: [(at: UInt64, order: UInt64, departure: Departure)] = []
    private var order: UInt64 = 0

    var first: (at: UInt64, departure: Departure)? { items.first.map { ($0.at, $0.departure) } }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (items[left].at, items[left].order) < (items[right].at, items[right].order)
    }

    mutating func insert(_ at: UInt64, _ departure: Departure) {
        order += 1
        items.append((at, order, departure))
        var child = items.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> (at: UInt64, departure: Departure) {
        let first = items[0]
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { break }
            items.swapAt(parent, least)
            parent = least
        }
        return (first.at, first.departure)
    }
}
