/// A seeded source of randomness (SplitMix64; Steele, Lea, Flood, OOPSLA 2014), with the mappings from bits spelled out.
struct DeterministicRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number in 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// An integer in 0..<bound, for bounds under 2^24; `bound` is positive.
    mutating func integer(below bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// About normally distributed with deviation 1: the sum of twelve fractions.
    mutating func normal() -> Float {
        var sum = -6.0
        for _ in 0..<12 { sum += fraction() }
        return Float(sum)
    }

    /// The integers from 0 to below `count` in random order.
    mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(count, 0))
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1)) }
        return order
    }
}
