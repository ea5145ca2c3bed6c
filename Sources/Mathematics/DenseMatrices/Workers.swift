internal import Glibc

/// A few threads for the length of one call.
///
/// BLAS brings its own threads for a single large product; where a product is followed by work on each entry while it
/// is still in cache, the whole must be cut by rows, and BLAS be held to one thread meanwhile.
public enum Workers {
    private final class Job: Sendable {
        let worker: Int
        let body: @Sendable (Int) -> Void

        init(_ worker: Int, _ body: @escaping @Sendable (Int) -> Void) {
            self.worker = worker
            self.body = body
        }
    }

    /// Calls `body` with 0 to below `count`, each on a thread of its own but the last, which is the caller's; returns
    /// when all are done. A thread that cannot be had is done without: its part runs on the caller's.
    public static func concurrently(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var threads: [pthread_t] = []
        var left: [Int] = []
        for worker in 0..<max(0, count - 1) {
            var thread = pthread_t()
            let job = unsafe Unmanaged.passRetained(Job(worker, body))
            let status = unsafe pthread_create(
                &thread, nil,
                { argument in
                    if let argument = unsafe argument {
                        let job = unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue()
                        job.body(job.worker)
                    }
                    return nil
                }, job.toOpaque())
            if status == 0 {
                threads.append(thread)
            } else {
                unsafe job.release()
                left.append(worker)
            }
        }
        body(max(0, count - 1))
        for worker in left { body(worker) }
        for thread in threads { _ = pthread_join(thread, nil) }
    }
}
