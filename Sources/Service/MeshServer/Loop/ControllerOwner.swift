import CoreMetrics
import Foundation
import Logging
import MeshAPI
import MeshControl
import MeshTypes
import Tracing

/// What the controller's thread holds. A value of that thread alone.
struct ControllerOwner {
    let loop: ControllerLoop
    private(set) var state: ServiceState
    var position: EventStore.Position
    private var schedule: TickSchedule
    let watch = ContinuousClock()
    private let start: ContinuousClock.Instant
    /// Rows, outcomes and answers that are to be committed.
    var batch = EventStore.Batch()
    /// Whoever waits for what is to be committed.
    private var waiting: [(answer: Answer, completion: @Sendable (Result<Answer, Problem>) -> Void)] = []
    private var directives: [Directive] = []
    /// Sessions whose mesh is a new one, or may be.
    private var changed: Set<SessionID> = []
    /// Sessions that ended; one of the same identifier may have begun since.
    private var ended: Set<SessionID> = []
    private var isPoolChanged = true
    /// Whether somebody waits who may look at the pool next.
    private var isPoolUrgent = true
    private var lastPool: ContinuousClock.Instant
    private var lastLeases: ContinuousClock.Instant
    /// Sessions that changed since the last tick: it may know their bounds now.
    private var fresh: Set<SessionID> = []
    private var isStirred = false
    var lastKeepAlive: ContinuousClock.Instant
    /// How long carrying out took since the last snapshot, and how many commands.
    var replaySeconds = 0.0
    var sinceSnapshot = 0
    var isKeeping = Locked(false)
    private var nextRetry: ContinuousClock.Instant
    var isLogWritable: Bool

    init(loop: ControllerLoop, recovery: Recovery) {
        self.loop = loop
        state = recovery.state
        position = recovery.position
        start = watch.now
        (lastPool, lastKeepAlive, nextRetry, lastLeases) = (start, start, start, start)
        schedule = TickSchedule(
            shortest: loop.settings.shortestInterval / .seconds(1),
            longest: loop.settings.longestInterval / .seconds(1), now: 0)
        batch.firstOutcome = recovery.firstOutcome
        batch.outcomes = recovery.outcomes
        for (key, time, answer) in recovery.answers {
            batch.answers.append(.init(key: key, time: time, body: (try? JSONText.encode(answer)) ?? []))
        }
        replaySeconds = recovery.seconds
        sinceSnapshot = recovery.replayed
        isLogWritable = recovery.damage == nil && loop.monitor.health == .sound
    }

    private var now: Double { (watch.now - start) / .seconds(1) }

    /// Seconds until something is due.
    var pause: Double {
        let tick = loop.settings.ticksByItself && isLogWritable ? schedule.due - now : 0.1
        return max(0.0005, min(0.1, tick))
    }

    /// Publishes what was restored, and says in the log that the service started.
    mutating func open() {
        changed.formUnion(state.controller.sessionIDs)
        for (person, session) in state.controller.memberships {
            loop.views.place(person, in: session, tenure: state.tenure(of: person, in: session))
        }
        loop.views.revoke(state.revoked)
        let reduced = state.controller.reducedCapacities
        loop.leases.restart(
            state.servers.values.filter { !$0.isFailed }.map { ($0.id, $0.isBeating) }, available: reduced)
        loop.analyzer.restore(reduced)
        // What was restored is kept already: it can be read even when nothing more can be written.
        publish(lookUp())
        if isLogWritable { carryOut(.started(build: BuildIdentity.text)) }
        settle()
    }

    mutating func round(_ items: [ControllerLoop.Item]) {
        for item in items {
            switch item {
            case .kept(let commands): commands.forEach { apply($0) }
            case .own(let command): carryOut(command)
            case .question(let body): body(state)
            case .relays(let completion):
                // From here on, on this thread: nothing is followed by half.
                if loop.relays.begin() {
                    loop.relays.follow(state.servers, state.numbers)
                    changed.formUnion(state.controller.sessionIDs)
                    settle()
                    loop.relays.open()
                }
                completion()
            case .tick(let completion):
                let report = tick()
                settle()
                completion(report)
            }
        }
        if !items.isEmpty { settle() }
        if watch.now - lastLeases >= .milliseconds(100) {
            lastLeases = watch.now
            for id in loop.leases.expired(at: ServiceClock.uptime()) where isLogWritable {
                loop.logger.warning("a server's lease ran out", metadata: ["server": "\(id)"])
                carryOut(.fail(id))
            }
            let turns = isLogWritable ? loop.leases.turns(at: ServiceClock.uptime()) : LeaseTable.Turns()
            for id in turns.silent where state.servers[id]?.isFailed == false { carryOut(.control(.siteSilent(id))) }
            for id in turns.heard where state.servers[id] != nil { carryOut(.control(.siteHeard(id))) }
        }
        if loop.settings.ticksByItself, isLogWritable, now >= schedule.due, loop.monitor.health == .sound {
            _ = tick()
        }
        settle()
        upkeep()
    }

