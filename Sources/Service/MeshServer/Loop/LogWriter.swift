import CoreMetrics
import Foundation
import Logging
import MeshAPI
import MeshControl

/// Puts changes into the log, many in one transaction, and hands them to the controller's thread in that order.
///
/// What is acknowledged is on disk. While one transaction waits for the disk, the changes of the next gather: the more
/// come, the more share a wait. When the disk refuses, the changes of that transaction are refused, none is carried
/// out, and nothing but a small probe is written until that succeeds.
final class LogWriter: Sendable {
    private let inbox: Inbox<Submission>
    private let store: EventStore
    private let monitor: StoreMonitor
    private let clock: ServiceClock
    private let metrics: ServiceMetrics
    private let logger: Logger
    private let deliver: @Sendable ([KeptCommand]) -> Void
    private let lastSequence: Int64
    private nonisolated(unsafe) var thread: OwnedThread?

    /// The most changes in one transaction.
    static let batchLimit = 4096

    init(
        store: EventStore, monitor: StoreMonitor, clock: ServiceClock, after sequence: Int64, queueLimit: Int,
        metrics: ServiceMetrics, logger: Logger, deliver: @escaping @Sendable ([KeptCommand]) -> Void
    ) {
        (self.store, self.monitor, self.clock, self.metrics) = (store, monitor, clock, metrics)
        (self.logger, self.deliver, lastSequence) = (logger, deliver, sequence)
        inbox = Inbox(limit: queueLimit)
    }

    /// Starts the thread.
    func start() {
        unsafe thread = OwnedThread("log writer") { [self] in run() }
    }

    /// Takes no more changes; returns when all that were taken are answered for.
    func stop() {
        inbox.close()
        unsafe thread?.join()
    }

    /// How many changes wait.
    var depth: Int { inbox.count }

    /// Takes a change on; its completion says what became of it.
    func submit(_ submission: Submission) {
        if let refusal = monitor.refusal { return submission.completion(.failure(refusal)) }
        guard inbox.put(submission) else {
            return submission.completion(
                .failure(Problem(.unavailable, "too many changes wait, or the service stops", retryAfter: 1)))
        }
    }

    private func run() {
        var sequence = lastSequence
        while let taken = inbox.takeAll(waiting: 0.5) {
            if taken.isEmpty { recover() }
            var rest = taken[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Self.batchLimit)
                rest = rest.dropFirst(Self.batchLimit)
                if let refusal = monitor.refusal {
                    recover()
                    if monitor.refusal != nil {
                        for submission in batch { submission.completion(.failure(refusal)) }
                        continue
                    }
                }
                commit(batch, &sequence)
            }
        }
    }

    private func commit(_ batch: ArraySlice<Submission>, _ sequence: inout Int64) {
        let time = clock.now
        let start = ContinuousClock.now
        let requests = batch.map {
            EventStore.Request(payload: $0.payload, key: $0.key, isAnswer: $0.command == nil)
        }
        let appended: [EventStore.Appended]
        do {
            appended = try store.append(requests, after: sequence, at: time)
        } catch {
            fail(error)
            let refusal =
                monitor.refusal ?? Problem(.unavailable, "the change could not be kept", retryAfter: 2)
            for submission in batch { submission.completion(.failure(refusal)) }
            return
        }
        metrics.committed(batch.count, in: ContinuousClock.now - start)
        var kept: [KeptCommand] = []
        for case (.row(let row), let submission) in zip(appended, batch) {
            guard let command = submission.command else { continue }
            sequence = row.position.seq
            kept.append(
                KeptCommand(
                    row: row, command: command,
                    completion: submission.acknowledgement == .whenCarriedOut ? submission.completion : nil))
        }
        deliver(kept)
        for (outcome, submission) in zip(appended, batch) {
            switch outcome {
            case .row where submission.acknowledgement == .whenCarriedOut: break
            case .row, .answer: submission.completion(.success(.done))
            case .before(let answered): submission.completion(answered.result(for: submission.key))
            }
        }
    }

    private func fail(_ error: any Error) {
        if monitor.health == .sound { logger.error("the log cannot be written", metadata: ["reason": "\(error)"]) }
        monitor.health = StoreHealth(error)
        metrics.storeFailures.increment()
    }

    /// Looks whether a store that failed can be written again.
    private func recover() {
        guard case .failing = monitor.health else { return }
        do {
            try store.probe()
            monitor.health = .sound
            logger.notice("the log can be written again")
        } catch {
            monitor.health = StoreHealth(error)
        }
    }
}

extension EventStore.Answered {
    /// What whoever sent a key is told, if it is the same request.
    func result(for key: IdempotencyKey?) -> Result<Answer, Problem> {
        guard fingerprint == key?.fingerprint else { return .failure(.otherRequest) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)) else {
            return .failure(Problem(.defect, "what was answered under the Idempotency-Key cannot be read"))
        }
        return .success(answer)
    }
}
