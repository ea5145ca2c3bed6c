/// Which of the last sequences have come: a ring of bits, as in RFC 6479.
///
/// A sequence is new if it is above all that came, or within the last ``span`` and not marked. What is older cannot be told and
/// counts as seen. O(1), no allocation.
public struct ReplayWindow: Sendable {
    /// How far back a sequence can be told new from seen.
    public static let span: UInt64 = 1_024 - 64

    /// One above the greatest sequence that came; 0 before the first.
    public private(set) var next: UInt64 = 0
    private var bits = InlineArray<16, UInt64>(repeating: 0)

    /// Nothing has come.
    public init() {}

    /// Whether a sequence would be new.
    @inline(__always)
    public func admits(_ sequence: UInt64) -> Bool {
        if sequence >= next { return true }
        if next - sequence > Self.span { return false }
        return bits[Int(sequence >> 6) & 15] & (1 << (sequence & 63)) == 0
    }

    /// Marks a sequence as come. Only for one that ``admits(_:)`` and that was authenticated: else a forger could move the window.
    @inline(__always)
    public mutating func record(_ sequence: UInt64) {
        // Sequences have 48 bits on the wire; one that has more is of no datagram.
        guard sequence <= MediaWire.greatestSequence else { return }
        if sequence >= next {
            let (first, last) = (next >> 6, sequence >> 6)
            // Words that the top moves into hold marks of a round ago. The word of `next` may hold this round's.
            var word = next & 63 == 0 ? first : first + 1
            let limit = min(last, word &+ 15)
            while word <= limit {
                bits[Int(word) & 15] = 0
                word += 1
            }
            next = sequence + 1
        }
        bits[Int(sequence >> 6) & 15] |= 1 << (sequence & 63)
    }
}
