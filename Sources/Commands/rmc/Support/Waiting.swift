internal import Dispatch
internal import Optimization
internal import Synchronization

/// Waits for asynchronous work on the main thread of a synchronous command.
enum Waiting {
    /// Runs `work` to its end; asks it to stop when the interrupter says so.
    static func finish<Value: Sendable>(
        _ interrupter: Interrupter, _ work: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        let done = DispatchSemaphore(value: 0)
        let task = Task {
            do {
                let value = try await work()
                outcome.result.withLock { $0 = .success(value) }
            } catch {
                outcome.result.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
            if interrupter.isInterrupted { task.cancel() }
        }
        return try outcome.result.withLock { $0 }.get()
    }

    private final class Outcome<Value: Sendable>: Sendable {
        /// Cancelled until it is known.
        let result = Mutex<Result<Value, any Error>>(.failure(CancellationError()))
    }
}
