public import MeshPlanning
public import MeshTypes

extension MeshController {
    /// The world as the controller has it, in the planner's input format: what a planner forks.
    ///
    /// Participants have the latencies that the controller plans by. The previous plan is that of the tick before the last, until
    /// the next event: so ``plan()`` is judged with its moves.
    ///
    /// - Complexity: O(participants * sites + sites^2).
    public func snapshot() -> Snapshot {
        let members = orderedMembers()
        var access = LatencyTable(rowCount: members.count, columnCount: sites.reports.count)
        var participants: [Participant] = []
        participants.reserveCapacity(members.count)
        var assignment: [SessionID: [ParticipantID: SiteID]] = [:]
        let stride = world.field.stride
        for (row, entry) in members.enumerated() {
            let (session, member) = entry
            let person = people[member.slot]
            let waiting = member.waiting(at: now.milliseconds)
            participants.append(
                Participant(
                    id: person.id, session: session, coordinate: person.coordinate,
                    profile: profiles.profiles[Int(person.profile)].name, waiting: waiting))
            for site in sites.reports.indices {
                let latency = world.field.access[Int(member.node) * stride + site]
                access.microseconds[row * access.columnCount + site] = Int64(min(latency, LatencyField.longest))
            }
            if member.base >= 0 { assignment[session, default: [:]][person.id] = sites.id(Int(member.base)) }
        }
        return Snapshot(
            name: "controller", source: "the controller's state", time: nil, sites: exportedSites(),
            sessions: sessionIDs.compactMap { id in
                sessionNumbers[id].flatMap { sessions[$0] }.map { Session(id: id, type: $0.type, policy: $0.policy) }
            },
            participants: participants, profiles: profiles.profiles.filter { $0 != .standard },
            network: .dense(exportedLinks()), accessLatency: access, history: observedDemand(),
            previous: assignment.isEmpty ? nil : Self.previousPlan(assignment))
    }

    /// The meshes as a plan for ``snapshot()``: figures recomputed, bounds made anew, as `rmc verify` checks them.
    ///
    /// - Throws: ``MeshPlanning/PlanningError``, which a controller's own snapshot does not give.
    /// - Complexity: that of the bounds; for looking at, not for every tick.
    public func plan() throws(PlanningError) -> Plan { try plan(for: snapshot()) }

    /// The same for a snapshot that was taken before and is at hand.
    public func plan(for snapshot: Snapshot) throws(PlanningError) -> Plan {
        try PublishedPlan.plan(
            snapshot, meshes: meshes, stage: queue.count == 0 ? .localOptimum : .improving, poolPrices: poolPrices)
    }

    /// All members with their sessions, by session and participant.
    private func orderedMembers() -> [(session: SessionID, member: TickMember)] {
        var members: [(session: SessionID, member: TickMember)] = []
        members.reserveCapacity(people.count)
        for id in sessionIDs {
            guard let session = sessionNumbers[id].flatMap({ sessions[$0] }) else { continue }
            let ordered = session.members.sorted { people[$0.slot].id < people[$1.slot].id }
            members += ordered.map { (id, $0) }
        }
        return members
    }

    private func exportedSites() -> [Site] {
        sites.reports.enumerated().map { number, report in
            let usable = world.pool.entries[number].usable
            return Site(
                id: report.id, name: report.name, coordinate: report.coordinate, freeServers: usable,
                totalServers: max(usable, report.servers), loadPerServer: report.loadPerServer, price: report.price,
                provider: report.provider, region: report.region)
        }
    }

    private func exportedLinks() -> LatencyTable {
        var links = LatencyTable(rowCount: sites.reports.count, columnCount: sites.reports.count)
        for from in sites.reports.indices {
            for to in sites.reports.indices {
                let latency = world.field.link(from: from, to: to)
                if latency < LatencyField.unreachable { links[from, to] = Latency(microseconds: Int64(latency)) }
            }
        }
        return links
    }

    /// Who was served where, in the form of a plan; its figures say nothing.
    private static func previousPlan(_ assignment: [SessionID: [ParticipantID: SiteID]]) -> Plan {
        let sessions = assignment.keys.sorted().map { id in
            let people = assignment[id] ?? [:]
            let used = Set(people.values).sorted()
            let ones = Dictionary(uniqueKeysWithValues: used.map { ($0, 1) })
            return SessionPlan(
                id: id, sites: used, participants: people.count, servers: ones, load: ones, assignment: people,
                unserved: [], cost: .init(interaction: 0, rent: 0, disruption: 0, unserved: 0), bound: 0, gap: 0,
                latency: .none, migrations: 0)
        }
        let served = sessions.reduce(0) { $0 + $1.assignment.count }
        return Plan(
            strategy: .best, objective: 0, bound: 0, gap: 0, stage: .repair, sessions: sessions,
            totals: .init(
                participants: served, served: served, servers: 0, interaction: 0, rent: 0, disruption: 0, unserved: 0,
                moves: 0))
    }
}
