import DenseMatrices
import MeshTypes

/// What of a planned world still stands in a neighbour of it.
///
/// Looked into closely where only sites, links and policies change, as when something fails. Where people or their
/// latencies change too, everything counts as touched.
struct WorldChange {
    let old: PlannedWorld
    let new: PlanningWorld
    /// Whether sites, people and access latencies are those of the old world, so that numbers agree.
    private let isComparable: Bool
    /// Whether nothing got better: no price, no server, no way.
    private let isNoBetter: Bool
    /// Sites at which prices or servers' loads changed, or where more is rented than there is.
    private let isTouched: [Bool]

    init(_ old: PlannedWorld, snapshot: Snapshot, world: PlanningWorld) {
        self.old = old
        new = world
        let before = old.world.sites
        isComparable =
            before.map(\.id) == world.sites.map(\.id) && old.world.sessions.map(\.id) == world.sessions.map(\.id)
            && old.snapshot.participants == snapshot.participants && old.snapshot.profiles == snapshot.profiles
            && old.snapshot.accessLatency == snapshot.accessLatency && old.snapshot.previous == snapshot.previous
        guard isComparable else {
            isNoBetter = false
            isTouched = []
            return
        }
        isNoBetter =
            zip(before, world.sites).allSatisfy { one, other in
                other.price >= one.price && other.freeServers <= one.freeServers
                    && other.loadPerServer <= one.loadPerServer
            }
            && zip(old.world.routed.elements, world.routed.elements).allSatisfy { $0 <= $1 }
        var rented = [Int](repeating: 0, count: before.count)
        for draft in old.drafts { for site in rented.indices { rented[site] += draft.servers[site] } }
        isTouched = world.sites.indices.map { site in
            before[site].price != world.sites[site].price
                || before[site].loadPerServer != world.sites[site].loadPerServer
                || rented[site] > world.sites[site].freeServers
        }
    }

    /// Whether the mesh of a session costs what it cost, and nothing came up that could improve it.
    func keepsMesh(_ index: Int) -> Bool {
        guard isComparable, isNoBetter, keepsPolicy(index) else { return false }
        let open = new.sites.indices.filter { old.drafts[index].servers[$0] > 0 }
        return open.allSatisfy { from in
            !isTouched[from] && open.allSatisfy { new.routed[from, $0] == old.world.routed[from, $0] }
        }
    }

    /// The bound of a session, if it is still what it was.
    func keptBound(_ index: Int) -> BoundEvidence? {
        guard isComparable, isNoBetter, keepsPolicy(index), let evidence = old.bounds[index] else { return nil }
        let count = new.siteCount
        let stands = evidence.pairs.allSatisfy { pair in
            let (from, to) = pair.quotientAndRemainder(dividingBy: count)
            return new.sites[from].freeServers > 0 && new.sites[to].freeServers > 0
                && new.routed[from, to] == old.world.routed[from, to]
        }
        guard stands else { return nil }
        let session = new.sessions[index]
        let load = session.participants.indices.reduce(0) {
            $0 + (session.isWithinReach[$1] ? session.loads[$1] : 0)
        }
        return RentBasis(load: load, new) == evidence.rent ? evidence : nil
    }

    private func keepsPolicy(_ index: Int) -> Bool {
        old.world.sessions[index].policy == new.sessions[index].policy
    }

    /// Where the old mesh of a session served each participant, in the new numbers; -1 for who has no such place.
    func start(of session: SessionProblem) -> [Int] {
        guard let index = old.world.sessions.firstIndex(where: { $0.id == session.id }) else {
            return Array(repeating: -1, count: session.count)
        }
        if isComparable { return old.drafts[index].site }
        let numbers = Dictionary(
            new.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let places = old.world.sites.map { numbers[$0.id] ?? -1 }
        let before = old.world.sessions[index]
        let sites = Dictionary(
            zip(before.participants, old.drafts[index].site.map { $0 < 0 ? -1 : places[$0] }),
            uniquingKeysWith: { first, _ in first })
        return session.participants.map { sites[$0] ?? -1 }
    }
}
