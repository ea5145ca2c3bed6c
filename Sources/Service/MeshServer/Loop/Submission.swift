import MeshAPI
import MeshControl
import Synchronization

/// A change on its way: into the log, then to the controller, then back to whoever asked.
struct Submission: Sendable {
    /// When whoever asked is told.
    enum Acknowledgement: Sendable {
        /// As soon as it is in the log: for reports, which nobody waits to see carried out.
        case whenKept
        /// When it was carried out, and what comes of it is in the log.
        case whenCarriedOut
    }

    /// What is to be carried out; `nil` for an answer that is only to be kept under the key.
    var command: Command?
    /// The command as the log has it, or the answer as the store has it.
    var payload: [UInt8]
    var key: IdempotencyKey?
    var acknowledgement: Acknowledgement
    /// Called once.
    var completion: @Sendable (Result<Answer, Problem>) -> Void
}

/// A row that is in the log and is to be carried out.
struct KeptCommand: Sendable {
    var row: EventStore.Row
    var command: Command
    /// Called when it was carried out, if anybody waits for that.
    var completion: (@Sendable (Result<Answer, Problem>) -> Void)?
}

/// How the store is, for all who ask.
package final class StoreMonitor: Sendable {
    private let state: Mutex<StoreHealth>

    init(_ health: StoreHealth) { state = Mutex(health) }

    /// How it is.
    package var health: StoreHealth {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// The problem that a change meets now, if any.
    var refusal: Problem? {
        health.refusal.map { Problem(.unavailable, $0, retryAfter: 2) }
    }
}
