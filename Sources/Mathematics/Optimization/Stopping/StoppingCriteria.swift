/// When a solve may end before it has proved optimality. Every limit is optional; the first one reached stops it.
///
/// Criteria compose with ``tightened(by:)``, which keeps the stricter of each (after PyVRP's `stop/`).
public struct StoppingCriteria: Sendable, Hashable {
    /// The moment on the monotonic clock by which an answer must be there.
    public var deadline: ContinuousClock.Instant?
    /// How long the solve may take, counted from its own start.
    public var timeLimit: Duration?
    /// The most pivots or iterations.
    public var iterationLimit: Int?
    /// The most branch-and-bound nodes.
    public var nodeLimit: Int?
    /// A relative gap (``OptimalityGap``) at which the answer is good enough; 0 asks for the proof.
    public var relativeGap: Double

    /// Creates criteria; without arguments nothing stops the solve but its end.
    public init(
        deadline: ContinuousClock.Instant? = nil, timeLimit: Duration? = nil, iterationLimit: Int? = nil,
        nodeLimit: Int? = nil, relativeGap: Double = 0
    ) {
        self.deadline = deadline
        self.timeLimit = timeLimit
        self.iterationLimit = iterationLimit
        self.nodeLimit = nodeLimit
        self.relativeGap = relativeGap
    }

    /// Criteria that never stop a solve.
    public static let none = StoppingCriteria()

    /// The stricter of both in each limit; the larger of the gaps, as either is good enough.
    public func tightened(by other: StoppingCriteria) -> StoppingCriteria {
        StoppingCriteria(
            deadline: Self.least(deadline, other.deadline), timeLimit: Self.least(timeLimit, other.timeLimit),
            iterationLimit: Self.least(iterationLimit, other.iterationLimit),
            nodeLimit: Self.least(nodeLimit, other.nodeLimit), relativeGap: max(relativeGap, other.relativeGap))
    }

    /// The moment at which a solve that starts at `start` must end, or `nil` when time does not limit it.
    public func deadline(startingAt start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        Self.least(deadline, timeLimit.map { start.advanced(by: $0) })
    }

    private static func least<Value: Comparable>(_ left: Value?, _ right: Value?) -> Value? {
        guard let left else { return right }
        guard let right else { return left }
        return min(left, right)
    }
}
