/// What a controller expects of the demand of one session type.
public struct DemandView: Sendable, Hashable, Codable {
    /// The session type.
    public var sessionType: String
    /// When the first value is due.
    public var start: ControlTime
    /// Milliseconds from a value to the next.
    public var step: Int64
    /// Participants expected.
    public var values: [Double]
    /// Below which they stay with a chance of 5 %, by the errors made so far.
    public var low: [Double]
    /// Below which they stay with a chance of 95 %.
    public var high: [Double]
    /// Participants for whom servers are to be there now; `nil` before the first step.
    public var target: Double?
    /// Whether demand is far above what its seasons explain.
    public var isFlashCrowd: Bool

    private enum CodingKeys: String, CodingKey {
        case sessionType, start, step, values, low, high, target
        case isFlashCrowd = "flashCrowd"
    }

    /// Creates a view.
    public init(
        sessionType: String, start: ControlTime, step: Int64, values: [Double], low: [Double], high: [Double],
        target: Double?, isFlashCrowd: Bool
    ) {
        self.sessionType = sessionType
        self.start = start
        self.step = step
        self.values = values
        self.low = low
        self.high = high
        self.target = target
        self.isFlashCrowd = isFlashCrowd
    }
}
