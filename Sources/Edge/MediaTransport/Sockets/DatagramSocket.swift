internal import CDatagrams

/// A UDP socket that takes and gives datagrams in batches, without allocating. Closed when it goes.
///
/// For one thread, but for ``wake()``, which any may call.
public final class DatagramSocket: Sendable {
    /// The most datagrams of a batch.
    public static let batch = Int(DATAGRAMS_BATCH)

    private let descriptor: Int32
    private let waker: Int32
    /// Where it is bound.
    public let address: PeerAddress
    /// Who carries all datagrams, if somebody does.
    public let through: PeerAddress?

    /// Opens a socket at an address; port 0 for any that is free.
    ///
    /// - Parameters:
    ///   - buffer: Bytes asked of the kernel for the queue of either direction.
    ///   - through: An address of IPv4 that carries all datagrams, with the UDP header of SOCKS 5 before each (RFC 1928, 7), such as a
    ///     link emulator; both ends are then of IPv4.
    ///   - isTimed: Whether the kernel notes when datagrams come, for ``Departure/age``.
    /// - Throws: ``SocketError``.
    public init(
        _ address: PeerAddress, buffer: Int = 4 << 20, through: PeerAddress? = nil, isTimed: Bool = false
    ) throws(SocketError) {
        let wanted = datagrams_address(high: address.high, low: address.low, port: address.port)
        let descriptor = datagrams_open(wanted, Int32(clamping: buffer))
        guard descriptor >= 0 else {
            throw SocketError(errorNumber: -descriptor, doing: "cannot listen on port \(address.port)")
        }
        let waker = datagrams_open_waker()
        guard waker >= 0 else {
            datagrams_close(descriptor)
            throw SocketError(errorNumber: -waker, doing: "cannot make an event")
        }
        if isTimed { _ = datagrams_time(descriptor) }
        var bound = datagrams_address()
        _ = unsafe datagrams_bound(descriptor, &bound)
        self.descriptor = descriptor
        self.waker = waker
        self.through = through
        self.address = PeerAddress(high: bound.high, low: bound.low, port: bound.port)
    }

    deinit {
        datagrams_close(descriptor)
        datagrams_close(waker)
    }

    /// Takes up to so many datagrams, at most ``batch``, into the rooms of a buffer.
    ///
    /// - Parameters:
    ///   - buffer: The memory that the rooms lie in.
    ///   - rooms: On entry offset and length of each room; on return also where each datagram came from, and its own length, which is
    ///     longer than the room if it was cut.
    /// - Returns: How many came; 0 if none is there.
    public func receive(into buffer: inout [UInt8], rooms: inout [Departure], count: Int) throws(SocketError) -> Int {
        var carrier = cAddress(through)
        let received = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe rooms.withUnsafeMutableBufferPointer { rooms in
                unsafe rooms.withMemoryRebound(to: datagrams_entry.self) { entries in
                    unsafe withUnsafePointer(to: &carrier) { carrier in
                        unsafe datagrams_receive(
                            descriptor, buffer.baseAddress, entries.baseAddress, Int32(min(count, entries.count)),
                            through == nil ? nil : carrier)
                    }
                }
            }
        }
        guard received >= 0 else { throw SocketError(errorNumber: -received, doing: "cannot receive") }
        return Int(received)
    }

    /// Sends datagrams in order, from a position on.
    ///
    /// - Returns: How many went, or were refused by the kernel for what they are; fewer than there are when its queue is full.
    public func send(_ departures: [Departure], from start: Int, count: Int, of buffer: [UInt8]) -> Int {
        var done = 0
        var carrier = cAddress(through)
        unsafe buffer.withUnsafeBufferPointer { buffer in
            unsafe departures.withUnsafeBufferPointer { departures in
                unsafe departures.withMemoryRebound(to: datagrams_entry.self) { entries in
                    guard let first = entries.baseAddress else { return }
                    while done < count {
                        let chunk = min(count - done, Self.batch)
                        let sent = unsafe withUnsafePointer(to: &carrier) { carrier in
                            unsafe datagrams_send(
                                descriptor, buffer.baseAddress, first + (start + done), Int32(chunk),
                                through == nil ? nil : carrier)
                        }
                        done += Int(sent)
                        if sent < chunk { return }
                    }
                }
            }
        }
        return done
    }

    /// Sends one datagram; whether it went.
    @discardableResult
    public func send(_ bytes: [UInt8], to address: PeerAddress) -> Bool {
        let entry = Departure(address: address, offset: 0, length: UInt32(bytes.count))
        return send([entry], from: 0, count: 1, of: bytes) == 1
    }

    private func cAddress(_ address: PeerAddress?) -> datagrams_address {
        datagrams_address(high: address?.high ?? 0, low: address?.low ?? 0, port: address?.port ?? 0)
    }

    /// Waits until datagrams are there (or there is room to send, if `orWritable`), until ``wake()``, or for so many nanoseconds.
    ///
    /// - Parameters:
    ///   - nanoseconds: `nil` for as long as it takes.
    ///   - forDatagrams: Whether datagrams end the wait.
    public func wait(nanoseconds: UInt64?, orWritable: Bool = false, forDatagrams: Bool = true) {
        _ = datagrams_wait(
            forDatagrams ? descriptor : -1, waker, orWritable ? 1 : 0, nanoseconds.map { Int64(clamping: $0) } ?? -1)
    }

    /// Wakes the thread that waits, now or when it next does. From any thread.
    public func wake() { datagrams_wake(waker) }
}

/// A datagram in a buffer, and where it goes or came from. The layout is that of the C structure `datagrams_entry`.
public struct Departure: Sendable, Hashable {
    private var high: UInt64
    private var low: UInt64
    private var port: UInt16
    private var padding: UInt16 = 0
    private var more: UInt32 = 0
    /// Where in the buffer it starts.
    public var offset: UInt32
    /// Its bytes.
    public var length: UInt32
    /// How many microseconds ago it came, of a socket that is timed; else 0.
    public private(set) var age: UInt32 = 0
    private var rest: UInt32 = 0

    /// Where it goes or came from.
    public var address: PeerAddress {
        @inline(__always) get { PeerAddress(high: high, low: low, port: port) }
    }

    /// Creates an entry.
    @inline(__always)
    public init(address: PeerAddress, offset: UInt32, length: UInt32) {
        (high, low, port) = (address.high, address.low, address.port)
        self.offset = offset
        self.length = length
    }

    /// Whether the layout is that of the C structure; a test asserts it.
    package static var matchesC: Bool {
        MemoryLayout<Departure>.size == MemoryLayout<datagrams_entry>.size
            && MemoryLayout<Departure>.stride == MemoryLayout<datagrams_entry>.stride
            && MemoryLayout<Departure>.offset(of: \.offset) == MemoryLayout<datagrams_entry>.offset(of: \.offset)
            && MemoryLayout<Departure>.offset(of: \.age) == MemoryLayout<datagrams_entry>.offset(of: \.age)
    }
}
