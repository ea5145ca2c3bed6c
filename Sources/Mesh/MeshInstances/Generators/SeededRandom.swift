/// A seeded source of randomness: the same seed gives the same numbers on every machine and with every toolchain.
///
/// SplitMix64. The mapping from bits to ranges is spelled out here, as the standard library's may change.
///
/// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014).
public struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts at a seed; any value will do.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// An integer of the range, each as likely up to 2^-40 for ranges under 2^24.
    ///
    /// Source: Lemire, "Fast random integer generation in an interval" (2019), without the rejection.
    public mutating func integer(in range: ClosedRange<Int>) -> Int {
        let span = UInt64(bitPattern: Int64(range.upperBound &- range.lowerBound)) &+ 1
        guard span != 0 else { return Int(truncatingIfNeeded: next()) }
        return range.lowerBound &+ Int(truncatingIfNeeded: next().multipliedFullWidth(by: span).high)
    }

    /// A number in 0..<1 with 53 random bits.
    public mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// True with this probability.
    public mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    /// About normally distributed, mean 0, deviation 1, within 6: the sum of twelve fractions, which needs no functions
    /// that differ from one mathematical library to the next.
    public mutating func normal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += fraction() }
        return sum
    }

    /// The integers from 0 to below `count` in random order (Fisher, Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(count, 0))
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, integer(in: 0...last)) }
        return order
    }
}
