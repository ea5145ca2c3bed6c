/// A key of 256 bits, in the form in which tags are made with it.
public struct DatagramKey: Sendable, Hashable {
    let words: SIMD8<UInt32>

    /// Takes 32 bytes; `nil` for any other number of them.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        var (words, index) = (SIMD8<UInt32>(), 0)
        for byte in bytes {
            words[index >> 2] |= UInt32(byte) << UInt32(8 * (index & 3))
            index += 1
        }
        self.words = words
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { words.littleEndianBytes }
}

/// The key of what one sender says in one session under one salt: HChaCha20 of a ``DatagramKey`` and bytes 4 to 19 of the header.
///
/// With it, a datagram's AEAD is XChaCha20-Poly1305 with the header's bytes 4 to 27 as the nonce. Deriving it costs one block of ChaCha20; a relay keeps it
/// beside a stream's window.
public struct SaltedKey: Sendable, Hashable {
    let words: SIMD8<UInt32>

    /// Derives it for the session, the stream and the salt that a datagram's header names. The datagram has a header.
    @inline(__always)
    public init(_ key: DatagramKey, of datagram: Span<UInt8>) {
        let input = SIMD4<UInt32>(
            datagram.littleEndianWord(at: 4), datagram.littleEndianWord(at: 8), datagram.littleEndianWord(at: 12),
            datagram.littleEndianWord(at: 16))
        words = ChaCha20.derived(key: key.words, input: input)
    }

    /// The 32 bytes.
    package var bytes: [UInt8] { words.littleEndianBytes }
}

extension SIMD8<UInt32> {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: self[$0 >> 2] >> UInt32(8 * ($0 & 3))) }
    }
}
