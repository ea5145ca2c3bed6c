public import MediaTransport
public import MeshAPI

/// An edge server: a relay that a controller looks after, and that goes on without one.
///
/// It registers, then reports at the rate that its lease says and takes what tables it is given. What fails is tried again, at half that
/// rate; meanwhile media go on by the last table. A controller that does not know it any more gets its registration again.
public final class EdgeAgent: Sendable {
    /// What the agent tells of itself as it goes.
    public enum Event: Sendable, Hashable {
        /// The controller knows it.
        case registered(site: UInt16)
        /// It forwards by this table.
        case adopted(version: UInt64)
        /// A table made no sense; the last one stays.
        case refusedTable(String)
        /// The controller could not be reached, or said no.
        case controllerFailed(String)
        /// The controller, which did not know it any more, gave it another number: it has to start anew.
        case renumbered(site: UInt16)
        /// Nobody is left, after it was told to empty itself.
        case drained
    }

    private let id: String
    private let registration: ServerRequest
    private let control: any EdgeControlPlane
    private let loop: RelayLoop
    private let tell: @Sendable (Event) -> Void

    /// Where it takes datagrams.
    public var address: PeerAddress { loop.address }

    /// An agent around a relay that runs.
    ///
    /// - Parameters:
    ///   - registration: Its address is filled in if it has none.
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
        var pause = 0.25
        while true {
            do {
                return try await control.register(registration, id: id)
            } catch let problem as Problem where (400..<500).contains(problem.status) && problem.status != 429 {
                throw problem
            } catch {
                try Task.checkCancellation()
                tell(.controllerFailed("\(error)"))
                try await Task.sleep(for: .seconds(pause))
                pause = min(10, pause * 2)
            }
        }
    }

    /// Reports and follows until the task is cancelled, a drain that the controller asked for is done, or it has to start anew.
    ///
    /// - Returns: Whether it was drained.
    @discardableResult
    public func run(lease: ServerLease) async -> Bool {
        tell(.registered(site: lease.site))
        var (pause, beats) = (lease.heartbeatEvery, 0)
        while !Task.isCancelled {
            beats += 1
            let isDetailed = beats % 5 == 1
            guard let report = await loop.perform({ relay, _ in relay.report(detailed: isDetailed) })
            else { return false }
            do {
                let reply = try await control.heartbeat(report, id: id)
                pause = lease.heartbeatEvery
                if reply.mustRegister {
                    let next = try await control.register(registration, id: id)
                    guard next.site == lease.site else {
                        tell(.renumbered(site: next.site))
                        return false
                    }
                }
                if let table = reply.table { await adopt(table) }
                await loop.perform { relay, _ in relay.drain(reply.drain) }
                if reply.drain, report.isDraining, report.participants == 0 {
                    tell(.drained)
                    return true
                }
            } catch {
                tell(.controllerFailed("\(error)"))
                // Soon enough that all is known again two heartbeats after the controller is back.
                pause = min(2 * lease.heartbeatEvery, pause * 1.5)
            }
            try? await Task.sleep(for: .seconds(pause))
        }
        return false
    }

    private func adopt(_ table: RelayTable) async {
        let outcome = await loop.perform { relay, now -> Event? in
            do throws(TableRefusal) {
                return try relay.adopt(table, at: now) ? .adopted(version: table.version) : nil
            } catch {
                return .refusedTable(error.description)
            }
        }
        if let event = outcome ?? nil { tell(event) }
    }
}
