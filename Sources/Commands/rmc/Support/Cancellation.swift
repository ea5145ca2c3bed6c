internal import Dispatch
internal import Foundation
internal import Optimization
internal import Synchronization

/// Turns Ctrl-C and a polite end (SIGTERM) into a request to stop with the best answer so far.
///
/// Only while something that can be cancelled runs: before and after, the signals end the process as they always do.
/// A second Ctrl-C ends it at once.
enum Cancellation {
    static func onSignal<Value>(_ body: (Interrupter) throws -> Value) rethrows -> Value {
        let interrupter = Interrupter()
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                if interrupter.isInterrupted { Foundation._exit(128 + number) }
                interrupter.interrupt()
            }
            source.activate()
            return (number, source)
        }
        defer {
            for (number, source) in sources {
                source.cancel()
                signal(number, SIG_DFL)
            }
        }
        return try body(interrupter)
    }
}
