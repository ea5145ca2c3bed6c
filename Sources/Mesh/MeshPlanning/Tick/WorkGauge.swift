package import Optimization

/// Counts the work of a tick in units, and says when it must end: at a deadline, or, in a replay, at the unit where the
/// original run ended.
///
/// The clock is read once a unit, and a stop takes effect between units only. So the number of units tells all that the
/// clock decided, and a replay that is given the number takes the same steps.
package struct WorkGauge {
    /// Evaluations of moves that make a unit: about a tenth of a millisecond.
    static let unit = 20_000

    private let monitor: StopMonitor?
    private let limit: Int?
    private var evaluations = 0
    /// The time that a member takes in a session or batch, from those before: none is begun with less left than its members take.
    package private(set) var expected: Duration
    private var started: (left: Duration, members: Int)?
    /// Units that were begun.
    package private(set) var units = 0
    /// Whether the work had to end.
    package private(set) var isOver = false

    /// A gauge that ends at a number of units, or by a monitor, or never.
    ///
    /// - Parameter expected: time that a member took of late.
    package init(monitor: StopMonitor? = nil, limit: Int? = nil, expected: Duration = .zero) {
        self.expected = expected
        self.monitor = monitor
        self.limit = limit
    }

    /// Counts evaluations; says whether work may go on.
    @inline(__always)
    mutating func spend(_ count: Int) -> Bool {
        evaluations += count
        if evaluations >= Self.unit { checkpoint() }
        return !isOver
    }

    /// Begins a unit that nothing can cut, a session or a batch; says whether there is time for it. The first is begun whatever its
    /// length, or a short deadline would see nothing done.
    ///
    /// - Parameter members: how many it may have.
    package mutating func begin(members: Int) -> Bool {
        started = limit == nil ? monitor?.timeLeft.map { ($0, max(1, members)) } : nil
        if units > 0, let started, started.left < expected * started.members { isOver = true }
        return checkpoint()
    }

    /// Ends what was begun.
    package mutating func finish() {
        guard let started, let left = monitor?.timeLeft else { return }
        expected += ((started.left - left) / started.members - expected) / 8
    }

    /// Begins a unit; says whether work may go on.
    @discardableResult
    package mutating func checkpoint() -> Bool {
        evaluations = 0
        guard !isOver else { return false }
        if let limit {
            isOver = units >= limit
        } else if let monitor, monitor.stopReason != nil {
            isOver = true
        }
        if !isOver { units += 1 }
        return !isOver
    }
}
