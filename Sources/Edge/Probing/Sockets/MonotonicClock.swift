internal import NIOCore

/// Nanoseconds of a clock that never goes back: the one that event loops schedule by.
enum MonotonicClock {
    static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }
}
