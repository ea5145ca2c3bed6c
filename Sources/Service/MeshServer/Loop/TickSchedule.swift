/// When the next tick is due: seldom when ticks take long or nothing happens, else as often as was asked for.
///
/// Times are seconds of a monotonic clock.
struct TickSchedule: Sendable {
    /// The shortest time between ticks.
    let shortest: Double
    /// The longest.
    let longest: Double
    /// The time between ticks that the load allows.
    private(set) var interval: Double
    /// When the next is due.
    private(set) var due: Double
    private var lastEnd: Double
    private var isResting = false

    init(shortest: Double, longest: Double, now: Double) {
        self.shortest = shortest
        self.longest = max(shortest, longest)
        interval = shortest
        lastEnd = now
        due = now + shortest
    }

    /// A tick ended.
    ///
    /// - Parameters:
    ///   - seconds: how long it took.
    ///   - isQuiet: whether nothing had happened before it, and nothing came of it.
    mutating func ended(at now: Double, seconds: Double, isQuiet: Bool) {
        if seconds > interval / 2 {
            interval = min(longest, interval * 2)
        } else if seconds < interval / 5 {
            interval = max(shortest, interval / 2)
        }
        isResting = isQuiet
        lastEnd = now
        // A due time that was missed is not made up for.
        due = isQuiet ? now + longest : max(due + interval, now)
        if !isQuiet { due = min(due, now + interval) }
    }

    /// Something happened: a tick that was put off because all was quiet comes sooner.
    mutating func stirred() {
        guard isResting else { return }
        isResting = false
        due = min(due, lastEnd + interval)
    }

    /// The controller asks for a tick at a time.
    mutating func asked(for time: Double) {
        due = min(due, max(time, lastEnd + shortest))
    }
}