    // MARK: Carrying out

    private mutating func apply(_ kept: KeptCommand) {
        let begin = watch.now
        let outcome = state.apply(kept.command, at: kept.row.time)
        replaySeconds += (watch.now - begin) / .seconds(1)
        position = kept.row.position
        took(outcome, of: kept.command)
        if let key = kept.row.key {
            loop.answers.finish(key, outcome.answer)
            let body = (try? JSONText.encode(outcome.answer)) ?? []
            batch.answers.append(.init(key: key, time: state.time, body: body))
        }
        if let completion = kept.completion { waiting.append((outcome.answer, completion)) }
    }

    /// Carries out what the service itself decides, and puts it into the log behind the last command.
    private mutating func carryOut(_ command: Command) {
        guard isLogWritable, let payload = try? CommandCoder.encode(command) else { return }
        let time = loop.clock.now
        took(state.apply(command, at: time), of: command)
        write(payload, at: time)
    }

    private mutating func write(_ payload: [UInt8], at time: ControlTime) {
        position.sub += 1
        batch.rows.append(EventStore.Row(position: position, time: time, payload: payload))
    }

    private mutating func tick() -> TickReport? {
        guard isLogWritable else { return nil }
        let wasStirred = isStirred
        let begin = watch.now
        let late = now - schedule.due
        isStirred = false
        let trust = loop.relays.trust().merging(loop.leases.reduced()) { min($0, $1) }
        let digest = loop.analyzer.digest(now: loop.clock.now, trust: trust)
        if let digest { carryOut(.control(.measured(digest))) }
        let time = loop.clock.now
        let (outcome, report, command) = withSpan("tick") { span in
            let tick = state.tick(
                at: time, deadline: watch.now + loop.settings.tickDeadline, interrupter: loop.interrupter)
            span.attributes["rmc.stage"] = tick.report.stage.rawValue
            span.attributes["rmc.moves"] = tick.report.moves
            span.attributes["rmc.cut"] = tick.report.wasCut
            return tick
        }
        changed.formUnion(fresh)
        fresh.removeAll(keepingCapacity: true)
        if let payload = try? CommandCoder.encode(command) { write(payload, at: time) }
        took(outcome, of: command)
        let seconds = (watch.now - begin) / .seconds(1)
        replaySeconds += seconds
        isStirred = false
        schedule.ended(
            at: now, seconds: seconds,
            isQuiet: !wasStirred && digest == nil
                && outcome.directives.allSatisfy { if case .scheduleTick = $0 { true } else { false } })
        for case .scheduleTick(let moment) in outcome.directives {
            schedule.asked(for: now + max(0, moment.seconds(since: time)))
        }
        loop.metrics.ticked(report, seconds: seconds, late: late, interval: schedule.interval)
        loop.views.update { $0.lastTick = report }
        isPoolChanged = true
        return report
    }

    private mutating func took(_ outcome: Outcome, of command: Command) {
        batch.outcomes.append(OutcomeDigest.of(outcome))
        sinceSnapshot += 1
        isStirred = true
        schedule.stirred()
        directives += outcome.directives
        for directive in outcome.directives {
            switch directive {
            case .publish(let id, _): changed.insert(id)
            case .dissolve(let id):
                changed.remove(id)
                ended.insert(id)
            default: break
            }
        }
        if case .refused = outcome.answer { return }
        tell(command, outcome)
        switch command {
        case .control(.sessionCreated(let opening)):
            changed.insert(opening.id)
            place(opening.participants, in: opening.id)
            (isPoolChanged, isPoolUrgent) = (true, waiting.count < 8)
        case .control(.joined(let id, let people)):
            place(people, in: id)
            // Whoever waits changes no mesh, and is to be told of it when there is room.
            if loop.relays.isFollowing { changed.insert(id) }
        case .control(.left(let people)):
            for person in people { loop.views.place(person, in: nil) }
            loop.analyzer.forget(people)
        case .control(.sessionEnded(let id)):
            loop.analyzer.forget(loop.views.dismiss(id))
            (isPoolChanged, isPoolUrgent) = (true, waiting.count < 8)
        case .revoke: loop.views.revoke(state.revoked)
        case .register(let id, _):
            (isPoolChanged, isPoolUrgent) = (true, true)
            loop.leases.register(id, at: ServiceClock.uptime())
        case .restore(let id):
            (isPoolChanged, isPoolUrgent) = (true, true)
            loop.leases.hold(id, at: ServiceClock.uptime())
        case .drain(let id), .fail(let id): lean(on: id)
        case .remove(let id):
            lean(on: id)
            loop.leases.remove(id)
            loop.analyzer.forget([id.description])
        default: break
        }
    }

    private func place(_ people: [ParticipantReport], in session: SessionID) {
        for person in people {
            loop.views.place(person.id, in: session, tenure: state.tenure(of: person.id, in: session))
        }
    }

