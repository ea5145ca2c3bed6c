internal import Glibc

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

extension PeerAddress: LosslessStringConvertible {
    /// Reads an address as people write it: `192.0.2.1:4480`, `[2001:db8::1]:4480`; `nil` for text that is none. Names are not looked up.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let (host, digits) = (text[..<colon], text[text.index(after: colon)...])
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = UInt16(digits)
        else { return nil }
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let halves = Self.ipv6(String(host.dropFirst().dropLast())) else { return nil }
            self.init(high: halves.0, low: halves.1, port: port)
        } else {
            let parts = host.split(separator: ".", omittingEmptySubsequences: false)
            let numbers = parts.compactMap { part in
                part.allSatisfy { $0.isASCII && $0.isNumber } && part.count <= 3 ? UInt8(part) : nil
            }
            guard parts.count == 4, numbers.count == 4 else { return nil }
            self.init(ipv4: numbers.reduce(0) { $0 << 8 | UInt32($1) }, port: port)
        }
    }

    private static func ipv6(_ text: String) -> (UInt64, UInt64)? {
        var address = in6_addr()
        guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return unsafe withUnsafeBytes(of: &address) { bytes in
            func half(_ range: Range<Int>) -> UInt64 { unsafe bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
            return (half(0..<8), half(8..<16))
        }
    }

    /// The text that ``init(_:)`` reads.
    public var description: String {
        if high == 0, low >> 32 == 0xFFFF {
            return (0..<4).map { String(low >> UInt64(24 - 8 * $0) & 0xFF) }.joined(separator: ".") + ":\(port)"
        }
        let groups = [high, low].flatMap { half in
            (0..<4).map { String(half >> UInt64(48 - 16 * $0) & 0xFFFF, radix: 16) }
        }
        return "[" + groups.joined(separator: ":") + "]:\(port)"
    }
}
