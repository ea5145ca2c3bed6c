import MeshAPI
import MeshControl
import Synchronization

/// Who asked under which key for what.
package struct IdempotencyKey: Sendable, Hashable {
    /// Whose key it is: keys of different bearers do not meet.
    package var subject: String
    /// The key as it was sent.
    package var key: String
    /// A checksum of method, path and body.
    package var fingerprint: UInt64
}

/// What was answered under which key, so that a request that comes again is answered again and not carried out again.
final class IdempotencyTable: Sendable {
    /// What is known of a key.
    enum Finding {
        /// Nothing: the request is new, and the key is now taken.
        case new
        /// The answer that was given.
        case answered(Answer)
    }

    private struct Name: Hashable {
        var subject: String
        var key: String
    }

    private struct Entry {
        var fingerprint: UInt64
        var time: ControlTime
        var answer: Answer?
    }

    private struct State {
        var entries: [Name: Entry] = [:]
        /// Answered keys, oldest first.
        var order: [Name] = []
        var forgotten = 0
    }

    private let state = Mutex(State())
    /// Answers are kept for this long, milliseconds.
    static let lifetime: Int64 = 24 * 3_600_000
    /// The most answers kept.
    static let limit = 200_000

    /// Looks a key up and takes it if it is new.
    func begin(_ key: IdempotencyKey, at time: ControlTime) throws(Problem) -> Finding {
        let name = Name(subject: key.subject, key: key.key)
        let entry = state.withLock { state -> Entry? in
            if let entry = state.entries[name],
                entry.answer == nil || time.milliseconds - entry.time.milliseconds <= Self.lifetime
            {
                return entry
            }
            state.entries[name] = Entry(fingerprint: key.fingerprint, time: time, answer: nil)
            return nil
        }
        guard let entry else { return .new }
        guard entry.fingerprint == key.fingerprint else {
            throw Problem(
                .invalid, "the Idempotency-Key was used for another request; expected a new key",
                errors: [Problem.Field(pointer: "", detail: "is not what came under this Idempotency-Key before")])
        }
        guard let answer = entry.answer else {
            throw Problem(.conflict, "a request with this Idempotency-Key is being carried out", retryAfter: 1)
        }
        return .answered(answer)
    }

    /// Keeps the answer of a key.
    func finish(_ key: IdempotencyKey, _ answer: Answer, at time: ControlTime) {
        let name = Name(subject: key.subject, key: key.key)
        state.withLock { state in
            state.entries[name] = Entry(fingerprint: key.fingerprint, time: time, answer: answer)
            state.order.append(name)
            while state.order.count - state.forgotten > Self.limit {
                state.entries[state.order[state.forgotten]] = nil
                state.forgotten += 1
            }
            if state.forgotten > 10_000 {
                state.order.removeFirst(state.forgotten)
                state.forgotten = 0
            }
        }
    }

    /// Gives a key back whose request was not carried out.
    func abandon(_ key: IdempotencyKey) {
        let name = Name(subject: key.subject, key: key.key)
        state.withLock { state in
            if state.entries[name]?.answer == nil { state.entries[name] = nil }
        }
    }
}
