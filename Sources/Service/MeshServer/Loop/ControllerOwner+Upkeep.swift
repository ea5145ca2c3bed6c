import Foundation
import Logging
import MeshAPI
import MeshControl

/// What is done beside: snapshots, and signs of life to those who listen.
extension ControllerOwner {
    mutating func upkeep() {
        if watch.now - lastKeepAlive >= .seconds(15) {
            lastKeepAlive = watch.now
            loop.hub.keepAlive()
            loop.relays.keepAlive()
        }
        let isDue =
            replaySeconds >= loop.settings.replayBudget / .seconds(1) || sinceSnapshot >= 200_000
        if isDue, isLogWritable, batch.rows.isEmpty, loop.monitor.health == .sound { keepSnapshot(wait: false) }
    }

    /// Keeps a snapshot: the state is copied here, spelled and written elsewhere.
    private mutating func keepSnapshot(wait: Bool) {
        guard
            isKeeping.withLock({ isKeeping in
                defer { isKeeping = true }
                return !isKeeping
            })
        else { return }
        if !batch.isEmpty, !commit() {
            isKeeping.withLock { $0 = false }
            return
        }
        (replaySeconds, sinceSnapshot) = (0, 0)
        let (state, position, loop, isKeeping) = (state, position, loop, isKeeping)
        let work: @Sendable () -> Void = {
            let begin = ContinuousClock.now
            do {
                let bytes = try state.encoded()
                try loop.store.keep(
                    .init(position: position, time: state.time, ordinal: state.ordinal, state: bytes),
                    keep: loop.settings.keptSnapshots)
                let horizon = state.time.advanced(byMilliseconds: -IdempotencyTable.lifetime)
                try loop.store.forgetAnswers(before: horizon)
                loop.metrics.set("rmc_snapshot_bytes", Double(bytes.count))
                loop.metrics.set("rmc_snapshot_seconds", (ContinuousClock.now - begin) / .seconds(1))
            } catch {
                loop.logger.error("a snapshot could not be kept", metadata: ["reason": "\(error)"])
                if (error as? StoreError)?.isDamage == true { loop.monitor.health = StoreHealth(error) }
            }
            isKeeping.withLock { $0 = false }
        }
        if wait { work() } else { DispatchQueue.global(qos: .utility).async(execute: work) }
    }

    /// Ends: a last snapshot, so that the next start has nothing to carry out again.
    mutating func close() {
        settle()
        while isKeeping.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.01) }
        if isLogWritable, loop.monitor.health == .sound, sinceSnapshot > 0 { keepSnapshot(wait: true) }
    }
}
