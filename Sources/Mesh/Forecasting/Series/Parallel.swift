internal import DenseMatrices
internal import Synchronization

/// Independent pieces of work on a few threads; the result does not depend on how many.
enum Parallel {
    /// `body` of 0 to below `count`, in order.
    static func map<Value: Sendable>(
        _ count: Int, workers: Int, _ body: @escaping @Sendable (Int) -> Value
    ) -> [Value] {
        let workers = min(max(1, workers), count)
        guard workers > 1 else { return (0..<count).map(body) }
        let parts = Parts<Value>(count: workers)
        Workers.concurrently(workers) { worker in
            let part = (worker * count / workers..<(worker + 1) * count / workers).map(body)
            parts.values.withLock { $0[worker] = part }
        }
        return parts.values.withLock { Array($0.joined()) }
    }

    private final class Parts<Value: Sendable>: Sendable {
        let values: Mutex<[[Value]]>

        init(count: Int) { values = Mutex(Array(repeating: [], count: count)) }
    }
}
