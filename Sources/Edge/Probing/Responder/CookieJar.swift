internal import Crypto

/// Makes and recognises cookies without keeping any: a keyed hash of the address, the run and the minute.
///
/// A cookie proves that its bearer receives what is sent to its address, so that a forged source address gets one short challenge and
/// nothing more (the idea of RFC 9000, 8.1.2 and of TCP's SYN cookies).
struct CookieJar: Sendable {
    /// 256 random bits, drawn when the responder starts.
    private let key: SymmetricKey
    /// How long a cookie is made the same, nanoseconds; it is recognised for this long at least, and for twice as long at most.
    static let period: UInt64 = 60_000_000_000

    init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// The cookie for a source and a run.
    func cookie(for source: ProbeSource, run: UInt64, at now: UInt64) -> ProbeCookie {
        cookie(for: source, run: run, period: now / Self.period)
    }

    /// Whether the cookie is one that was given to this source for this run, in this period or the last.
    func recognises(_ cookie: ProbeCookie, from source: ProbeSource, run: UInt64, at now: UInt64) -> Bool {
        let period = now / Self.period
        let current = self.cookie(for: source, run: run, period: period)
        if current.matches(cookie) { return true }
        return period > 0 && self.cookie(for: source, run: run, period: period - 1).matches(cookie)
    }

    private func cookie(for source: ProbeSource, run: UInt64, period: UInt64) -> ProbeCookie {
        var authentication = HMAC<SHA256>(key: key)
        for value in [source.high, source.low, UInt64(source.port), run, period] {
            authentication.update(data: (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
        }
        let code = Array(authentication.finalize())
        let halves = [code[0..<8], code[8..<16]].map { half in half.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return ProbeCookie(high: halves[0], low: halves[1])
    }
}
