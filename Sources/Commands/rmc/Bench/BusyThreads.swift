internal import Foundation
internal import Synchronization

/// Threads that do nothing but keep cores busy, so that what is measured beside them is measured on a loaded machine.
final class BusyThreads: Sendable {
    private let isOver = Atomic(false)

    init(_ count: Int) {
        for _ in 0..<count {
            Thread.detachNewThread { [self] in
                while !isOver.load(ordering: .relaxed) {}
            }
        }
    }

    func stop() { isOver.store(true, ordering: .relaxed) }
}
