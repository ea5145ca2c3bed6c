internal import Crypto

/// Makes and recognises the cookies that show that somebody receives what is sent to an address, without keeping any.
///
/// The first 16 bytes of HMAC-SHA-256, keyed with the server's own secret, over address, port, session, stream and the minute; as in the
/// probe protocol (RFC 9000, 8.1.2). Recognised in its minute and the next.
public struct AddressCookies: Sendable {
    /// Nanoseconds for which a cookie is made the same.
    public static let period: UInt64 = 60_000_000_000

    private let key: SymmetricKey

    /// Takes 32 random bytes or more; whoever knows them can forge cookies.
    public init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// The cookie as two big-endian words.
    public func cookie(
        for address: PeerAddress, session: UInt32, stream: UInt32, at now: UInt64
    ) -> (high: UInt64, low: UInt64) {
        cookie(address, session, stream, period: now / Self.period)
    }

    /// Whether a cookie was given to this address for this stream, in this period or the last.
    public func recognises(
        _ cookie: (high: UInt64, low: UInt64), from address: PeerAddress, session: UInt32, stream: UInt32,
        at now: UInt64
    ) -> Bool {
        let period = now / Self.period
        return [period, period &- 1].contains { period in
            let expected = self.cookie(address, session, stream, period: period)
            return (expected.high ^ cookie.high) | (expected.low ^ cookie.low) == 0
        }
    }

    private func cookie(
        _ address: PeerAddress, _ session: UInt32, _ stream: UInt32, period: UInt64
    ) -> (high: UInt64, low: UInt64) {
        var authentication = HMAC<SHA256>(key: key)
        let words = [address.high, address.low, UInt64(address.port), UInt64(session) << 32 | UInt64(stream), period]
        authentication.update(
            data: words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } })
        let code = Array(authentication.finalize())
        let halves = [code[0..<8], code[8..<16]].map { half in half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return (halves[0], halves[1])
    }
}
