/// Numbers that JSON cannot hold, in words. What costs more than any number is `infinite`; there is no word for what is no number, as none
/// is to be told: it is taken for unknown.
public enum InfiniteNumber {
    /// The words, the positive one first.
    public static let words = (positive: "infinite", negative: "-infinite", unknown: "unknown")

    /// The word for a number that is not finite.
    public static func word(_ value: Double) -> String {
        value.isNaN ? words.unknown : value > 0 ? words.positive : words.negative
    }

    /// The number of a word.
    public static func value(_ word: String) -> Double? {
        word == words.positive ? .infinity : word == words.negative ? -.infinity : nil
    }
}
