internal import Dispatch
internal import Foundation
internal import MeshRendering
internal import Synchronization

/// One line on the terminal: what is done, and how long the rest will take. Nothing when stderr is not a terminal.
final class SweepProgress: Sendable {
    private let total: Int
    private let done: Mutex<Int>
    private let before: Int
    private let hint: String
    private let start = ContinuousClock.now

    private init(total: Int, done: Int, isKept: Bool) {
        self.total = total
        hint = isKept ? "Ctrl-C keeps what is done" : "Ctrl-C ends; --report would keep what is done"
        self.done = Mutex(done)
        before = done
    }

    /// Runs `body`, which says what it has done, and meanwhile shows it.
    ///
    /// - Parameters:
    ///   - done: what was done before.
    ///   - isKept: whether what is done stays when it is interrupted.
    static func during<Value>(
        total: Int, done: Int, isKept: Bool, _ body: (SweepProgress) throws -> Value
    ) rethrows -> Value {
        let progress = SweepProgress(total: total, done: done, isKept: isKept)
        guard Terminal.showsProgress else { return try body(progress) }
        let queue = DispatchQueue(label: "progress")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 0.5, repeating: 0.25)
        timer.setEventHandler { progress.draw() }
        timer.activate()
        defer {
            timer.cancel()
            queue.sync { StandardError.write("\r\u{1B}[K") }
        }
        return try body(progress)
    }

    func add(_ count: Int) { done.withLock { $0 += count } }

    private func draw() {
        let done = done.withLock { $0 }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var line =
            "\rscenarios \(Numerals.grouped(done)) of \(Numerals.grouped(total))  \(Numerals.fixed(seconds, decimals: 1)) s"
        if done > before {
            let left = seconds / Double(done - before) * Double(total - done)
            line += "  about \(Numerals.fixed(left, decimals: 0)) s left"
        }
        StandardError.write(line + "  (\(hint))\u{1B}[K")
    }
}
