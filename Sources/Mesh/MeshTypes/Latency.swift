/// A round-trip time in whole microseconds. Files and reports speak milliseconds; kernels compute in this.
public struct Latency: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    /// Microseconds.
    public var microseconds: Int64

    /// A latency in microseconds.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A latency in milliseconds, rounded to the nearest microsecond. Expects a finite number under 9e12.
    public init(milliseconds: Double) { microseconds = Int64((milliseconds * 1000).rounded()) }

    /// Milliseconds.
    public var milliseconds: Double { Double(microseconds) / 1000 }
    /// Milliseconds with three digits and the unit.
    public var description: String { "\(milliseconds) ms" }

    /// The longest latency that a file may state: a minute.
    public static let longest = Latency(microseconds: 60_000_000)
    /// Nothing.
    public static let zero = Latency(microseconds: 0)

    /// The shorter one is less.
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
    /// The sum along a path.
    public static func + (left: Self, right: Self) -> Self {
        Latency(microseconds: left.microseconds + right.microseconds)
    }
}
