import Foundation
package import MeshControl
import Synchronization

/// The time that events carry: it never goes back, and does not follow jumps of the wall clock.
///
/// It starts at the wall clock, or where the log ends if that is later; from then on it counts the monotonic clock, and
/// nears the wall clock by at most one part in a hundred of the time that passes. So a wall clock that is set forward
/// ends no lease, and one that is set back stops nothing.
package final class ServiceClock: Sendable {
    private struct State {
        var time: Double
        var monotonic: Double
    }

    private let state: Mutex<State>
    private let wall: @Sendable () -> Double
    private let monotonic: @Sendable () -> Double

    /// A clock that starts no earlier than `earliest`. Both sources are in milliseconds.
    package init(
        notBefore earliest: ControlTime = ControlTime(milliseconds: 0),
        wall: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 * 1000 },
        monotonic: @escaping @Sendable () -> Double = { ServiceClock.uptime() }
    ) {
        self.wall = wall
        self.monotonic = monotonic
        state = Mutex(State(time: max(wall(), Double(earliest.milliseconds)), monotonic: monotonic()))
    }

    /// Milliseconds of the monotonic clock.
    package static func uptime() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }

    /// The service's time at a moment of the wall clock: clients tell times of that, and the service's own may be ahead of it for long once a
    /// wall clock was.
    package func time(ofWall moment: ControlTime) -> ControlTime {
        ControlTime(milliseconds: now.milliseconds - Int64(wall() - Double(moment.milliseconds)))
    }

    /// Milliseconds by which the service's time is ahead of the wall clock.
    package var lead: Double { Double(now.milliseconds) - wall() }

    /// Goes on from a time, if that is later.
    package func advance(to time: ControlTime) {
        state.withLock { $0.time = max($0.time, Double(time.milliseconds)) }
    }

    /// Now.
    package var now: ControlTime {
        let (wall, monotonic) = (wall(), monotonic())
        return state.withLock { state in
            let passed = max(0, monotonic - state.monotonic)
            state.monotonic = monotonic
            let behind = wall - (state.time + passed)
            state.time += passed + max(-passed / 100, min(passed / 100, behind))
            return ControlTime(milliseconds: Int64(state.time))
        }
    }
}

/// Times as RFC 3339 in UTC.
enum Timestamp {
    /// The text of a time, with milliseconds.
    static func text(_ time: ControlTime) -> String {
        Date(timeIntervalSince1970: Double(time.milliseconds) / 1000)
            .formatted(
                .iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
    }

    /// The time of a text.
    static func time(_ text: String) -> ControlTime? {
        let plain = Date.ISO8601FormatStyle()
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = (try? fractional.parse(text)) ?? (try? plain.parse(text)) else { return nil }
        let milliseconds = date.timeIntervalSince1970 * 1000
        return abs(milliseconds) < 1e15 ? ControlTime(milliseconds: Int64(milliseconds)) : nil
    }
}
