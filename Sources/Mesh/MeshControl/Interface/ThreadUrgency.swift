internal import Glibc

/// What a thread asks of the scheduler whose work has a deadline.
public enum ThreadUrgency {
    /// The niceness that is asked for: ahead of what has none, behind what the system itself needs.
    private static let niceness: Int32 = -10

    /// Asks that the calling thread, and those that it starts from now on, run ahead of others where there are more of them than
    /// processors. Systems grant it to privileged processes, or up to a limit (`RLIMIT_NICE`; systemd's `LimitNICE`); without it all is as before.
    ///
    /// - Returns: whether it was granted.
    @discardableResult
    public static func raise() -> Bool {
        // 0 is the calling thread: on Linux niceness is a thread's, whatever POSIX says of processes.
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) == 0
    }
}
