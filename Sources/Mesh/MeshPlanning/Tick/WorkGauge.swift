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
    /// Units that were begun.
    package private(set) var units = 0
    /// Whether the work had to end.
    package private(set) var isOver = false

    /// A gauge that ends at a number of units, or by a monitor, or never.
    package init(monitor: StopMonitor? = nil, limit: Int? = nil) {
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
