import Dispatch
import Foundation
import Synchronization

/// A thread that runs one loop to its end; work that computes does not run on the threads that serve requests.
final class OwnedThread: Sendable {
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the loop on a thread of that name.
    init(_ name: String, _ loop: @escaping @Sendable () -> Void) {
        let ended = self.ended
        let thread = Thread {
            loop()
            ended.signal()
        }
        thread.name = name
        // Planning recurses and keeps large frames; the default of a secondary thread is small on some systems.
        thread.stackSize = 16 << 20
        thread.start()
    }

    /// Waits until the loop has ended.
    func join() {
        ended.wait()
        ended.signal()
    }
}

/// A queue between threads: many put, one takes all there is.
///
/// Waiting counts the monotonic clock, so that a wall clock that is set holds nobody up.
final class Inbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    /// Signalled when the first item comes, and when the inbox is closed.
    private let arrival = DispatchSemaphore(value: 0)
    private let limit: Int

    /// An inbox that holds at most `limit` items.
    init(limit: Int = .max) { self.limit = limit }

    /// Puts an item in, unless the inbox is full or closed.
    func put(_ item: Item) -> Bool {
        let outcome = state.withLock { state -> (taken: Bool, isFirst: Bool) in
            guard !state.isClosed, state.items.count < limit else { return (false, false) }
            state.items.append(item)
            return (true, state.items.count == 1)
        }
        if outcome.isFirst { arrival.signal() }
        return outcome.taken
    }

    /// Takes all items; waits for the first for some seconds. `nil` when the inbox is closed and empty.
    func takeAll(waiting seconds: Double) -> [Item]? {
        for mayWait in [true, false] {
            let (items, isClosed) = state.withLock { state in
                let items = state.items
                state.items = []
                return (items, state.isClosed)
            }
            if !items.isEmpty { return items }
            if isClosed { return nil }
            // A signal may be left from items that were taken already: one more look, and the caller comes again.
            if mayWait { _ = arrival.wait(timeout: .now() + seconds) }
        }
        return []
    }

    /// How many wait.
    var count: Int { state.withLock { $0.items.count } }

    /// Takes no more items; what is in can still be taken.
    func close() {
        state.withLock { $0.isClosed = true }
        arrival.signal()
    }
}
