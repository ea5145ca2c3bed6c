internal import Glibc

/// What work takes: of the processor's time, which a busy machine does not stretch, and how much of the clock's time it waits there.
package struct WorkPace: Sendable {
    /// Processor time for each member of a session that is searched and certified, of all threads together.
    private(set) var planning = Duration.zero
    /// The same of one that is only repaired.
    private(set) var repair = Duration.zero
    /// The part of the time of threads that help in which the calling one waited.
    private(set) var waiting = 0.0

    package init() {}

    /// When something began, by both clocks.
    struct Start {
        let wall = ContinuousClock.now
        let processor = WorkPace.processorTime()
        /// Threads that do it, the calling one among them.
        var threads = 1
    }

    mutating func note(planning start: Start, members: Int) {
        let used = Self.processorTime() - start.processor
        planning += (used * start.threads / max(1, members) - planning) / 8
        guard start.threads > 1 else {
            // Without news, threads are tried again after a while.
            waiting *= 0.98
            return
        }
        let wall = start.wall.duration(to: .now)
        waiting += (max(0, 1 - used / max(wall, .nanoseconds(1))) - waiting) / 4
    }

    mutating func note(repair start: Start, members: Int) {
        repair += ((Self.processorTime() - start.processor) / max(1, members) - repair) / 8
    }

    /// Processor time of the calling thread.
    private static func processorTime() -> Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
