import Foundation

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
final class Inbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let condition = NSCondition()
    private nonisolated(unsafe) var state = State()
    private let limit: Int

    /// An inbox that holds at most `limit` items.
    init(limit: Int = .max) { self.limit = limit }

    /// Puts an item in, unless the inbox is full or closed.
    func put(_ item: Item) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard unsafe !state.isClosed, unsafe state.items.count < limit else { return false }
        unsafe state.items.append(item)
        condition.signal()
        return true
    }

    /// Takes all items; waits for the first until the deadline. `nil` when the inbox is closed and empty.
    func takeAll(until deadline: Date) -> [Item]? {
        condition.lock()
        defer { condition.unlock() }
        while unsafe state.items.isEmpty, unsafe !state.isClosed {
            if !condition.wait(until: deadline) { break }
        }
        if unsafe state.items.isEmpty { return unsafe state.isClosed ? nil : [] }
        return unsafe exchange(&state.items, with: [])
    }

    /// How many wait.
    var count: Int {
        condition.lock()
        defer { condition.unlock() }
        return unsafe state.items.count
    }

    /// Wakes the taker without an item.
    func wake() {
        condition.lock()
        condition.signal()
        condition.unlock()
    }

    /// Takes no more items; what is in can still be taken.
    func close() {
        condition.lock()
        unsafe state.isClosed = true
        condition.broadcast()
        condition.unlock()
    }
}

private func exchange<Value>(_ value: inout Value, with new: Value) -> Value {
    let old = value
    value = new
    return old
}
