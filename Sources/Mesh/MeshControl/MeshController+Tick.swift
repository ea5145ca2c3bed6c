import MeshPlanning
import MeshTypes
public import Optimization

extension MeshController {
    /// Sessions without changes that a tick looks at too, when there is time: what the network did to them shows here.
    static let sweepLength = 16
    /// Ticks of cool-down from which on a move is charged all that restraint asks.
    static let restrainedTicks = 10.0

    /// Carries out a tick by a deadline.
    ///
    /// Whatever the deadline, everybody who can be served keeps a server and the meshes can be published; what was not reached is
    /// first in the next tick. Log the tick with the units of work that it did.
    ///
    /// - Parameters:
    ///   - time: the time of the tick.
    ///   - deadline: when it must end, on the monotonic clock; `nil` for never.
    ///   - interrupter: what else may end it, from another thread.
    /// - Complexity: O(members * (sites + candidates)) and up a session with changes; the guide has figures.
    public mutating func tick(
        at time: ControlTime, deadline: ContinuousClock.Instant? = nil, interrupter: Interrupter? = nil
    ) -> TickOutcome {
        advance(to: time)
        settle()
        let monitor = StopMonitor(criteria: StoppingCriteria(deadline: deadline), interrupter: interrupter)
        return tick(WorkGauge(monitor: monitor, pace: pace))
    }

    mutating func tick(_ gauge: WorkGauge) -> TickOutcome {
        var gauge = gauge
        tickNumber += 1
        world.moveBudget = configuration.moveBudget ?? Int.max / 4
        tally = TickTally()
        var report = TickReport()
        report.tick = tickNumber
        var clock = StageClock()
        let planners = (0..<max(1, configuration.threads)).map { _ in TickPlanner(flow: solvers.flow) }
        master = PoolMaster()
        quietTicks = queue.count > 0 ? 0 : quietTicks + 1
        let interval = Double(max(1, now.milliseconds - lastTickTime)) / 1000
        world.pool.restraint = .init(
            charge: restraint / Double(1 + quietTicks), cooldown: Self.restrainedTicks * interval)
        lastTickTime = now.milliseconds
        relieveLinks()
        observeDemand()
        clock.lap("prepare", &report)
        var directives = planWaiting(planners, &gauge, &report)
        directives += settleFirstPlan(planners, &gauge, &report)
        clock.lap("plan", &report)
        if report.sessionsWaiting == 0, sweep(planners, &gauge, &directives, &report) { report.stage = .swept }
        clock.lap("sweep", &report)
        if report.sessionsWaiting == 0 {
            directives += runMaster(planners, &gauge)
            clock.lap("master", &report)
        }
        if tally.released.contains(where: { world.pool.entries[Int($0)].free > 0 }) { lineUpShort() }
        report.master = MasterReport(master.counts, flows: planners.reduce(0) { $0 + $1.flows })
        report.work = gauge.units
        pace = gauge.pace
        report.wasCut = report.sessionsWaiting > 0
        tell(directives, &report)
        explain(&report)
        isTickOver = true
        directives.append(.scheduleTick(now.advanced(byMilliseconds: configuration.tickInterval)))
        return TickOutcome(directives: directives, report: report)
    }

    /// Plans the sessions with changes, those first whose meshes cannot stay as they are. Those for which there is no time stay in
    /// line; of them, those whose meshes cannot stay are repaired whatever the time.
    mutating func planWaiting(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ report: inout TickReport, isSweep: Bool = false
    ) -> [Directive] {
        let all = queue.takeAll()
        let isBroken = all.map { needsRepair(Int($0)) }
        let waiting = zip(all, isBroken).filter(\.1).map(\.0) + zip(all, isBroken).filter { !$0.1 }.map(\.0)
        let brokenCount = isBroken.count { $0 }
        gauge.membersToRepair = waiting.prefix(brokenCount).reduce(0) { $0 + memberCount(of: $1) }
        var directives: [Directive] = []
        var position = 0
        while position < waiting.count {
            guard gauge.begin(members: SessionBatch.fullAt(planned: report.sessionsPlanned), threads: planners.count)
            else {
                for place in position..<waiting.count {
                    directives += postpone(Int(waiting[place]), isBroken: place < brokenCount, planners[0], &gauge)
                }
                break
            }
            let first = position
            directives += planNext(waiting, &position, planners, &gauge, &report, isSweep: isSweep)
            gauge.finish(members: waiting[first..<position].reduce(0) { $0 + memberCount(of: $1) })
            for place in first..<min(position, max(first, brokenCount)) {
                gauge.membersToRepair -= memberCount(of: waiting[place])
            }
        }
        gauge.membersToRepair = 0
        report.sessionsWaiting = queue.count
        if report.sessionsWaiting == 0 { report.stage = .improved }
        return directives
    }

    private func memberCount(of number: Int32) -> Int { sessions[Int(number)]?.members.count ?? 0 }

    /// Leaves a session for the next tick, with a mesh that can stay until then.
    private mutating func postpone(
        _ number: Int, isBroken: Bool, _ planner: TickPlanner, _ gauge: inout WorkGauge
    ) -> [Directive] {
        guard isBroken, let session = sessions[number] else {
            if sessions[number] != nil { queue.add(number) }
            return []
        }
        queue.add(number, isUrgent: session.served < session.members.count)
        var directives: [Directive] = []
        gauge.repair(members: session.members.count) {
            var unlimited = WorkGauge(limit: .max)
            directives = plan(number, .repair, planner, &unlimited, certifies: false)
        }
        return directives
    }

