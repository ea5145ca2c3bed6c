public import MeshPlanning
public import MeshTypes

extension MeshController {
    /// A controller of a snapshot's world: its sites, links and people with their latencies, and the meshes of its last plan, as far as
    /// they still can be. What a plan for the snapshot goes on from.
    ///
    /// Sites, sessions and people are numbered by identifier, so that the order of a file does not matter. Nobody is moved yet: what
    /// the last plan cannot keep is repaired by the first tick or by ``converge(monitor:)``.
    ///
    /// - Throws: ``MeshPlanning/PlanningError`` when the snapshot contradicts itself.
    /// - Complexity: O(participants * sites + sites^3).
    public init(
        fork snapshot: Snapshot, configuration: ControlConfiguration = .init(), solvers: PlanningSolvers = .none
    ) throws(PlanningError) {
        var configuration = configuration
        configuration.profiles = snapshot.profiles
        self.init(configuration: configuration, solvers: solvers, at: ControlTime(milliseconds: 0))
        let order = snapshot.sites.indices.sorted { snapshot.sites[$0].id < snapshot.sites[$1].id }
        forkSites(snapshot, order)
        try forkLinks(snapshot, order)
        _ = world.field.refreshRoutes()
        world.pool.numberComponents(world.field)
        world.rent = world.pool.rentTable()
        try forkSessions(snapshot, order)
    }

    private mutating func forkSites(_ snapshot: Snapshot, _ order: [Int]) {
        let isEstimated = if case .unknown = snapshot.network { true } else { false }
        for place in order {
            let site = snapshot.sites[place]
            let number = world.field.addSite(at: site.coordinate, linked: isEstimated)
            world.pool.entries.append(
                .init(servers: site.freeServers, loadPerServer: site.loadPerServer, price: site.price))
            let report = SiteReport(
                id: site.id, name: site.name, latitude: site.coordinate.latitude, longitude: site.coordinate.longitude,
                servers: site.freeServers, loadPerServer: site.loadPerServer, price: site.price,
                provider: site.provider, region: site.region)
            sites.set(report, number: number)
        }
    }

    private mutating func forkLinks(_ snapshot: Snapshot, _ order: [Int]) throws(PlanningError) {
        switch snapshot.network {
        case .unknown: break
        case .links(let links):
            for link in links {
                guard let from = sites.number(of: link.from), let to = sites.number(of: link.to) else {
                    throw PlanningError(
                        .inconsistentSnapshot,
                        "link \(link.from) to \(link.to) joins a site that is not in the snapshot")
                }
                let latency = Int32(clamping: min(link.latency.microseconds, Int64(LatencyField.unreachable)))
                if latency < world.field.link(from: from, to: to) { world.field.setLink(from: from, to: to, latency) }
            }
        case .dense(let table):
            guard table.rowCount == order.count, table.columnCount == order.count else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "site latency is \(table.rowCount) x \(table.columnCount); expected \(order.count) x \(order.count)"
                )
            }
            for (from, row) in order.enumerated() {
                for (to, column) in order.enumerated() where from != to {
                    guard let latency = table[row, column] else { continue }
                    world.field.setLink(
                        from: from, to: to, Int32(clamping: min(latency.microseconds, Int64(LatencyField.unreachable))))
                }
            }
        }
    }

    private mutating func forkSessions(_ snapshot: Snapshot, _ order: [Int]) throws(PlanningError) {
        var members: [SessionID: [Int]] = [:]
        for session in snapshot.sessions { members[session.id] = [] }
        for (number, person) in snapshot.participants.enumerated() {
            guard members[person.session]?.append(number) != nil else {
                throw PlanningError(
                    .inconsistentSnapshot,
                    "participant \(person.id) is in session \(person.session), which is not in the snapshot")
            }
        }
        let loads = snapshot.participantLoads()
        let previous = Dictionary(
            (snapshot.previous?.sessions ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for details in snapshot.sessions.sorted(by: { $0.id < $1.id }) {
            let number = sessions.count
            var session = TickSession(id: details.id, type: details.type, policy: details.policy)
            sessionNumbers[details.id] = number
            serving.begin(paying: details.policy.unservedPrice)
            let numbers = (members[details.id] ?? []).sorted {
                snapshot.participants[$0].id < snapshot.participants[$1].id
            }
            for row in numbers {
                let person = snapshot.participants[row]
                let node = forkNode(snapshot, row, order)
                admit(person, load: loads[row], node: node, to: number, &session)
                guard let site = previous[details.id]?.assignment[person.id] else { continue }
                session.members[session.members.count - 1].base =
                    sites.number(of: site).map { Int32($0) } ?? TickMember.vanished
            }
            takeOver(previous[details.id], &session)
            sessions.append(session)
            queue.add(number, isUrgent: true)
        }
    }

    private mutating func forkNode(_ snapshot: Snapshot, _ row: Int, _ order: [Int]) -> Int32 {
        let node = world.field.addNode(at: snapshot.participants[row].coordinate)
        let latencies = order.map { site in
            Int32(
                clamping: min(
                    snapshot.accessLatency(participant: row, site: site).microseconds, Int64(LatencyField.longest)))
        }
        world.field.setAccess(row: latencies, of: node)
        world.nearest.refresh(node, world.field)
        return Int32(node)
    }

    private mutating func admit(
        _ person: Participant, load: Int, node: Int32, to number: Int, _ session: inout TickSession
    ) {
        let profile = profiles.number(of: person.profile)
        let slot = people.add(
            .init(
                id: person.id, latitude: person.coordinate.latitude, longitude: person.coordinate.longitude,
                session: Int32(number), index: Int32(session.members.count), profile: profile, accessClass: 0))
        let cell = InteractionCell(person.coordinate)
        let waited = Int64((min(person.waiting, 1e9) * 1000).rounded())
        var member = TickMember(
            slot: slot, node: node, load: Int32(clamping: load), cell: Int32(cell.row * 720 + cell.column),
            publishes: profiles.profiles[Int(profile)].publishes, waitsSince: now.milliseconds - waited)
        member.waited = waited
        session.members.append(member)
    }

    /// The mesh of the last plan, as far as the sites still carry it.
    private mutating func takeOver(_ plan: SessionPlan?, _ session: inout TickSession) {
        guard let plan else { return }
        var load: [Int: Int] = [:]
        var count: [Int: Int] = [:]
        for index in session.members.indices where session.members[index].base >= 0 {
            let site = Int(session.members[index].base)
            let entry = world.pool.entries[site]
            let needed = (load[site] ?? 0) + Int(session.members[index].load)
            let servers = (needed + entry.loadPerServer - 1) / entry.loadPerServer
            let known = ((load[site] ?? 0) + entry.loadPerServer - 1) / entry.loadPerServer
            guard servers - known <= entry.free else { continue }
            world.pool.entries[site].rented += servers - known
            load[site] = needed
            count[site, default: 0] += 1
            session.members[index].site = Int32(site)
        }
        for site in load.keys.sorted() {
            let entry = world.pool.entries[site]
            let needed = ((load[site] ?? 0) + entry.loadPerServer - 1) / entry.loadPerServer
            let spares = min(entry.free, max(0, (plan.servers[sites.id(site)] ?? 0) - needed))
            world.pool.entries[site].rented += spares
            session.holdings.append(
                Holding(
                    site: Int32(site), servers: Int32(needed + spares), load: Int32(load[site] ?? 0),
                    count: Int32(count[site] ?? 0)))
        }
    }
}
