import MeshPlanning
public import MeshTypes

extension MeshController {
    /// The links and media routes of a session's mesh, and where each site's people go when it fails; `nil` for a session that
    /// is not there.
    ///
    /// They follow from the mesh and from the latencies between its sites, so nothing of them is stored. A link stands between two
    /// sites unless media come as quickly over a third site of the mesh; where the policy limits the links at a site or asks that the
    /// mesh hold when a link fails, ``MeshPlanning/TopologyPlanner`` chooses them. Trees are those of
    /// ``MeshPlanning/RoutingState``.
    ///
    /// - Complexity: O(sites^3) of the mesh and O(members); with a limit, as the topology's search.
    public func routes(of id: SessionID) -> SessionRoutes? {
        guard let mesh = routedMesh(id) else { return nil }
        var routes = SessionRoutes(routes: [], links: mesh.links)
        guard var state = mesh.state else { return routes }
        routes.routes = (state.routes(of: 0, sites: mesh.names) ?? []).map { route in
            var route = route
            route.version = max(1, mesh.version)
            return route
        }
        for (site, spare) in state.spareSites(of: Array(mesh.names.indices)).enumerated() {
            if let spare { routes.spareSites[mesh.names[site]] = mesh.names[spare] }
        }
        return routes
    }

    /// What each site of a session's mesh does with media, with a detour for each next hop that may fail, by site; `nil` for a
    /// session that is not there.
    ///
    /// - Complexity: that of ``routes(of:)``, and a search a hop for its detour.
    public func forwardingTables(of id: SessionID) -> [ForwardingTable]? {
        guard let mesh = routedMesh(id) else { return nil }
        guard var state = mesh.state else { return [] }
        return mesh.names.indices.map { site in
            var table = RoutingState.named(state.forwardingTable(of: site), sites: mesh.names) { _ in id }
            table.version = max(1, mesh.version)
            return table
        }.sorted { $0.site < $1.site }
    }

    /// Where each participant of a session goes when their site fails: the nearest other site of the mesh. Nobody is named for
    /// whom there is none.
    ///
    /// - Complexity: O(members * sites of the mesh).
    public func spares(of id: SessionID) -> [ParticipantID: SiteID] {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return [:] }
        let held = Self.held(session)
        var spares: [ParticipantID: SiteID] = [:]
        for member in session.members where member.site >= 0 {
            let row = Int(member.node) * world.field.stride
            let others = held.filter {
                $0 != Int(member.site) && world.pool.entries[$0].usable > 0
                    && world.field.access[row + $0] < LatencyField.unreachable
            }
            let nearest = others.min { (world.field.access[row + $0], $0) < (world.field.access[row + $1], $1) }
            if let nearest { spares[people[member.slot].id] = sites.id(nearest) }
        }
        return spares
    }

    /// A mesh with its links, and its media on them.
    struct RoutedMesh {
        var names: [SiteID]
        var links: [SiteLink]
        var state: RoutingState?
        var version: Int
    }

    func routedMesh(_ id: SessionID) -> RoutedMesh? {
        guard let number = sessionNumbers[id], let session = sessions[number] else { return nil }
        let held = Self.held(session)
        let pairs = keptLinks(between: held, session.policy)
        let names = held.map { sites.id($0) }
        let links = pairs.flatMap { pair in
            let (first, second) = (names[pair.first], names[pair.second])
            return [SiteLink(from: first, to: second), SiteLink(from: second, to: first)]
        }.sorted()
        return RoutedMesh(
            names: names, links: links, state: routingState(of: session, held, pairs, names), version: session.version)
    }

    static func held(_ session: TickSession) -> [Int] {
        session.holdings.filter { $0.servers > 0 }.map { Int($0.site) }
    }

    /// What the session's members publish, routed over the links.
    private func routingState(
        of session: TickSession, _ held: [Int], _ pairs: [TopologyProblem.Pair], _ names: [SiteID]
    ) -> RoutingState? {
        let links = pairs.flatMap { pair in
            [(pair.first, pair.second), (pair.second, pair.first)].map { from, to in
                RoutingLink(from: from, to: to, latency: Int64(world.field.routed(from: held[from], to: held[to])))
            }
        }
        var publishers: [SiteID: Int] = [:]
        var listeners: Set<SiteID> = []
        let sendsFromStage = session.policy.interaction == .audience
        for member in session.members where member.site >= 0 {
            let site = sites.id(Int(member.site))
            listeners.insert(site)
            if !sendsFromStage || member.publishes { publishers[site, default: 0] += 1 }
        }
        let demand = MediaDemand(media: session.policy.media, publishers: publishers, listeners: listeners.sorted())
        return Self.routed(demand, over: links, names)
    }

    /// A demand on its way over some links. A controller's own figures are within the kernel's ranges.
    static func routed(_ demand: MediaDemand, over links: [RoutingLink], _ names: [SiteID]) -> RoutingState? {
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        guard var state = try? RoutingState(siteCount: names.count, links: links),
            let streams = try? RoutingState.streams(of: demand, numbers: numbers),
            (try? state.setSession(0, streams)) != nil
        else { return nil }
        return state
    }

    func keptLinks(between held: [Int], _ policy: SessionPolicy) -> [TopologyProblem.Pair] {
        let count = held.count
        var latency = Array(repeating: TopologyProblem.missing, count: count * count)
        for from in 0..<count {
            for to in 0..<count where from != to {
                let there = world.field.routed(from: held[from], to: held[to])
                let back = world.field.routed(from: held[to], to: held[from])
                guard max(there, back) < LatencyField.unreachable else { continue }
                latency[from * count + to] = (Int64(there) + Int64(back)) / 2
            }
        }
        if policy.degreeLimit != nil || policy.twoEdgeConnected {
            let problem = TopologyProblem(
                count: count, latency: latency, traffic: Array(repeating: 1, count: count * count),
                degreeLimit: max(1, policy.degreeLimit ?? .max), isTwoEdgeConnected: policy.twoEdgeConnected)
            if let topology = try? TopologyPlanner().topology(problem) { return topology.links }
        }
        var kept: [TopologyProblem.Pair] = []
        for first in 0..<count {
            for second in (first + 1)..<max(first + 1, count) {
                let direct = latency[first * count + second]
                let isNeeded = (0..<count).allSatisfy { third in
                    third == first || third == second
                        || latency[first * count + third] + latency[third * count + second] > direct
                }
                if direct < TopologyProblem.missing, isNeeded { kept.append(.init(first, second)) }
            }
        }
        return kept
    }
}
