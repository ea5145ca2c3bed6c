internal import Optimization

/// Says to searches and routing when it is time to look at the clock and the interrupter: after every 2^15 units of
/// work, a unit being a link looked at or so. That is some tens of microseconds.
struct SearchMeter {
    private let monitor: StopMonitor
    private var units = 0

    init(_ monitor: StopMonitor) { self.monitor = monitor }

    /// Counts work, and says whether the solve has to stop.
    @inline(__always)
    mutating func isStopped(after work: Int) -> Bool {
        units += work
        guard units >= 1 << 15 else { return false }
        units = 0
        return monitor.stopReason != nil
    }
}
