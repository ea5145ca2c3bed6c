/// Where a datagram came from or goes to: an address and a port, as numbers.
public struct PeerAddress: Sendable, Hashable {
    /// The first eight bytes of the IPv6 address; an IPv4 address is the IPv6 address that stands for it (RFC 4291, 2.5.5.2).
    public var high: UInt64
    /// The last eight bytes.
    public var low: UInt64
    /// The UDP port.
    public var port: UInt16

    /// Creates an address from the two halves of its IPv6 form.
    public init(high: UInt64, low: UInt64, port: UInt16) {
        self.high = high
        self.low = low
        self.port = port
    }

    /// Creates an address of IPv4.
    public init(ipv4 address: UInt32, port: UInt16) {
        self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(address), port: port)
    }
}
