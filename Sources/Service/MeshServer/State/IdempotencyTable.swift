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

    /// A key.
    package init(subject: String, key: String, fingerprint: UInt64) {
        (self.subject, self.key, self.fingerprint) = (subject, key, fingerprint)
    }
}

/// Which keyed requests are under way, and the answers of those that the store has not yet. All others are in the store.
final class IdempotencyTable: Sendable {
    /// What is known of a key.
    enum Finding {
        /// Nothing: the key is now taken.
        case new
        /// The answer that was given.
        case answered(Answer)
    }

    private struct Name: Hashable {
        var subject: String
        var key: String

        init(_ key: IdempotencyKey) { (subject, self.key) = (key.subject, key.key) }
    }

    private struct Entry {
        var fingerprint: UInt64
        var answer: Answer?
    }

    private let entries = Mutex<[Name: Entry]>([:])
    /// Answers are kept for this long, milliseconds.
    static let lifetime: Int64 = 24 * 3_600_000

    /// Looks a key up and takes it if it is new.
    func begin(_ key: IdempotencyKey) throws(Problem) -> Finding {
        let entry = entries.withLock { entries -> Entry? in
            if let entry = entries[Name(key)] { return entry }
            entries[Name(key)] = Entry(fingerprint: key.fingerprint, answer: nil)
            return nil
        }
        guard let entry else { return .new }
        guard entry.fingerprint == key.fingerprint else { throw .otherRequest }
        guard let answer = entry.answer else {
            throw Problem(.conflict, "a request with this Idempotency-Key is being carried out", retryAfter: 1)
        }
        return .answered(answer)
    }

    /// The answer that was given under a key and is not in the store yet.
    func find(_ key: IdempotencyKey) throws(Problem) -> Answer? {
        guard let entry = entries.withLock({ $0[Name(key)] }), let answer = entry.answer else { return nil }
        guard entry.fingerprint == key.fingerprint else { throw .otherRequest }
        return answer
    }

    /// The answer of a key is known; it is held until the store has it.
    func finish(_ key: IdempotencyKey, _ answer: Answer) {
        entries.withLock { $0[Name(key)] = Entry(fingerprint: key.fingerprint, answer: answer) }
    }

    /// The store has the answers of keys.
    func settle(_ keys: some Sequence<IdempotencyKey>) {
        entries.withLock { entries in for key in keys { entries[Name(key)] = nil } }
    }

    /// Gives a key back whose request was not carried out, or long ago.
    func abandon(_ key: IdempotencyKey) {
        entries.withLock { entries in
            if let entry = entries[Name(key)], entry.answer == nil { entries[Name(key)] = nil }
        }
    }
}

extension Problem {
    /// A key that was used for another request.
    static var otherRequest: Problem {
        Problem(
            .invalid, "the Idempotency-Key was used for another request; expected a new key",
            errors: [Problem.Field(pointer: "", detail: "is not what came under this Idempotency-Key before")])
    }
}
