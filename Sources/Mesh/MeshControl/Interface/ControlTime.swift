/// A moment as the controller is told it: milliseconds since 1970 in UTC. The controller reads no clock.
public struct ControlTime: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var milliseconds: Int64

    /// A moment.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Reads the bare number.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the bare number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// The earlier one is less.
    public static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    /// The moment some milliseconds later.
    public func advanced(byMilliseconds step: Int64) -> ControlTime {
        ControlTime(milliseconds: milliseconds &+ step)
    }

    /// Seconds from an earlier moment to this one.
    public func seconds(since earlier: ControlTime) -> Double {
        Double(milliseconds - earlier.milliseconds) / 1000
    }
}
