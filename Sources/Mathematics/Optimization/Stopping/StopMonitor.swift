/// Watches the clock and the interrupter for a running solve; cheap enough to ask every few hundred steps.
public struct StopMonitor: Sendable {
    private let deadline: ContinuousClock.Instant?
    private let interrupter: Interrupter?

    /// Starts watching; the criteria's time limit counts from now.
    public init(criteria: StoppingCriteria, interrupter: Interrupter?) {
        deadline = criteria.deadline(startingAt: .now)
        self.interrupter = interrupter
    }

    /// Why the solve must stop now, or `nil` when it may go on. A cancel goes before a deadline.
    public var stopReason: Termination? {
        if let interrupter, interrupter.isInterrupted { return .cancelled }
        if let deadline, ContinuousClock.now >= deadline { return .limitReached(.time) }
        return nil
    }

    /// The time that is left; `nil` when time does not limit the solve, zero when it is over.
    public var timeLeft: Duration? {
        deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
    }
}
