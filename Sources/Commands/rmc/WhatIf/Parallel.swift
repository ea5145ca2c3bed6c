internal import DenseMatrices
internal import Synchronization

/// Work on a few threads.
enum Parallel {
    /// The results of `body` for each item, in the items' order. The first failure is thrown, and ends the rest.
    static func map<Item: Sendable, Value: Sendable>(
        _ items: [Item], jobs: Int, _ body: @escaping @Sendable (Item) throws -> Value
    ) throws -> [Value] {
        let results = Results<Value>(count: items.count)
        try drain(items.count, jobs: jobs) { place in
            let value = try body(items[place])
            results.values.withLock { $0[place] = value }
        }
        return results.values.withLock { $0.compactMap(\.self) }
    }

    /// Calls `body` for 0 to below `count`, each number once, on so many threads.
    static func drain(_ count: Int, jobs: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let queue = Queue()
        let threads = BLAS.threadCount
        BLAS.threadCount = 1
        defer { BLAS.threadCount = threads }
        Workers.concurrently(max(1, min(jobs, count))) { _ in
            while let next = queue.next(below: count) {
                do { try body(next) } catch { queue.fail(error) }
            }
        }
        if let failure = queue.failure.withLock({ $0 }) { throw failure }
    }

    private final class Results<Value: Sendable>: Sendable {
        let values: Mutex<[Value?]>
        init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }
    }

    private final class Queue: Sendable {
        private let position = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)

        func next(below count: Int) -> Int? {
            guard failure.withLock({ $0 == nil }) else { return nil }
            return position.withLock { position in
                guard position < count else { return nil }
                defer { position += 1 }
                return position
            }
        }

        func fail(_ error: any Error) { failure.withLock { $0 = $0 ?? error } }
    }
}
