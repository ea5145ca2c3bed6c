/// Finds a small number that makes others whole: fractional demands of few digits can then be counted.
enum DecimalScale {
    /// The least of some powers of ten and of two, at most `largest`, that makes all numbers whole but for rounding;
    /// `nil` where none does.
    static func common(of numbers: [Double], largest: Double) -> Double? {
        let candidates = [1, 2, 4, 8, 10, 16, 64, 100, 256, 1_000, 1_024, 1e4, 16_384, 1e5, 1e6, 0x1p20]
        return candidates.first { scale in
            scale <= largest
                && numbers.allSatisfy { number in
                    let scaled = number * scale
                    return abs(scaled - scaled.rounded()) <= 1e-12 * max(scaled, 1)
                }
        }
    }
}
