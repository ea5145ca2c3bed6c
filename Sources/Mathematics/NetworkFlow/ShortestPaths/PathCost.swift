internal import Optimization

/// What an arc may cost in a shortest-path search: `Int64` (exact) or `Double`.
public protocol PathCost: Comparable, Hashable, AdditiveArithmetic, BitwiseCopyable, Sendable {
    /// The distance of a node that no path reaches; larger than every distance.
    static var unreachable: Self { get }
    /// Whether the sum of any `arcCount` costs of at most this size can be told apart from ``unreachable``.
    func isSafe(forPathsOf arcCount: Int) -> Bool
}

extension Int64: PathCost {
    /// The largest 64-bit integer; distances stay below 2^60.
    public static var unreachable: Int64 { Int64.max }

    /// Whether `arcCount` costs of this size sum to less than 2^60.
    public func isSafe(forPathsOf arcCount: Int) -> Bool {
        magnitude < FlowProblem.magnitudeLimit.magnitude / UInt64(Swift.max(1, arcCount))
    }
}

extension Double: PathCost {
    /// Infinity.
    public static var unreachable: Double { .infinity }

    /// Whether the cost is a number and sums of `arcCount` such costs are finite.
    public func isSafe(forPathsOf arcCount: Int) -> Bool {
        isFinite && magnitude < .greatestFiniteMagnitude / Double(Swift.max(1, arcCount))
    }
}