    /// Whoever would fall back to a site needs another, though no mesh has changed.
    private mutating func lean(on site: SiteID) {
        (isPoolChanged, isPoolUrgent) = (true, true)
        changed.formUnion(loop.relays.sessions(leaningOn: site))
        changed.formUnion(loop.views.sessions(at: site))
    }

    // MARK: Settling: commit, publish, answer

    /// Commits the service's own rows, publishes what changed, and answers whoever waits. While the disk refuses,
    /// nothing is published.
    mutating func settle() {
        let news = lookUp()
        if !batch.rows.isEmpty || batch.outcomes.count >= 4096 || batch.answers.count >= 256 {
            guard watch.now >= nextRetry, commit() else {
                refuseWaiting()
                return
            }
        }
        publish(news)
        if !directives.isEmpty {
            loop.interpreter(directives)
            directives.removeAll(keepingCapacity: true)
        }
        for (answer, completion) in waiting { completion(.success(answer)) }
        waiting.removeAll(keepingCapacity: true)
    }

    mutating func commit() -> Bool {
        guard isLogWritable else {
            batch = EventStore.Batch(firstOutcome: state.ordinal + 1)
            return true
        }
        do {
            try loop.store.commit(batch)
        } catch {
            loop.monitor.health = StoreHealth(error)
            loop.metrics.storeFailures.increment()
            nextRetry = watch.now + .milliseconds(500)
            return false
        }
        loop.answers.settle(batch.answers.map(\.key))
        batch = EventStore.Batch(firstOutcome: state.ordinal + 1)
        return true
    }

    private mutating func refuseWaiting() {
        let problem = Problem(
            .unavailable,
            "the change is kept, but what came of it cannot be; ask again with the same Idempotency-Key, or read",
            retryAfter: 2)
        for (_, completion) in waiting { completion(.failure(problem)) }
        waiting.removeAll(keepingCapacity: true)
    }

    /// The meshes of the sessions that changed, as readers are to see them. A mesh whose links or spares are others than those that were
    /// told of its version gets a new version first.
    private mutating func lookUp() -> [SessionView] {
        let news = changed.compactMap { view(of: $0) }
        let stale = news.filter { view in
            guard let old = loop.views.session(view.id), old.life == view.life else { return false }
            return view.mesh.version == old.mesh.version && !view.mesh.isSame(as: old.mesh)
        }.map(\.id).sorted()
        guard !stale.isEmpty, isLogWritable, watch.now >= nextRetry else { return news }
        carryOut(.control(.renewed(stale)))
        return changed.compactMap { view(of: $0) }
    }

    private func view(of id: SessionID) -> SessionView? {
        guard let mesh = state.controller.mesh(of: id) else { return nil }
        return SessionView(
            id: id, type: mesh.type, participants: mesh.participants, life: state.numbers.sessions[id]?.number ?? 0,
            mesh: Mesh(mesh, of: state.controller), bare: mesh.bareMembers)
    }

    private mutating func publish(_ news: [SessionView]) {
        // Numbers of servers come first: tables name them.
        if loop.relays.isFollowing, isPoolChanged { loop.relays.follow(state.servers, state.numbers) }
        for id in ended {
            guard loop.views.remove(id) != nil else { continue }
            loop.hub.dissolve(id)
            loop.relays.dissolve(id)
        }
        ended.removeAll(keepingCapacity: true)
        for view in news {
            if view.mesh.version != loop.views.session(view.id)?.mesh.version { fresh.insert(view.id) }
            loop.hub.publish(view)
            loop.views.publish(view)
            if loop.relays.isFollowing { loop.relays.follow(view, of: state, at: now) }
        }
        changed.removeAll(keepingCapacity: true)
        if isPoolChanged, watch.now - lastPool >= .milliseconds(500) || isPoolUrgent || !loop.views.current.isReady {
            publishPool()
        }
        if loop.relays.isFollowing {
            changed.formUnion(loop.relays.settle(time: loop.clock.now, at: now))
        }
        loop.views.update { figures in
            figures.isReady = true
            figures.position = position.seq
            (figures.participants, figures.served) = (state.controller.participantCount, state.controller.servedCount)
        }
    }

    private mutating func publishPool() {
        (isPoolChanged, isPoolUrgent) = (false, false)
        lastPool = watch.now
        let usage = loop.views.usage()
        loop.views.pool = state.servers.mapValues { record in
            let status: ServerStatus =
                record.isFailed
                ? .failed : loop.leases.isSuspect(record.id) ? .suspect : record.isDraining ? .draining : .up
            return ServerResponse(
                id: record.id, status: status, registration: record.registration, slots: record.slots,
                rented: usage[record.id]?.rented ?? 0, served: usage[record.id]?.served ?? 0,
                leaseSeconds: loop.leases.remaining(record.id, at: ServiceClock.uptime()),
                number: state.numbers.sites[record.id], heartbeatSeconds: loop.leases.heartbeat)
        }
    }
}
