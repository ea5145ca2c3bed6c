/// The tag of a datagram: that of the AEAD XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 on RFC 8439), for data that are sealed already or not secret.
///
/// A relay must tell what is genuine and need not read it. The tag depends on the sealed bytes alone, so one block of ChaCha20 (it
/// keys the authenticator) and Poly1305 over the datagram do, without a copy and without an allocation. Participants seal and
/// open with swift-crypto; tests hold this code to RFC 8439's vectors, to the draft's and to swift-crypto on random datagrams.
///
/// **Layout.** Header (28 bytes), then what is sealed or open, then 16 bytes of tag. The nonce is bytes 4 to 27 of the header: session, stream and salt make the
/// ``SaltedKey``; class, origin and sequence, after four zeros, are the nonce under that. Additional data are the first `authenticated` bytes: the header of a
/// media datagram, all of any other.
///
/// Poly1305 is computed modulo 2^130 - 5 in limbs of 44, 44 and 42 bits with 128-bit products, after Andrew Moon's poly1305-donna;
/// no branch or address depends on a secret.
public struct DatagramTag: Sendable, Hashable {
    /// The first eight bytes, little-endian.
    public var low: UInt64
    /// The last eight.
    public var high: UInt64

    /// Computes the tag that a datagram ought to end with. O(length).
    ///
    /// - Parameters:
    ///   - datagram: At least ``MediaWire/overhead`` bytes; the last 16 are not read.
    ///   - authenticated: How many bytes from the start are not sealed.
    @inline(__always)
    public init(of datagram: Span<UInt8>, authenticated: Int, key: SaltedKey) {
        let end = datagram.count - MediaWire.tagLength
        let nonce = SIMD4<UInt32>(0, 0, datagram.littleEndianWord(at: 20), datagram.littleEndianWord(at: 24))
        let stream = ChaCha20.firstHalf(key: key.words, counterAndNonce: nonce)
        var poly = Poly1305(
            UInt64(stream[0]) | UInt64(stream[1]) << 32, UInt64(stream[2]) | UInt64(stream[3]) << 32,
            UInt64(stream[4]) | UInt64(stream[5]) << 32, UInt64(stream[6]) | UInt64(stream[7]) << 32)
        poly.absorb(datagram, from: 0, to: authenticated)
        poly.absorb(datagram, from: authenticated, to: end)
        poly.absorb(UInt64(authenticated), UInt64(end - authenticated))
        (low, high) = poly.finish()
    }

    /// Whether a datagram ends with its tag. The time it takes does not depend on where a wrong tag differs.
    @inline(__always)
    public static func verifies(_ datagram: Span<UInt8>, authenticated: Int, key: SaltedKey) -> Bool {
        let tag = DatagramTag(of: datagram, authenticated: authenticated, key: key)
        let end = datagram.count - MediaWire.tagLength
        return (tag.low ^ datagram.littleEndian(at: end)) | (tag.high ^ datagram.littleEndian(at: end + 8)) == 0
    }

    /// The same with the key that the salted one follows from.
    public static func verifies(_ datagram: Span<UInt8>, authenticated: Int, key: DatagramKey) -> Bool {
        verifies(datagram, authenticated: authenticated, key: SaltedKey(key, of: datagram))
    }

    /// Writes the tag of a datagram that is open all through to its end.
    public static func sign(_ datagram: inout MutableSpan<UInt8>, key: DatagramKey) {
        let end = datagram.count - MediaWire.tagLength
        let tag = DatagramTag(of: datagram.span, authenticated: end, key: SaltedKey(key, of: datagram.span))
        tag.encode(into: &datagram, at: end)
    }

    /// Writes the tag's 16 bytes.
    public func encode(into bytes: inout MutableSpan<UInt8>, at offset: Int) {
        bytes.setBigEndian(low.byteSwapped, at: offset, bytes: 8)
        bytes.setBigEndian(high.byteSwapped, at: offset + 8, bytes: 8)
    }
}

/// One block of ChaCha20 (RFC 8439, 2.3), rows side by side.
enum ChaCha20 {
    /// The first 32 of the block's 64 bytes.
    @inline(__always)
    static func firstHalf(key: SIMD8<UInt32>, counterAndNonce: SIMD4<UInt32>) -> SIMD8<UInt32> {
        let rows = rounds(key, counterAndNonce)
        return SIMD8(lowHalf: rows.a &+ constants, highHalf: rows.b &+ key.lowHalf)
    }

    /// HChaCha20 (draft-irtf-cfrg-xchacha-03, 2.2): the first and the last row after the rounds, nothing added.
    @inline(__always)
    static func derived(key: SIMD8<UInt32>, input: SIMD4<UInt32>) -> SIMD8<UInt32> {
        let rows = rounds(key, input)
        return SIMD8(lowHalf: rows.a, highHalf: rows.d)
    }

    private static var constants: SIMD4<UInt32> {
        @inline(__always) get { SIMD4<UInt32>(0x6170_7865, 0x3320_646E, 0x7962_2D32, 0x6B20_6574) }
    }

    @inline(__always)
    private static func rounds(
        _ key: SIMD8<UInt32>, _ last: SIMD4<UInt32>
    ) -> (a: SIMD4<UInt32>, b: SIMD4<UInt32>, d: SIMD4<UInt32>) {
        var (a, b, c, d) = (constants, key.lowHalf, key.highHalf, last)
        for _ in 0..<10 {
            quarterRounds(&a, &b, &c, &d)
            b = SIMD4(b[1], b[2], b[3], b[0])
            c = SIMD4(c[2], c[3], c[0], c[1])
            d = SIMD4(d[3], d[0], d[1], d[2])
            quarterRounds(&a, &b, &c, &d)
            b = SIMD4(b[3], b[0], b[1], b[2])
            c = SIMD4(c[2], c[3], c[0], c[1])
            d = SIMD4(d[1], d[2], d[3], d[0])
        }
        return (a, b, d)
    }

    @inline(__always)
    private static func quarterRounds(
        _ a: inout SIMD4<UInt32>, _ b: inout SIMD4<UInt32>, _ c: inout SIMD4<UInt32>, _ d: inout SIMD4<UInt32>
    ) {
        a = a &+ b
        d = rotated(d ^ a, 16)
        c = c &+ d
        b = rotated(b ^ c, 12)
        a = a &+ b
        d = rotated(d ^ a, 8)
        c = c &+ d
        b = rotated(b ^ c, 7)
    }

    @inline(__always)
    private static func rotated(_ row: SIMD4<UInt32>, _ bits: UInt32) -> SIMD4<UInt32> {
        row &<< SIMD4(repeating: bits) | row &>> SIMD4(repeating: 32 - bits)
    }
}
