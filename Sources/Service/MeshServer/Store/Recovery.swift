import Foundation
package import MeshControl

/// The state that a data folder holds: the newest whole snapshot, and the log after it carried out again.
package struct Recovery: Sendable {
    /// The state.
    package var state: ServiceState
    /// The position of the last command that was carried out.
    package var position: EventStore.Position
    /// What is damaged after it, if anything.
    package var damage: String?
    /// How many commands were carried out again.
    package var replayed = 0
    /// How long that took, seconds.
    package var seconds = 0.0
    /// Answers under idempotency keys among the commands that were carried out again.
    var answers: [(key: IdempotencyKey, time: ControlTime, answer: Answer)] = []
    /// Checksums of their outcomes, the first that of ordinal `firstOutcome`.
    var outcomes: [UInt64] = []
    var firstOutcome: Int64

    /// Restores from a store; a store without a snapshot begins with `fresh` at a time (now, if there is none), which is
    /// then kept as its first.
    package init(_ store: EventStore, fresh: (ControlTime?) -> ServiceState) throws {
        let start = ContinuousClock.now
        let snapshots = try store.snapshots()
        var damage = store.damage
        if let newest = snapshots.last(where: { $0.snapshot != nil })?.snapshot {
            state = try ServiceState(encoded: newest.state)
            position = newest.position
        } else {
            // Without a whole snapshot the log has all only if it goes back to the beginning.
            let isNew = snapshots.isEmpty && damage == nil
            let begin = isNew ? nil : try? store.firstTime(after: .start)
            guard isNew || begin != nil else {
                throw StoreError.nothingLeft(damage ?? "the checksum of every snapshot is wrong")
            }
            state = fresh(begin)
            position = .start
            if isNew {
                try store.keep(
                    .init(position: .start, time: state.time, ordinal: state.ordinal, state: try state.encoded()),
                    keep: 2)
            } else {
                damage = damage ?? "the only snapshot is damaged"
            }
        }
        firstOutcome = state.ordinal + 1
        var (state, position) = (state, position)
        var answers: [(key: IdempotencyKey, time: ControlTime, answer: Answer)] = []
        var outcomes: [UInt64] = []
        let wrong = try store.read(after: position) { row in
            let outcome = state.apply(try CommandCoder.decode(row.payload), at: row.time)
            outcomes.append(OutcomeDigest.of(outcome))
            if let key = row.key { answers.append((key, state.time, outcome.answer)) }
            position = row.position
        }
        // A damaged newest snapshot costs nothing when the log after the older one is whole.
        if let wrong { damage = wrong }
        let known = (try? store.outcomes(from: state.ordinal + 1)) ?? [:]
        if damage == nil, let last = known.keys.max() {
            damage = "outcomes are known up to command \(last), the log ends with \(state.ordinal)"
        }
        (self.state, self.position, self.damage) = (state, position, damage)
        (self.answers, self.outcomes, replayed) = (answers, outcomes, outcomes.count)
        seconds = (ContinuousClock.now - start) / .seconds(1)
    }
}
