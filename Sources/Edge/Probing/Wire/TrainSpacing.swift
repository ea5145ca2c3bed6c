/// How the packets of a train were spaced when they arrived.
///
/// Only pairs of packets that were sent one after the other and arrived so count: between them the narrowest link of the way carried the second
/// and nothing else of the train, so that lost and reordered packets do not widen the spacing (packet pairs: Keshav 1991; Dovrolis, Ramanathan, Moore 2004).
public struct TrainSpacing: Sendable, Hashable {
    /// How many pairs.
    public var pairs: UInt16
    /// Nanoseconds between the two, over all pairs.
    public var nanoseconds: UInt64
    /// Bytes of the second of each pair, without UDP and IP headers.
    public var bytes: UInt32
    /// The index and the time of the packet that came last.
    private var last: (index: UInt16, at: UInt64)?

    /// A spacing with these sums.
    public init(pairs: UInt16 = 0, nanoseconds: UInt64 = 0, bytes: UInt32 = 0) {
        self.pairs = pairs
        self.nanoseconds = nanoseconds
        self.bytes = bytes
    }

    /// Takes the next packet that arrived. O(1).
    public mutating func take(index: UInt16, length: Int, at now: UInt64) {
        if let last, index == last.index &+ 1, now >= last.at {
            pairs &+= 1
            nanoseconds &+= now - last.at
            bytes &+= UInt32(truncatingIfNeeded: length)
        }
        last = (index, now)
    }

    /// Mbit/s of the narrowest link, headers of IPv4 and UDP included; `nil` without a pair that took time.
    public var bandwidth: Double? {
        guard pairs > 0, nanoseconds > 0 else { return nil }
        return Double(Int(bytes) + Int(pairs) * 28) * 8_000 / Double(nanoseconds)
    }

    /// Equal sums are equal spacings.
    public static func == (left: Self, right: Self) -> Bool {
        (left.pairs, left.nanoseconds, left.bytes) == (right.pairs, right.nanoseconds, right.bytes)
    }

    /// Hashes the sums.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(pairs)
        hasher.combine(nanoseconds)
        hasher.combine(bytes)
    }
}
