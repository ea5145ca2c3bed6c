import MeshAPI
import MeshControl
import MeshTypes
import Synchronization

/// What readers read: published by the controller's thread, read by all others. A reader holds a lock only for as long
/// as it takes to look one thing up; nobody waits for a tick.
final class Views: Sendable {
    private static let shardCount = 64

    private struct Shard: Sendable {
        var sessions: [SessionID: SessionView] = [:]
        var participants: [ParticipantID: Seat] = [:]
        /// The sessions of those who go by a name in theirs.
        var homes: [ParticipantID: [SessionID]] = [:]
        /// Everybody in a session, whether its view names them yet or not.
        var members: [SessionID: Set<ParticipantID>] = [:]
    }

    /// Where somebody is, and since which command.
    struct Seat: Sendable, Hashable {
        var session: SessionID
        var tenure: Int64
    }

    private let revokedTokens = Mutex<Set<String>>([])
    private let shards: [Locked<Shard>]
    private let poolState = Mutex<[SiteID: ServerResponse]>([:])
    private let figures = Mutex(Figures())

    /// Sums and the last tick, for metrics and readiness.
    struct Figures: Sendable {
        var isReady = false
        var reason = "the service is starting"
        var sessions = 0
        /// Participants, and those of them who are served, of one moment.
        var participants = 0
        var served = 0
        var lastTick: TickReport?
        var position: Int64 = 0
    }

    init() { shards = (0..<Self.shardCount).map { _ in Locked(Shard()) } }

    private func shard(_ name: String) -> Locked<Shard> {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return shards[Int(truncatingIfNeeded: hash % UInt64(Self.shardCount))]
    }

    func session(_ id: SessionID) -> SessionView? { shard(id.description).withLock { $0.sessions[id] } }

    /// The session that somebody is in, whom the log names so.
    func session(of id: ParticipantID) -> SessionID? { seat(of: id)?.session }

    /// The same, and since when.
    func seat(of id: ParticipantID) -> Seat? { shard(id.description).withLock { $0.participants[id] } }

    /// Whether a token was revoked.
    func isRevoked(_ token: String) -> Bool { revokedTokens.withLock { $0.contains(token) } }

    /// The tokens that are revoked now.
    func revoke(_ tokens: [String: ControlTime]) { revokedTokens.withLock { $0 = Set(tokens.keys) } }

    /// The sessions in which somebody goes by a name.
    func sessions(ofAny name: ParticipantID) -> [SessionID] {
        shard(name.description).withLock { $0.homes[name] ?? [] }
    }

    /// Sessions by identifier, those after one.
    ///
    /// - Complexity: O(sessions log sessions).
    func sessions(after: SessionID?, limit: Int) -> Page<SessionSummary> {
        let views = shards.flatMap { shard in
            shard.withLock { shard in shard.sessions.values.filter { view in after.map { $0 < view.id } ?? true } }
        }.sorted { $0.id < $1.id }
        return Page(
            items: views.prefix(limit).map(\.summary),
            next: views.count > limit ? views[limit - 1].id.description : nil)
    }

    func publish(_ view: SessionView) { shard(view.id.description).withLock { $0.sessions[view.id] = view } }

    func remove(_ id: SessionID) -> SessionView? {
        shard(id.description).withLock { $0.sessions.removeValue(forKey: id) }
    }

    /// Somebody is in a session from now on, or in none.
    func place(_ id: ParticipantID, in session: SessionID?, tenure: Int64 = 0) {
        let old = shard(id.description).withLock { shard in
            defer { shard.participants[id] = session.map { Seat(session: $0, tenure: tenure) } }
            return shard.participants[id]?.session
        }
        guard old != session else { return }
        let name = id.local
        shard(name.description).withLock { shard in
            var homes = shard.homes[name] ?? []
            if let old, let index = homes.firstIndex(of: old) { homes.remove(at: index) }
            if let session { homes.append(session) }
            shard.homes[name] = homes.isEmpty ? nil : homes
        }
        if let old {
            shard(old.description).withLock { shard in
                shard.members[old]?.remove(id)
                if shard.members[old]?.isEmpty == true { shard.members[old] = nil }
            }
        }
        if let session { _ = shard(session.description).withLock { $0.members[session, default: []].insert(id) } }
    }

    /// A session has ended: nobody is in it any more. Returns who was.
    func dismiss(_ session: SessionID) -> Set<ParticipantID> {
        let members = shard(session.description).withLock { $0.members[session] ?? [] }
        for member in members { place(member, in: nil) }
        return members
    }

    /// The sessions whose meshes have servers at a site.
    ///
    /// - Complexity: O(sessions).
    func sessions(at site: SiteID) -> [SessionID] {
        shards.flatMap { shard in
            shard.withLock { shard in
                shard.sessions.values.filter { $0.mesh.servers[site] != nil }.map(\.id)
            }
        }
    }

    /// What all sessions together rent and serve at each site.
    ///
    /// - Complexity: O(sessions).
    func usage() -> [SiteID: (rented: Int, served: Int)] {
        var usage: [SiteID: (rented: Int, served: Int)] = [:]
        for view in shards.flatMap({ shard in shard.withLock { Array($0.sessions.values) } }) {
            for (site, servers) in view.mesh.servers { usage[site, default: (0, 0)].rented += servers }
            for (site, people) in view.counts { usage[site, default: (0, 0)].served += people }
        }
        return usage
    }

    /// Everybody who is placed in some session.
    var placedCount: Int { shards.reduce(0) { sum, shard in sum + shard.withLock { $0.participants.count } } }
    var sessionCount: Int { shards.reduce(0) { sum, shard in sum + shard.withLock { $0.sessions.count } } }

    var pool: [SiteID: ServerResponse] {
        get { poolState.withLock { $0 } }
        set { poolState.withLock { $0 = newValue } }
    }

    func server(_ id: SiteID) -> ServerResponse? { poolState.withLock { $0[id] } }

    var current: Figures { figures.withLock { $0 } }

    func update(_ change: (inout Figures) -> Void) { figures.withLock { change(&$0) } }
}

/// A value behind a lock, as an object of its own so that an array can hold several.
final class Locked<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try mutex.withLock { try body(&$0) }
    }
}
