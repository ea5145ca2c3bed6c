import MeshAPI
import MeshControl
import MeshTypes
import Synchronization

/// Which sessions rent which slots, as directives tell: what a server hears in its heartbeats, and what provisioners
/// are asked for.
final class Tenancy: Sendable {
    private let state = Mutex<[SiteID: [SessionID: Int]]>([:])
    private let views: Views

    init(views: Views) { self.views = views }

    /// Takes note of what is rented and given back. Returns sites that became used, and sites that became free.
    func follow(_ directives: [Directive]) -> (used: Set<SiteID>, free: Set<SiteID>) {
        state.withLock { state in
            var used: Set<SiteID> = []
            var free: Set<SiteID> = []
            func change(_ session: SessionID, _ site: SiteID, by servers: Int) {
                if state[site] == nil, servers > 0 { used.insert(site) }
                let left = max(0, (state[site]?[session] ?? 0) + servers)
                state[site, default: [:]][session] = left == 0 ? nil : left
                if state[site]?.isEmpty == true {
                    state[site] = nil
                    if used.remove(site) == nil { free.insert(site) }
                } else {
                    free.remove(site)
                }
            }
            for directive in directives {
                switch directive {
                case .step(.provision(let session, let site, let servers)): change(session, site, by: servers)
                case .step(.release(let session, let site, let servers)): change(session, site, by: -servers)
                case .dissolve(let session):
                    for site in state.keys.filter({ state[$0]?[session] != nil }).sorted() {
                        change(session, site, by: -(state[site]?[session] ?? 0))
                    }
                default: break
                }
            }
            return (used, free)
        }
    }

    /// Starts from what the meshes say, after a restart.
    func restore(_ meshes: [(SessionID, [SiteID: Int])]) {
        state.withLock { state in
            state = [:]
            for (session, servers) in meshes {
                for (site, count) in servers { state[site, default: [:]][session] = count }
            }
        }
    }

    /// The sessions that rent slots of a server.
    func sessions(at site: SiteID) -> [LeasedSession] {
        let rented = state.withLock { $0[site] ?? [:] }
        return rented.sorted { $0.key < $1.key }.map { session, slots in
            LeasedSession(session: session, version: views.session(session)?.mesh.version ?? 0, slots: slots)
        }
    }
}
