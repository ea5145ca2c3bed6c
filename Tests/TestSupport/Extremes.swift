public import Foundation

/// Values at the ends of what fields can hold, and how many cases a fuzzer over them runs.
public enum Extremes {
    /// 64-bit words at which arithmetic goes wrong if it can: ends of signed and unsigned ranges of every width, and what lies beside them.
    public static let words: [UInt64] = {
        var words: Set<UInt64> = [0, 1, 2, .max, .max - 1]
        for bit in [7, 8, 12, 15, 16, 20, 31, 32, 47, 48, 52, 53, 62, 63] as [UInt64] {
            for near in [1 << bit - 1, 1 << bit, 1 << bit + 1] as [UInt64] { words.insert(near) }
        }
        return words.sorted()
    }()

    /// How many cases: 5,000, or what `RMC_FUZZ_CASES` says.
    public static var caseCount: Int {
        max(1, ProcessInfo.processInfo.environment["RMC_FUZZ_CASES"].flatMap { Int($0) } ?? 5_000)
    }
}

extension SplitMix64 {
    /// A word of ``Extremes/words``, sometimes any word; `usual` with the probability that is left.
    public mutating func extreme(_ usual: UInt64, _ probability: Double = 0.3) -> UInt64 {
        guard chance(probability) else { return usual }
        return chance(0.1) ? next() : element(of: Extremes.words)
    }
}
