import CoreMetrics
import Dispatch
import Foundation
package import Logging
import MeshAPI
package import MeshControl
package import MeshTypes
import NIOCore
import Synchronization

/// The service: the controller with its log, its pool and its views, and everything that HTTP calls.
///
///     request -> LogWriter (thread: commits many at once) -> ControllerLoop (thread: owns the state, ticks)
///             <- acknowledged when it is in the log, and carried out                |
///     readers <- Views, EventHub (values that nobody changes) <--------------------+
package final class MeshService: Sendable {
    package let configuration: ServerConfiguration
    package let clock: ServiceClock
    package let monitor: StoreMonitor
    package let leases: LeaseTable
    package let authority: TokenAuthority
    let logger: Logger
    let metrics: ServiceMetrics
    let views = Views()
    let hub: EventHub
    let desk: MeasurementDesk
    let relays: RelayDesk
    /// Whose word relays and hooks hear.
    package let identity: FolderIdentity
    let answers = IdempotencyTable()
    let limiter = RateLimiter()
    let streams = OpenStreams()
    let shares = BearerShares()
    let origins: Set<String>
    private let reloaders = Mutex<[@Sendable () throws -> Void]>([])
    let streamWatch = Mutex<Task<Void, Never>?>(nil)
    let tenancy: Tenancy
    let store: EventStore
    private let lock: FolderLock?
    private let parts = Mutex<(writer: LogWriter, loop: ControllerLoop)?>(nil)
    private let profiles = Mutex<Set<String>>([Profile.standardName])
    private let isStopping = Mutex(false)
    private let bodies = DispatchQueue(label: "bodies", qos: .utility)
    private let computing = DispatchQueue(label: "questions", qos: .utility, attributes: .concurrent)
    private let computingSlots = DispatchSemaphore(value: 2)
    private let shown = Mutex<ServiceState?>(nil)
    private let provisioning = Mutex<(any Provisioner)?>(nil)

    /// Opens the data folder and the operator key; nothing runs yet.
    ///
    /// - Throws: ``StoreError`` when the folder is in use, or cannot be read.
    package init(
        _ configuration: ServerConfiguration, environment: [String: String] = [:], logger: Logger,
        clock: ServiceClock? = nil
    ) async throws {
        self.configuration = configuration
        self.logger = logger
        origins = configuration.origins
        let folder = configuration.text("data")
        var health = StoreHealth.sound
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let opened: (store: EventStore, lock: FolderLock?)
        do {
            let lock = try FolderLock(folder)
            opened = (try EventStore(folder: folder, isDurable: configuration.text("synchronous") == "full"), lock)
        } catch {
            // A folder that cannot be written can still be read, if there is anything in it.
            guard !(error is FolderLock.InUse),
                let readable = try? EventStore(folder: folder, readOnly: true, isAlone: true)
            else { throw error }
            opened = (readable, nil)
            health = .readOnly(String(describing: error))
        }
        (store, lock) = opened
        monitor = StoreMonitor(health)
        authority = await TokenAuthority(try OperatorKey.load(folder: folder, environment: environment))
        // A folder that was copied, or has forgotten numbers that it gave, is another, with other media keys.
        let salt = try? FolderSalt(folder: folder, isRenewed: store.hasForgotten && health == .sound)
        // A folder that cannot be written still says whose it is; a start that cannot be counted is not.
        let isCounted = health == .sound && store.damage == nil
        let counted = isCounted ? try? store.beginEpoch(isAnother: salt?.isNew ?? false) : nil
        identity = counted ?? (try? store.identity()) ?? .random()
        relays = RelayDesk(authority.key.bound(to: salt ?? FolderSalt()), identity)
        metrics = ServiceMetrics(PrometheusRegistry())
        hub = EventHub(metrics: metrics)
        desk = MeasurementDesk(metrics: metrics)
        leases = LeaseTable(
            lease: configuration.seconds("lease"), registration: configuration.seconds("registration-lease"))
        tenancy = Tenancy(views: views)
        self.clock = clock ?? ServiceClock()
    }

    /// Restores what is kept, and starts the threads. Until it is done, requests are told to come again.
    package func start(ticksByItself: Bool = true) throws {
        views.update { $0.reason = "what was kept is being restored" }
        let control = try configuration.control()
        let (clock, slots) = (clock, configuration.integer("slots"))
        let recovery = try Recovery(store) { time in
            ServiceState(configuration: control, slots: slots, at: time ?? clock.now)
        }
        if let damage = recovery.damage {
            monitor.health = .damaged(damage)
            logger.error("the log is damaged; nothing is written", metadata: ["reason": "\(damage)"])
        }
        clock.advance(to: recovery.state.time)
        if clock.lead > 60_000 {
            logger.warning(
                "the log ends after what the clock says: a clock was ahead once; times of events go on from there",
                metadata: ["seconds": "\(Int(clock.lead / 1000))"])
        }
        let known = recovery.state.controller.configuration.profiles.map(\.name) + [Profile.standardName]
        profiles.withLock { $0 = Set(known) }
        // What was carried out again may not be in the store yet; all other answers are.
        for (key, _, answer) in recovery.answers { answers.finish(key, answer) }
        tenancy.restore(
            recovery.state.controller.sessionIDs.compactMap { id in
                recovery.state.controller.mesh(of: id).map { (id, $0.servers) }
            })
        provisioning.withLock { $0 = ProvisionerSelection.make(configuration, self) }
        let loop = ControllerLoop(
            settings: .init(
                shortestInterval: configuration.milliseconds("tick-interval"),
                longestInterval: configuration.milliseconds("tick-longest-interval"),
                tickDeadline: configuration.milliseconds("tick-deadline"),
                replayBudget: configuration.seconds("replay-budget"), keptSnapshots: configuration.integer("snapshots"),
                ticksByItself: ticksByItself),
            store: store, monitor: monitor, clock: clock, views: views, hub: hub, leases: leases, analyzer: desk,
            relays: relays, answers: answers, metrics: metrics, logger: logger,
            interpreter: { [weak self] directives in self?.interpret(directives) })
        let writer = LogWriter(
            store: store, monitor: monitor, clock: clock, after: recovery.position.seq,
            queueLimit: configuration.integer("queue-limit"), metrics: metrics, logger: logger,
            deliver: { loop.put(.kept($0)) })
        parts.withLock { $0 = (writer, loop) }
        loop.start(recovery)
        if monitor.health == .sound { writer.start() }
        if let notice = store.notice {
            logger.warning("the log lost its end when the machine went down", metadata: ["reason": "\(notice)"])
        }
        watchStreams()
        logger.info(
            "restored",
            metadata: [
                "commands": "\(recovery.replayed)", "seconds": "\(recovery.seconds)",
                "sessions": "\(recovery.state.controller.sessionIDs.count)",
            ])
        metrics.set("rmc_recovery_seconds", recovery.seconds)
        // Ready is whoever can be read: the controller's thread publishes the first views.
        while !views.current.isReady { Thread.sleep(forTimeInterval: 0.001) }
    }

    /// Stops: changes that were taken on are carried out and answered, a last snapshot is kept, the file is closed.
    package func stop() {
        guard
            isStopping.withLock({ isStopping in
                defer { isStopping = true }
                return !isStopping
            })
        else { return }
        streamWatch.withLock { $0?.cancel() }
        logger.info("stopping", metadata: ["sessions": "\(views.sessionCount)"])
        endStreams()
        let parts = parts.withLock { $0 }
        if monitor.health == .sound || parts != nil { parts?.writer.stop() }
        parts?.loop.stop()
        provisioning.withLock { $0 }?.stop()
        store.close()
        lock?.release()
        logger.info("stopped", metadata: ["position": "\(views.current.position)"])
    }

    /// Whether requests are served.
    var isReady: Bool { views.current.isReady && !isStopping.withLock { $0 } }

    /// Ends the streams of events, which would otherwise outlast a shutdown.
    package func endStreams() {
        hub.close()
        relays.close()
    }

    /// Somebody uses media: from the first time on, relays' tables and participants' views are kept.
    func useRelays() async {
        guard !relays.isInUse, let loop = parts.withLock({ $0?.loop }) else { return }
        await withCheckedContinuation { continuation in
            if !loop.put(.relays({ continuation.resume() })) { continuation.resume() }
        }
    }

    /// Refuses people with profiles that nobody defined; reports may leave theirs out.
    func check(_ people: [ParticipantReport], at pointer: String, isOne: Bool = false) throws(Problem) {
        let known = profiles.withLock { $0 }
        var reader = FieldReader()
        for (index, person) in people.enumerated() where !person.profile.isEmpty && !known.contains(person.profile) {
            reader.fault(
                isOne ? "\(pointer)/profile" : "\(pointer)/\(index)/profile",
                "is not known; expected \(known.sorted().joined(separator: ", "))")
        }
        try reader.finish(())
    }

    /// Does what a request's body takes: here if it is small, else on a thread of its own, one body at a time.
    func apart<Value: Sendable>(
        _ size: Int, _ work: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        guard size > 65_536 else { return try work() }
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            bodies.async { continuation.resume(returning: Result(catching: work)) }
        }
        return try result.get()
    }

    // MARK: Changes and questions

    /// Has a change kept and carried out.
    func change(
        _ command: Command, key: IdempotencyKey?, _ acknowledgement: Submission.Acknowledgement
    ) async throws -> Answer {
        if let key, case .answered(let answer) = try answers.begin(key) { return answer }
        // Of a key that is found in the store nothing is left to be done.
        defer { if let key { answers.abandon(key) } }
        return try await submit(command, try CommandCoder.encode(command), key, acknowledgement)
    }

    private func submit(
        _ command: Command?, _ payload: [UInt8], _ key: IdempotencyKey?,
        _ acknowledgement: Submission.Acknowledgement
    ) async throws -> Answer {
        guard let writer = parts.withLock({ $0?.writer }) else {
            throw Problem(.unavailable, "the service is starting", retryAfter: 1)
        }
        return try await withCheckedThrowingContinuation { continuation in
            writer.submit(
                Submission(
                    command: command, payload: payload, key: key, acknowledgement: acknowledgement,
                    completion: { continuation.resume(with: $0) }))
        }
    }

    /// What was answered under a key within the time that answers are kept.
    func answered(_ key: IdempotencyKey) async throws -> Answer? {
        if let known = try answers.find(key) { return known }
        let horizon = clock.now.advanced(byMilliseconds: -IdempotencyTable.lifetime)
        guard let kept = try? await store.answer(under: key, since: horizon) else { return nil }
        return try kept.result(for: key).get()
    }

    /// Keeps an answer under a key; the one that is kept already, if there is one.
    func keep(_ answer: Answer, under key: IdempotencyKey) async throws -> Answer {
        defer { answers.abandon(key) }
        let kept = try await submit(nil, try JSONText.encode(answer), key, .whenKept)
        return kept == .done ? answer : kept
    }

    // MARK: What is read anew

    /// Has something read anew when the process is told to.
    func reloading(_ work: @escaping @Sendable () throws -> Void) { reloaders.withLock { $0.append(work) } }

    /// Reads anew what can be: the certificate.
    package func reload() {
        for work in reloaders.withLock({ $0 }) {
            do {
                try work()
                logger.notice("the certificate was read anew")
            } catch {
                logger.error("the certificate stays as it was", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Has a command of the service's own carried out.
    package func submit(own command: Command) { _ = parts.withLock { $0?.loop }?.put(.own(command)) }

    /// Ticks now, and says what the tick did.
    package func tick() async -> TickReport? {
        guard let loop = parts.withLock({ $0?.loop }) else { return nil }
        return await withCheckedContinuation { continuation in
            if !loop.put(.tick({ continuation.resume(returning: $0) })) { continuation.resume(returning: nil) }
        }
    }

    /// A copy of the state now; with `isHandedOut`, it is kept for a minute as the one that ``handedOut`` names.
    func state(isHandedOut: Bool = false) async throws -> ServiceState {
        guard let loop = parts.withLock({ $0?.loop }) else {
            throw Problem(.unavailable, "the service is starting", retryAfter: 1)
        }
        let state = try await loop.state()
        if isHandedOut {
            shown.withLock { $0 = state }
            computing.asyncAfter(deadline: .now() + 60) { [weak self] in
                self?.shown.withLock { if $0?.ordinal == state.ordinal { $0 = nil } }
            }
        }
        return state
    }

    /// Where a participant said to be.
    func coordinate(of id: ParticipantID) async throws(Problem) -> GeoCoordinate? {
        guard let loop = parts.withLock({ $0?.loop }) else {
            throw Problem(.unavailable, "the service is starting", retryAfter: 1)
        }
        return try await loop.ask { $0.controller.coordinate(of: id) }
    }

    /// The state of the last snapshot that was handed out, if that was within a minute.
    var handedOut: ServiceState? { shown.withLock { $0 } }

    /// Computes something from a copy of the state, on threads of its own.
    func compute<Value: Sendable>(
        from given: ServiceState? = nil, _ work: @escaping @Sendable (ServiceState) throws -> Value
    ) async throws -> Value {
        let state = if let given { given } else { try await self.state() }
        return try await withCheckedThrowingContinuation { continuation in
            computing.async { [computingSlots] in
                computingSlots.wait()
                defer { computingSlots.signal() }
                continuation.resume(with: Result { try work(state) })
            }
        }
    }

    // MARK: Directives

    private func interpret(_ directives: [Directive]) {
        let (used, free) = tenancy.follow(directives)
        guard !used.isEmpty || !free.isEmpty, let provisioner = provisioning.withLock({ $0 }) else { return }
        for site in used.sorted() { provisioner.acquire(site) }
        for site in free.sorted() { provisioner.release(site) }
    }

    // MARK: Figures

    /// Sets the figures that are looked up when somebody asks.
    func gatherMetrics() {
        let parts = parts.withLock { $0 }
        metrics.set("rmc_log_queue_depth", Double(parts?.writer.depth ?? 0))
        metrics.set("rmc_controller_queue_depth", Double(parts?.loop.depth ?? 0))
        metrics.set("rmc_event_subscribers", Double(hub.count))
        metrics.set("rmc_sessions", Double(views.sessionCount))
        // Of one moment, so that they add up.
        let figures = views.current
        metrics.set("rmc_participants", Double(figures.participants))
        metrics.set("rmc_participants_served", Double(figures.served))
        metrics.set("rmc_participants_waiting", Double(figures.participants - figures.served))
        metrics.set("rmc_ready", isReady && monitor.health == .sound ? 1 : 0)
        metrics.set("rmc_clock_lead_seconds", clock.lead / 1000)
        metrics.set("rmc_log_position", Double(views.current.position))
        let measured = desk.figures
        metrics.set("rmc_paths", Double(measured.paths))
        for status in ServerStatus.allCases {
            let count = views.pool.values.count { $0.status == status }
            metrics.set("rmc_servers_\(status.rawValue)", Double(count))
        }
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = text.split(separator: " ")
            if pages.count > 1, let resident = Double(pages[1]) {
                metrics.set("process_resident_memory_bytes", resident * Double(sysconf(Int32(_SC_PAGESIZE))))
            }
        }
    }
}

extension MeshService {
    /// Lets the file grow to so many pages and no more: a full disk, for tests.
    package func limitStore(pages: Int) throws { try store.limit(pages: pages) }

    /// What is kept of whom: all of it in proportion to what is there.
    package func census() async throws -> [String: Int] {
        var census = try await state().controller.census
        census["feeds"] = hub.feedCount
        census["measured"] = desk.nodeCount
        census["paths"] = desk.figures.paths
        census["placed"] = views.placedCount
        census["views"] = views.sessionCount
        return census
    }

    /// A session's stream of events, as a subscriber over HTTP hears it.
    package func events(of id: SessionID, after last: UInt64? = nil) throws -> (
        text: AsyncStream<String>, end: @Sendable () -> Void
    )? {
        guard let view = views.session(id), let subscription = try hub.subscribe(to: view, lastEvent: last) else {
            return nil
        }
        let texts = AsyncStream(String.self) { continuation in
            Task {
                for await frame in subscription.stream { continuation.yield(String(buffer: frame)) }
                continuation.finish()
            }
        }
        return (texts, subscription.end)
    }
}
