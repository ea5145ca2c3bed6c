public import MediaTransport
public import MeshAPI
internal import Synchronization

/// An edge server: a relay that a controller looks after, and that goes on without one.
///
/// It registers, then reports at the rate that its lease says and takes what tables it is given. What fails is tried again, at half that
/// rate; meanwhile media go on by the last table. A controller that does not know it any more gets its registration again. Told to leave, it lets nobody in, has
/// its participants go to their spares, and ends when nobody is left.
public final class EdgeAgent: Sendable {
    /// What the agent tells of itself as it goes.
    public enum Event: Sendable, Hashable {
        /// The controller knows it.
        case registered(site: UInt16)
        /// It forwards by this table.
        case adopted(version: UInt64)
        /// A table made no sense, or is not to be followed; the last one stays. Told once as long as the reason is the same.
        case refusedTable(String)
        /// The controller could not be reached, or said no. Told once as long as the reason is the same.
        case controllerFailed(String)
        /// It can be reached again.
        case controllerBack
        /// The controller, which did not know it any more, gave it another number: it starts anew when nobody is attached.
        case renumbered(site: UInt16)
        /// Another process runs under the server's name: this one ends.
        case replaced(String)
        /// The controller gave another token in the place of the one that is shown.
        case renewed(token: String)
        /// Nobody is left, after it was told to empty itself.
        case drained
    }

    private let id: String
    private let registration: ServerRequest
    private let control: any EdgeControlPlane
    private let loop: RelayLoop
    private let tell: @Sendable (Event) -> Void
    private let isLeaving = Mutex(false)
    private let told = Mutex<(failure: String?, refusal: String?)>((nil, nil))

    /// Where it takes datagrams.
    public var address: PeerAddress { loop.address }

    /// A name for a process, which no other process has: 64 random bits as 16 hexadecimal digits.
    public static func freshInstance() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// An agent around a relay that runs.
    ///
    /// - Parameters:
    ///   - registration: As it was registered. Its address is filled in if it has none.
    ///   - tell: Called with what happens.
    public init(
        id: String, registration: ServerRequest, control: any EdgeControlPlane, loop: RelayLoop,
        tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.id = id
        var registration = registration
        if registration.address == nil { registration.address = loop.address.description }
        self.registration = registration
        self.control = control
        self.loop = loop
        self.tell = tell
    }

    /// Registers with a controller, so that the site's number is known before there is a relay. Tries until it works or the task is cancelled.
    public static func register(
        _ registration: ServerRequest, id: String, control: any EdgeControlPlane,
        tell: @escaping @Sendable (Event) -> Void = { _ in }
    ) async throws -> ServerLease {
        var (pause, told) = (0.25, "")
        while true {
            do {
                return try await control.register(registration, id: id)
            } catch let problem as Problem where (400..<500).contains(problem.status) && problem.status != 429 {
                throw problem
            } catch {
                try Task.checkCancellation()
                if told != "\(error)" { tell(.controllerFailed("\(error)")) }
                told = "\(error)"
                try await Task.sleep(for: .seconds(pause))
                pause = min(10, pause * 2)
            }
        }
    }

    /// Empties the server, and ends ``run(lease:)`` when nobody is left.
    public func leave() async {
        isLeaving.withLock { $0 = true }
        await loop.perform { relay, _ in relay.drain() }
        // Who cannot be told finds the server silent later.
        try? await control.drain(id: id)
    }

    /// Reports and follows until the task is cancelled, a drain that the controller asked for is done, or it has to start anew.
    ///
    /// - Returns: Whether it was drained.
    @discardableResult
    public func run(lease: ServerLease) async -> Bool {
        tell(.registered(site: lease.site))
        var (pause, beats, renumbered) = (lease.heartbeatEvery, 0, UInt16?.none)
        while !Task.isCancelled {
            beats += 1
            let isDetailed = beats % 5 == 1
            guard let report = await loop.perform({ relay, _ in relay.report(detailed: isDetailed) })
            else { return false }
            let isEmpty = report.participants + report.reserves == 0
            if renumbered != nil, isEmpty { return false }
            do {
                let heartbeat = HeartbeatRequest(
                    participants: report.participants, relay: report, instance: registration.instance)
                let reply = try await control.heartbeat(heartbeat, id: id)
                pause = lease.heartbeatEvery
                if told.withLock({ $0.failure.take() }) != nil { tell(.controllerBack) }
                if let token = reply.token { tell(.renewed(token: token)) }
                if reply.mustRegister {
                    let next = try await control.register(registration, id: id)
                    if next.site != lease.site, renumbered != next.site {
                        tell(.renumbered(site: next.site))
                        renumbered = next.site
                        // Whoever is attached stays: a controller that forgot it is no reason to let them go.
                        if isEmpty { return false }
                    }
                }
                if let table = reply.table, renumbered == nil { await adopt(table) }
                let drains = reply.drain || isLeaving.withLock { $0 }
                await loop.perform { relay, _ in relay.drain(drains) }
                if drains, report.isDraining, report.participants == 0 {
                    tell(.drained)
                    return true
                }
            } catch let problem as Problem where problem.status == 409 {
                tell(.replaced(problem.detail))
                return false
            } catch {
                fail("\(error)")
                // Soon enough that all is known again two heartbeats after the controller is back.
                pause = min(2 * lease.heartbeatEvery, pause * 1.5)
                if isLeaving.withLock({ $0 }), report.participants == 0 {
                    tell(.drained)
                    return true
                }
            }
            try? await Task.sleep(for: .seconds(pause))
        }
        return false
    }

    private func fail(_ reason: String) {
        let isNew = told.withLock { told in
            defer { told.failure = reason }
            return told.failure != reason
        }
        if isNew { tell(.controllerFailed(reason)) }
    }

    private func adopt(_ table: RelayTable) async {
        let outcome = await loop.perform { relay, now -> Event? in
            do throws(TableRefusal) {
                return try relay.adopt(table, at: now) ? .adopted(version: table.version) : nil
            } catch {
                return .refusedTable(error.description)
            }
        }
        guard let event = outcome ?? nil else { return }
        var reason: String?
        if case .refusedTable(let text) = event { reason = text }
        let isNew = told.withLock { told in
            defer { told.refusal = reason }
            return reason == nil || told.refusal != reason
        }
        if isNew { tell(event) }
    }
}
