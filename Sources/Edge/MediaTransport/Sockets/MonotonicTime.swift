internal import Glibc

/// Nanoseconds of the machine's clocks, for shells.
public enum MonotonicTime {
    /// Of the clock that never goes back; the same for all processes of a machine.
    public static var now: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

    /// Since 1970, of the clock that people set.
    public static var wall: UInt64 { nanoseconds(CLOCK_REALTIME) }

    private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(clock, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
