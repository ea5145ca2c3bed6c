public import NIOCore

/// Where a datagram came from: an address and a port, as numbers.
public struct ProbeSource: Sendable, Hashable {
    /// The first eight bytes of the IPv6 address; an IPv4 address is taken as the IPv6 address that stands for it (RFC 4291, 2.5.5.2).
    public var high: UInt64
    /// The last eight bytes.
    public var low: UInt64
    /// The UDP port.
    public var port: UInt16

    /// Creates a source from the two halves of its IPv6 address.
    public init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// Creates a source from an IPv4 address.
    public init(ipv4 address: UInt32, port: UInt16) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address), port: port)
    }

    /// Creates a source from a socket's address; `nil` for one that is not of the Internet.
    public init?(_ address: SocketAddress) {
        let port = UInt16(truncatingIfNeeded: address.port ?? 0)
        // Both kinds start with family and port, four bytes; IPv6 then has its flow label, four more.
        switch address {
        case .v4:
            self.init(ipv4: UInt32(truncatingIfNeeded: Self.integer(of: address, bytes: 4..<8)), port: port)
        case .v6:
            self.init(
                high: Self.integer(of: address, bytes: 8..<16), low: Self.integer(of: address, bytes: 16..<24),
                port: port)
        default: return nil
        }
    }

    /// The big-endian integer that some bytes of the system's address structure hold.
    private static func integer(of address: SocketAddress, bytes: Range<Int>) -> UInt64 {
        unsafe address.withSockAddr { structure, size in
            let whole = unsafe UnsafeRawBufferPointer(start: structure, count: size)
            return unsafe whole[bytes].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// What rates are counted by: an IPv4 address, or the first 64 bits of an IPv6 address, since a subscriber has them all.
    public var prefix: UInt64 {
        let isIPv4 = high == 0 && low >> 32 == 0xFFFF
        return isIPv4 ? low : high == 0 ? low : high
    }
}
