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
    /// Whether other threads are to help with what was begun; what is done does not depend on it.
    ///
    /// On a machine with more work than processors a thread is held up by some milliseconds whenever its turn is over, and whoever waits
    /// for several is held up by the worst of them. So the last of the time is used by one alone, and all of it where others were of little help.
    package private(set) var isShared = false
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
    /// - Parameters:
    ///   - members: how many it may have.
    ///   - threads: how many threads may do it; see ``isShared``.
    package mutating func begin(members: Int, threads: Int = 1) -> Bool {
        isShared = threads > 1
        guard limit == nil, let left = monitor?.timeLeft else { return checkpoint() }
        isShared = threads > 1 && left > Self.turn && pace.waiting < 0.4
        let own = WorkPace.Start(threads: isShared ? threads : 1)
        started = own
        if units > 0,
            left < pace.planning * members / own.threads + pace.repair * max(0, membersToRepair - members)
        {
            isOver = true
        }
        return checkpoint()
    }

    /// Ends what was begun, with as many members as it had.
    package mutating func finish(members: Int) {
        if let started { pace.note(planning: started, members: members) }
    }

    /// Measures a repair of some members, which no deadline holds up.
    package mutating func repair(members: Int, _ body: () -> Void) {
        let start = limit == nil && monitor?.timeLeft != nil ? WorkPace.Start() : nil
        body()
        membersToRepair = max(0, membersToRepair - members)
        if let start { pace.note(repair: start, members: members) }
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
