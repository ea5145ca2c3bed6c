internal import Synchronization

/// Times and errors of many requests.
final class Tally: Sendable {
    private struct State {
        var milliseconds: [Float] = []
        var errors: [String: Int] = [:]
    }

    private let state = Mutex(State())

    func record(_ duration: Duration) {
        let milliseconds = Float(duration / .milliseconds(1))
        state.withLock { $0.milliseconds.append(milliseconds) }
    }

    func fail(_ reason: String) { state.withLock { $0.errors[reason, default: 0] += 1 } }

    /// The figures: how many, percentiles in ms, errors by reason.
    var summary: Summary {
        let (times, errors) = state.withLock { ($0.milliseconds, $0.errors) }
        return Summary(times: times.sorted(), errors: errors)
    }

    struct Summary {
        let times: [Float]
        let errors: [String: Int]

        var count: Int { times.count }
        var errorCount: Int { errors.values.reduce(0, +) }

        /// The least time that at least this part did not exceed; 0 of none.
        func percentile(_ part: Double) -> Float {
            guard !times.isEmpty else { return 0 }
            return times[min(times.count - 1, max(0, Int((part * Double(times.count)).rounded(.up)) - 1))]
        }

        var text: String {
            let errors = errorCount == 0 ? "no error" : "\(errorCount) errors \(self.errors)"
            return "\(count) done, \(errors); p50 \(percentile(0.5)) p99 \(percentile(0.99)) max \(times.last ?? 0) ms"
        }
    }
}
