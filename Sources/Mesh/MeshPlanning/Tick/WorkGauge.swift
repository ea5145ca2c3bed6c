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
    /// The time that a member takes, from those before: nothing is begun with less left than its members take.
    package private(set) var pace: WorkPace
    private var started: WorkPace.Start?
    /// Members whose sessions will have to be repaired whatever the time, if no time is left to plan them: theirs is kept free.
    package var membersToRepair = 0
    /// Units that were begun.
    package private(set) var units = 0
    /// Whether the work had to end.
    package private(set) var isOver = false

    /// A gauge that ends at a number of units, or by a monitor, or never.
    ///
    /// - Parameter pace: time that a member took of late.
    package init(monitor: StopMonitor? = nil, limit: Int? = nil, pace: WorkPace = WorkPace()) {
        self.pace = pace
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
        let left = limit == nil ? monitor?.timeLeft : nil
        started = left.map { _ in WorkPace.Start(members: members) }
        if units > 0, let left,
            left < pace.planning * members + pace.repair * max(0, membersToRepair - members)
        {
            isOver = true
        }
        return checkpoint()
    }

    /// Ends what was begun.
    package mutating func finish() {
        if let started { pace.note(planning: started) }
    }

    /// Measures a repair of some members, which no deadline holds up.
    package mutating func repair(members: Int, _ body: () -> Void) {
        let start = limit == nil && monitor?.timeLeft != nil ? WorkPace.Start(members: members) : nil
        body()
        membersToRepair = max(0, membersToRepair - members)
        if let start { pace.note(repair: start) }
    }

    /// Whether there is time to wait for other threads in what was begun; what is done does not depend on it.
    ///
    /// On a machine with more work than processors a thread is held up by some milliseconds whenever its turn is over, and whoever waits
    /// for several is held up by the worst of them. So the last of the time is used by one alone, and all of it where others were of little help.
    package mutating func mayShare() -> Bool {
        guard limit == nil, let left = monitor?.timeLeft else { return true }
        let may = left > Self.turn && pace.waiting < 0.4
        started?.isShared = may
        return may
    }

    /// Longer than the turns that a scheduler gives to threads that compete.
    private static let turn = Duration.milliseconds(12)

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
