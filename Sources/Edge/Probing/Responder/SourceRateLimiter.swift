/// Limits how much each source may send, in memory that does not grow with the number of sources.
///
/// Each source falls into one cell in each of two rows; a cell is a virtual scheduler (the generic cell rate algorithm, ITU-T I.371):
/// the time at which all it has let through would have left at the permitted rate. A source passes when either of its cells lets it, so
/// that a flood from elsewhere has to fill both of its cells to keep it out; as both are charged, a source alone gets exactly its rate.
/// The rows are keyed, so that nobody outside can aim at a cell. O(1) a datagram.
public struct SourceRateLimiter: Sendable {
    /// Nanoseconds for which one byte occupies a cell.
    private let nanosecondsPerByte: Double
    /// How far ahead of now a cell may be, nanoseconds.
    private let burst: UInt64
    private let keys: (UInt64, UInt64)
    private let mask: Int
    /// Virtual times, nanoseconds; the rows one after the other.
    private var cells: [UInt64]

    /// A limiter with `2 * 2^bits` cells of eight bytes.
    ///
    /// - Parameters:
    ///   - bytesPerSecond: The rate of one source; above 0.
    ///   - burstBytes: What a source may send at once after a pause.
    ///   - keys: Random bits.
    public init(bytesPerSecond: Double, burstBytes: Int, bits: Int = 14, keys: (UInt64, UInt64)) {
        nanosecondsPerByte = 1e9 / bytesPerSecond
        burst = UInt64(Double(burstBytes) * nanosecondsPerByte)
        self.keys = keys
        mask = 1 << bits - 1
        cells = Array(repeating: 0, count: 2 << bits)
    }

    /// Whether `bytes` from the source may pass now; if so, they are charged.
    public mutating func admits(_ bytes: Int, from prefix: UInt64, at now: UInt64) -> Bool {
        let cost = UInt64(Double(bytes) * nanosecondsPerByte)
        let places = (
            Int(truncatingIfNeeded: Self.mix(prefix, keys.0)) & mask,
            Int(truncatingIfNeeded: Self.mix(prefix, keys.1)) & mask + mask + 1
        )
        let after = (max(cells[places.0], now) + cost, max(cells[places.1], now) + cost)
        guard min(after.0, after.1) <= now + burst else { return false }
        // A cell that others have filled stays as it is: charging it would only keep them out for longer.
        if after.0 <= now + burst { cells[places.0] = after.0 }
        if after.1 <= now + burst { cells[places.1] = after.1 }
        return true
    }

    /// Two rounds of the finaliser of MurmurHash3, keyed before each.
    private static func mix(_ value: UInt64, _ key: UInt64) -> UInt64 {
        var bits = value
        for round in [key, ~key &* 0x9E37_79B9_7F4A_7C15] {
            bits = (bits ^ round ^ (bits >> 33)) &* 0xFF51_AFD7_ED55_8CCD
            bits = (bits ^ (bits >> 33)) &* 0xC4CE_B9FE_1A85_EC53
            bits ^= bits >> 33
        }
        return bits
    }
}
