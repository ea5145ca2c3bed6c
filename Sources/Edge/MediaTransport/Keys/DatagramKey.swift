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
    public var bytes: [UInt8] {
        (0..<32).map { UInt8(truncatingIfNeeded: words[$0 >> 2] >> UInt32(8 * ($0 & 3))) }
    }
}
