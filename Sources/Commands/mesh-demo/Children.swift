internal import Dispatch
internal import Foundation
internal import Synchronization

/// The processes that this one started, so that none is left behind when it is told to end.
enum Children {
    private static let all = Mutex<[pid_t]>([])

    static func add(_ child: pid_t) { all.withLock { $0.append(child) } }

    /// From now on Ctrl-C and SIGTERM end the children first.
    static func endWithThisProcess() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                for child in all.withLock({ $0 }) where kill(child, 0) == 0 { kill(child, SIGKILL) }
                Foundation._exit(128 + number)
            }
            source.activate()
            return source
        }
    }
}
