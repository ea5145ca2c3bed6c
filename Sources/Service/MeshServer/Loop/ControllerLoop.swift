import Foundation
import Logging
import MeshAPI
import MeshControl
import MeshTypes
import Optimization
import Synchronization

/// The one thread that owns the controller: it carries out what is in the log, ticks, watches leases, and publishes
/// what readers read. Nobody else touches the state; requests wait for it, if at all, without holding a thread.
final class ControllerLoop: Sendable {
    /// What comes in.
    enum Item: Sendable {
        /// Commands that are in the log.
        case kept([KeptCommand])
        /// Something that the service itself decides.
        case own(Command)
        /// A question that needs the whole state: it gets a copy, and computes elsewhere.
        case question(@Sendable (ServiceState) -> Void)
        /// Somebody uses media for the first time: relays' tables are made of all that is there.
        case relays(@Sendable () -> Void)
        /// A tick now, for tests.
        case tick(@Sendable (TickReport?) -> Void)
    }

    /// How it runs.
    struct Settings: Sendable {
        var shortestInterval: Duration
        var longestInterval: Duration
        var tickDeadline: Duration
        /// A snapshot is kept when carrying out again what came since the last would take this long.
        var replayBudget: Duration
        var keptSnapshots: Int
        /// Whether ticks come by themselves.
        var ticksByItself = true
    }

    let settings: Settings
    let store: EventStore
    let monitor: StoreMonitor
    let clock: ServiceClock
    let views: Views
    let hub: EventHub
    let leases: LeaseTable
    let analyzer: MeasurementDesk
    let relays: RelayDesk
    let answers: IdempotencyTable
    let metrics: ServiceMetrics
    let logger: Logger
    /// Hears of directives once they are in the log.
    let interpreter: @Sendable ([Directive]) -> Void
    let interrupter = Interrupter()
    private let inbox = Inbox<Item>()
    private nonisolated(unsafe) var thread: OwnedThread?

    init(
        settings: Settings, store: EventStore, monitor: StoreMonitor, clock: ServiceClock, views: Views, hub: EventHub,
        leases: LeaseTable, analyzer: MeasurementDesk, relays: RelayDesk, answers: IdempotencyTable,
        metrics: ServiceMetrics,
        logger: Logger, interpreter: @escaping @Sendable ([Directive]) -> Void
    ) {
        (self.settings, self.store, self.monitor, self.clock) = (settings, store, monitor, clock)
        (self.views, self.hub, self.leases, self.analyzer) = (views, hub, leases, analyzer)
        (self.relays, self.answers, self.metrics) = (relays, answers, metrics)
        (self.logger, self.interpreter) = (logger, interpreter)
    }

    /// Starts with a state that was restored.
    func start(_ recovery: Recovery) {
        unsafe thread = OwnedThread("controller") { [self] in
            // Ticks have deadlines; requests wait for this thread anyway.
            if !ThreadUrgency.raise() { logger.debug("the controller's thread runs at the usual priority") }
            var owner = ControllerOwner(loop: self, recovery: recovery)
            owner.open()
            while let items = inbox.takeAll(waiting: owner.pause) {
                owner.round(items)
            }
            owner.close()
        }
    }

    /// Carries out what came, keeps a last snapshot, and ends.
    func stop() {
        interrupter.interrupt()
        inbox.close()
        unsafe thread?.join()
    }

    /// How many items wait.
    var depth: Int { inbox.count }

    @discardableResult
    func put(_ item: Item) -> Bool { inbox.put(item) }

    /// A copy of the state as it is between two commands. Copying is quick; what is computed from it runs elsewhere.
    func state() async throws(Problem) -> ServiceState { try await ask { $0 } }

    /// Something small that is looked up in the state between two commands, without a copy of it.
    func ask<Value: Sendable>(_ question: @escaping @Sendable (ServiceState) -> Value) async throws(Problem) -> Value {
        let value: Value? = await withCheckedContinuation { continuation in
            if !put(.question({ continuation.resume(returning: question($0)) })) {
                continuation.resume(returning: nil)
            }
        }
        guard let value else { throw Problem(.unavailable, "the service stops", retryAfter: 5) }
        return value
    }
}
