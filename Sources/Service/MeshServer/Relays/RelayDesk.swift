import MeshAPI
import MeshControl
import MeshTypes
import NIOCore
import Synchronization

/// What relays and participants need for media to flow by the meshes: forwarding tables for servers, views and keys for participants.
///
/// All of it follows from the meshes, the pool, the operator key and the folder's identity; nothing is kept. The controller's thread says what changed, requests
/// read. As long as no relay reports and no participant attaches there is nothing to do, and nothing is done.
final class RelayDesk: Sendable {
    private let state: Mutex<RelayState>
    /// Whether the controller's thread follows, and whether all that there was has been followed, so that requests find it.
    private let use = Mutex<(isFollowing: Bool, isOpen: Bool)>((false, false))

    init(_ key: OperatorKey, _ identity: FolderIdentity) { state = Mutex(RelayState(key, identity)) }

    /// Whether tables and views are there for requests.
    var isInUse: Bool { use.withLock { $0.isOpen } }

    // MARK: The controller's thread

    /// Whether changes are to be followed.
    var isFollowing: Bool { use.withLock { $0.isFollowing } }

    /// Somebody uses media from now on; says whether that is new, and all must be looked at once.
    func begin() -> Bool {
        use.withLock { use in
            defer { use.isFollowing = true }
            return !use.isFollowing
        }
    }

    /// All that there was has been followed.
    func open() { use.withLock { $0.isOpen = true } }

    /// What the pool is now.
    func follow(_ servers: [SiteID: ServerRecord], _ numbers: MediaNumbers) {
        state.withLock { $0.follow(servers, numbers) }
    }

    /// A session's mesh is another, or its people are.
    func follow(_ view: SessionView, of service: ServiceState, at now: Double) {
        guard let numbers = service.numbers.sessions[view.id] else { return }
        let controller = service.controller
        let standby = controller.standby(of: view.id)
        state.withLock { state in
            let further = state.further(of: view, standby: standby, at: now)
            let shape = RelayState.Shape(
                sites: view.mesh.sites, links: view.mesh.links, further: further)
            if state.sessions[view.id]?.shape != shape {
                state.shape(view.id, numbers.number, shape, controller.relayRoutes(of: view.id, further: further))
            }
            state.place(view, standby: standby)
        }
    }

    /// The sessions that would fall back to a site outside of their mesh.
    func sessions(leaningOn site: SiteID) -> [SessionID] {
        isFollowing
            ? state.withLock { state in state.sessions.filter { $0.value.shape.further.contains(site) }.map(\.key) }
            : []
    }

    /// A session is gone.
    func dissolve(_ id: SessionID) { state.withLock { $0.dissolve(id) } }

    /// Publishes what changed: tables for servers to fetch, views to those who listen.
    ///
    /// - Parameter time: What versions are told by; they also grow over a restart.
    /// - Returns: Sessions with sites that lingered long enough; to be followed again.
    func settle(time: ControlTime, at now: Double) -> [SessionID] {
        state.withLock { state in
            state.publish(time)
            return state.overdue(at: now)
        }
    }

    // MARK: Requests

    /// Takes a relay's report: the table to forward by, if that is another than it has, what it measured, and servers of which most who are linked with them
    /// hear nothing.
    func take(
        _ report: RelayReport, of site: SiteID
    ) -> (table: RelayTable?, measured: [MeasurementLine], silent: [SiteID]) {
        state.withLock { ($0.take(report, of: site), $0.measurements(report, of: site), $0.silent(by: report)) }
    }

    /// The part of its capacity that each relay is trusted with, where that is not all.
    func trust() -> [SiteID: Double] { isFollowing ? state.withLock { $0.trust() } : [:] }

    /// How a server's relay stands; `nil` for one that never reported.
    func status(of site: SiteID) -> RelayStatus? { state.withLock { $0.status(of: site) } }

    /// Everything that a participant needs to take part, except the token; `nil` for somebody whom the meshes do not have yet.
    func attach(
        _ id: ParticipantID, in session: SessionID, place: GeoCoordinate?, time: ControlTime
    ) -> Attachment? {
        state.withLock { $0.attach(id, in: session, place: place, time: time) }
    }

    /// Whether somebody has attached since the service started.
    func isAttached(_ id: ParticipantID) -> Bool { state.withLock { $0.attached[id] != nil } }

    /// A participant's views from now on, the present one first; `nil` for somebody who did not attach.
    func subscribe(
        _ id: ParticipantID, lastEvent: UInt64?
    ) -> (stream: AsyncStream<ByteBuffer>, end: @Sendable () -> Void)? {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingNewest(16))
        let isThere = state.withLock { $0.subscribe(id, lastEvent: lastEvent, continuation) }
        guard isThere else { return nil }
        return (stream, { continuation.finish() })
    }

    /// Sends a comment to all who listen, so that a connection that is gone is noticed.
    func keepAlive() {
        let all = state.withLock { state in state.attached.values.compactMap(\.subscriber) }
        for subscriber in all { subscriber.yield(ByteBuffer(string: ": still here\n\n")) }
    }

    /// Ends all streams.
    func close() {
        let all = state.withLock { state in state.attached.values.compactMap(\.subscriber) }
        all.forEach { $0.finish() }
    }
}
