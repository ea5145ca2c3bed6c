package import MeshTypes
import Synchronization

/// Which servers are heard of. Times are milliseconds of the monotonic clock, so that a wall clock that is set ends no
/// lease.
///
/// A server holds its registration for a while before its first heartbeat; from then on each heartbeat is a lease. A
/// lease that ran out makes a server suspect: nothing moves yet. It fails when another half of a lease passes in
/// silence. Two things are told apart from failures of servers: the service itself was away (its checks came late), and
/// most servers fell silent at once (its own network is more likely to be at fault); both give everybody more time.
package final class LeaseTable: Sendable {
    private struct Lease {
        var until: Double
        /// When it was last heard of.
        var heard = -Double.infinity
        var isSuspect = false
        /// Whether it was ever heard of, beyond its registration.
        var isBeating = false
        var available: Double?
        var participants: Int?
        /// Milliseconds from one heartbeat to the next, smoothed; `nil` before the second.
        var interval: Double?
        /// Whether the controller was told that it is silent.
        var isSilent = false
    }

    private struct State {
        var leases: [SiteID: Lease] = [:]
        var lastCheck: Double?
        var lastGrace = -Double.infinity
    }

    /// Servers that fell silent, and those that are heard of again.
    package struct Turns: Sendable {
        package var silent: [SiteID] = []
        package var heard: [SiteID] = []
    }

    private let state = Mutex(State())
    /// What a heartbeat holds, milliseconds.
    package let lease: Double
    /// What a registration holds.
    package let registration: Double
    /// Seconds from one heartbeat of a relay to the next: several must be lost before a lease runs out, and tables are fetched with them.
    package var heartbeat: Double { max(0.1, min(1, lease / 7500)) }
    /// Silence of this part of at least four servers at once is taken for a fault of the service's own network.
    static let partition = 0.5

    package init(lease: Duration, registration: Duration) {
        self.lease = lease / .milliseconds(1)
        self.registration = registration / .milliseconds(1)
    }

    /// A server is registered.
    package func register(_ id: SiteID, at now: Double) {
        state.withLock { state in
            // What is known of it stays, but that it is there.
            var lease = state.leases[id] ?? Lease(until: 0)
            lease.until = max(lease.until, now + registration)
            (lease.isSuspect, lease.isSilent) = (false, false)
            if lease.isBeating { lease.heard = now }
            state.leases[id] = lease
        }
    }

    /// A server is heard of.
    ///
    /// - Returns: whether that is nothing new. Else it held no lease, or was heard of for the first time, and the log
    ///   must say that it is there.
    @discardableResult
    package func renew(_ id: SiteID, at now: Double, available: Double? = nil, participants: Int? = nil) -> Bool {
        state.withLock { state in
            let old = state.leases[id]
            var interval = old?.interval
            if let heard = old?.heard, heard > 0, old?.isBeating == true {
                // Two within a moment are one that was sent again.
                let passed = max(1000 * heartbeat / 2, min(now - heard, lease))
                interval = interval.map { $0 + (passed - $0) / 4 } ?? passed
            }
            state.leases[id] = Lease(
                until: now + lease, heard: now, isBeating: true, available: available, participants: participants,
                interval: interval, isSilent: old?.isSilent ?? false)
            return old?.isBeating ?? false
        }
    }

    /// The log tells that a server is there, which was heard of just now or is taken to be.
    package func hold(_ id: SiteID, at now: Double) {
        if !isHeard(id, at: now) { renew(id, at: now) }
    }

    /// The log could not be told that a server is there: its next heartbeat is to be as the first.
    package func forgetBeat(_ id: SiteID) { state.withLock { $0.leases[id]?.isBeating = false } }

    /// Servers of which two heartbeats are missing, and those that were silent and are heard of again, since it was asked last.
    ///
    /// Nobody is moved for it; nobody is sent there either. Where most of four servers or more are silent at once, the service's own network is
    /// at fault, and none is told.
    package func turns(at now: Double) -> Turns {
        state.withLock { state in
            let beating = state.leases.filter { $0.value.isBeating && $0.value.heard > 0 }
            // A little more than two intervals, as none is met to the millisecond.
            let isLate = beating.mapValues { held in
                now - held.heard > 2.25 * (held.interval ?? lease / 3)
            }
            let late = isLate.count { $0.value }
            let isPartition = beating.count >= 4 && Double(late) > Self.partition * Double(beating.count)
            var turns = Turns()
            for (id, isLate) in isLate.sorted(by: { $0.key < $1.key }) where isLate != state.leases[id]?.isSilent {
                if isLate, isPartition { continue }
                state.leases[id]?.isSilent = isLate
                if isLate { turns.silent.append(id) } else { turns.heard.append(id) }
            }
            return turns
        }
    }

    /// Those who are linked with a server hear nothing of it. If it is not heard of here either within a quarter of a lease, it fails.
    package func doubt(_ id: SiteID, at now: Double) {
        state.withLock { state in
            // Whoever was heard of a moment ago is there, whatever others say.
            guard let held = state.leases[id], held.isBeating, now - held.heard > 2000 * heartbeat else { return }
            state.leases[id]?.until = min(held.until, now - lease / 4)
        }
    }

    /// A server leaves the pool.
    package func remove(_ id: SiteID) { state.withLock { $0.leases[id] = nil } }

    /// The service started: servers that sent heartbeats get two leases, the others a registration.
    ///
    /// - Parameter available: the parts of their capacity that servers could give when they were heard of last, where that was not all.
    package func restart(
        _ servers: [(id: SiteID, isBeating: Bool)], available: [SiteID: Double] = [:],
        now: Double = ServiceClock.uptime()
    ) {
        state.withLock { state in
            for (id, isBeating) in servers {
                state.leases[id] = Lease(
                    until: now + (isBeating ? 2 * lease : registration), isBeating: isBeating,
                    available: available[id])
            }
        }
    }

    /// Whether a server was heard of within a lease.
    package func isHeard(_ id: SiteID, at now: Double) -> Bool {
        state.withLock { $0.leases[id].map { now - $0.heard < lease } ?? false }
    }

    package func isSuspect(_ id: SiteID) -> Bool { state.withLock { $0.leases[id]?.isSuspect ?? false } }

    /// Seconds until the lease runs out.
    package func remaining(_ id: SiteID, at now: Double) -> Double {
        state.withLock { max(0, (($0.leases[id]?.until ?? now) - now).rounded() / 1000) }
    }

    /// The parts of their capacity that servers said they can give, where that is less than all.
    package func reduced() -> [SiteID: Double] {
        state.withLock { $0.leases.compactMapValues { $0.available.flatMap { $0 < 1 ? $0 : nil } } }
    }

    /// Servers that fail now: their leases ran out half a lease ago. They are forgotten until they are heard of.
    package func expired(at now: Double) -> [SiteID] {
        state.withLock { state in
            defer { state.lastCheck = now }
            // The service itself was away: nobody could have been heard.
            if let last = state.lastCheck, now - last > lease / 4 {
                for id in state.leases.keys {
                    state.leases[id]?.until += now - last
                    state.leases[id]?.heard += now - last
                }
                return []
            }
            var failed: [SiteID] = []
            for (id, held) in state.leases where now > held.until {
                state.leases[id]?.isSuspect = true
                if now > held.until + lease / 2 { failed.append(id) }
            }
            guard !failed.isEmpty else { return [] }
            let isPartition =
                state.leases.count >= 4 && Double(failed.count) > Self.partition * Double(state.leases.count)
            if isPartition, now - state.lastGrace > 8 * lease {
                state.lastGrace = now
                for id in failed { state.leases[id]?.until = now + 2 * lease }
                return []
            }
            for id in failed { state.leases[id] = nil }
            return failed.sorted()
        }
    }
}
