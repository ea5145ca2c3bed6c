internal import Dispatch
internal import Foundation

/// One line on the terminal that shows that long work goes on. Nothing is shown when stderr is not a terminal.
enum ProgressLine {
    /// How long the work may take before it is worth a line.
    private static let patience = 0.5

    /// Runs `body`, and meanwhile shows what is done and for how long.
    ///
    /// - Parameter hint: what an interrupt would do.
    static func during<Value>(
        _ what: String, hint: String = "Ctrl-C ends with the best so far", _ body: () throws -> Value
    ) rethrows -> Value {
        guard Terminal.showsProgress else { return try body() }
        let queue = DispatchQueue(label: "progress")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let start = ContinuousClock.now
        timer.schedule(deadline: .now() + patience, repeating: 0.1)
        timer.setEventHandler {
            let tenths = Int((ContinuousClock.now - start) / .milliseconds(100))
            StandardError.write("\r\(what) \(tenths / 10).\(tenths % 10) s  (\(hint))\u{1B}[K")
        }
        timer.activate()
        defer {
            timer.cancel()
            // Behind the last event on the same queue: nothing is drawn after the line is wiped.
            queue.sync { if ContinuousClock.now - start > .seconds(patience) { StandardError.write("\r\u{1B}[K") } }
        }
        return try body()
    }
}