    /// Plans the next sessions in line: a batch of usual ones, or a single large one.
    private mutating func planNext(
        _ waiting: [Int32], _ position: inout Int, _ planners: [TickPlanner], _ gauge: inout WorkGauge,
        _ report: inout TickReport, isSweep: Bool = false
    ) -> [Directive] {
        var numbers: [Int32] = []
        var members = 0
        let full = SessionBatch.fullAt(planned: report.sessionsPlanned)
        while position < waiting.count, numbers.count < SessionBatch.length, members < full {
            let number = waiting[position]
            let size = sessions[Int(number)]?.members.count ?? 0
            if size > SessionBatch.memberLimit || world.moveBudget < Int.max / 8 {
                guard numbers.isEmpty else { break }
                position += 1
                guard let session = sessions[Int(number)] else { continue }
                report.sessionsPlanned += 1
                return plan(Int(number), effort(for: session, isSweep), planners[0], &gauge, certifies: true)
            }
            if sessions[Int(number)] != nil { numbers.append(number) }
            members += size
            position += 1
        }
        report.sessionsPlanned += numbers.count
        return planBatch(numbers, gauge.isShared ? planners : [planners[0]], &report, isSweep)
    }

    /// How far a session is to be searched: from nothing until it has been certified once, and once more from nothing when the sweep
    /// comes to it.
    private func effort(for session: TickSession, _ isSweep: Bool) -> TickPlanner.Effort {
        session.figures.facilityBound == 0 ? .new : isSweep ? .second : .update
    }

    private mutating func planBatch(
        _ numbers: [Int32], _ planners: [TickPlanner], _ report: inout TickReport, _ isSweep: Bool
    ) -> [Directive] {
        var entries: [SessionBatch.Entry] = []
        var before: [TickSession] = []
        entries.reserveCapacity(numbers.count)
        before.reserveCapacity(numbers.count)
        for number in numbers {
            guard let session = sessions[Int(number)] else { continue }
            // Taken out, so that the paths that the session keeps are changed where they are.
            sessions[Int(number)] = nil
            refreshDepartures(session)
            before.append(session.withoutCaches)
            entries.append(.init(number: number, session: session, effort: effort(for: session, isSweep)))
        }
        SessionBatch.plan(&entries, world, departures, planners)
        var directives: [Directive] = []
        for (entry, before) in zip(entries, before) {
            let number = Int(entry.number)
            if world.pool.admits(entry.change), !interrupts(entry.session, entry.change) {
                if let wider = entry.wider { master.add(wider, to: number, entry.session, world.pool) }
                directives += book(number, entry.session, entry.change, before.figures, before.served)
            } else {
                // What others of the batch took first is gone, or people would have to change places on full servers: planned again as it
                // was, on what is left, by single moves.
                sessions[number] = before
                var gauge = WorkGauge(limit: .max)
                directives += plan(number, entry.effort, TickPlanner(), &gauge, certifies: true)
            }
        }
        return directives
    }

    /// Looks at some sessions without changes, in turn. Says whether it came to its end.
    private mutating func sweep(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ directives: inout [Directive], _ report: inout TickReport
    ) -> Bool {
        guard !sessions.isEmpty else { return true }
        var turn: [Int32] = []
        for _ in 0..<min(Self.sweepLength, sessions.count) {
            sweepPosition = sweepPosition + 1 < sessions.count ? sweepPosition + 1 : 0
            if sessions[sweepPosition] != nil { turn.append(Int32(sweepPosition)) }
        }
        var position = 0
        while position < turn.count {
            guard gauge.begin(members: SessionBatch.fullAt(planned: report.sessionsPlanned), threads: planners.count)
            else { return false }
            let first = position
            directives += planNext(turn, &position, planners, &gauge, &report, isSweep: true)
            gauge.finish(members: turn[first..<position].reduce(0) { $0 + memberCount(of: $1) })
        }
        return true
    }

    private mutating func tell(_ directives: [Directive], _ report: inout TickReport) {
        boundUncertified()
        for directive in directives {
            if case .step(let step) = directive, case .move = step { report.moves += 1 }
        }
        report.participants = people.count
        report.served = totals.served
        report.objective = totals.objective
        report.bound = totals.pairBound
        report.overloads = world.pool.entries.count { $0.rented > $0.usable }
        report.tangentGap = Self.gap(totals.priced, totals.facilityBound)
        report.gap = Self.gap(totals.objective, totals.pairBound)
    }

    static func gap(_ objective: Double, _ bound: Double) -> Double? {
        if objective <= bound { return 0 }
        // Sums that sessions were added to and taken from: what is left of them when no session is certified is rounding.
        return bound > 1e-9 * objective ? (objective - bound) / bound : nil
    }
}

/// Laps of wall-clock time, for the report alone.
struct StageClock {
    private var last = ContinuousClock.now

    mutating func lap(_ name: String, _ report: inout TickReport) {
        let now = ContinuousClock.now
        let (seconds, attoseconds) = last.duration(to: now).components
        report.stages.append(.init(name: name, seconds: Double(seconds) + Double(attoseconds) / 1e18))
        last = now
    }
}
