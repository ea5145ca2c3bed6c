import MeshTypes
package import Optimization

/// Plans sessions one by one in a tick, on what the pool has left; keeps the memory that this takes.
///
/// Not to be shared between threads: a tick has one.
package final class TickPlanner {
    var kernel = SessionKernel()
    let flowSolver: (any FlowSolver)?
    /// Flows solved so far.
    package internal(set) var flows = 0

    /// - Parameter flow: assigns members where sites are full; `nil` leaves that to single moves.
    package init(flow: (any FlowSolver)? = nil) { flowSolver = flow }

    /// How far a session is to be searched.
    package enum Effort {
        /// Whoever has no place gets one; members settle among the sites that are open.
        case repair
        /// As ``repair``, and sites are opened, closed and swapped where a mesh that was good should change.
        case update
        /// As ``update``, from nothing.
        case new
        /// As ``update``, and then once more from nobody served; the better one by all costs, moves included, stays.
        case second

        /// Whether there is time for flows.
        var mayReassign: Bool { self != .repair }
    }

    /// Searches a session's mesh anew and writes it into the session; what changed. The pool is not told yet: see
    /// ``TickPool/commit(_:)``.
    ///
    /// - Complexity: O(members * (sites + candidates)) and up for the search.
    package func plan(
        _ session: inout TickSession, _ world: TickSurroundings, _ effort: Effort, _ gauge: inout WorkGauge
    ) -> TickChange {
        kernel.load(session, world)
        let standingCost = kernel.standingCost(session, world.pool)
        switch effort {
        case .repair: kernel.search(.init(trials: 0, rounds: 0), &gauge)
        case .update: kernel.search(.repair, &gauge)
        case .new: kernel.search(.full, &gauge)
        case .second:
            kernel.search(.repair, &gauge)
            kernel.searchAfresh(&gauge)
        }
        reachBeyond(&session, world)
        let isReassigned = effort.mayReassign && !gauge.isOver && assignByFlow()
        kernel.makeRoomForSpares(session.policy.redundancy)
        var change = kernel.store(&session, world)
        change.standingCost = standingCost
        change.isReassigned = isReassigned
        return change
    }

    /// Settles members by flows where sites are full; says whether that changed anything.
    private func assignByFlow() -> Bool {
        guard let flowSolver else { return false }
        let before = kernel.objective
        flows += kernel.assignByFlow(flowSolver)
        guard kernel.objective < before else { return false }
        var gauge = WorkGauge(limit: .max)
        kernel.descend(passes: 4, &gauge)
        return true
    }

    /// Certifies the mesh that was planned last: the bounds of ``SessionFigures``. The departures of its members' nodes must be up
    /// to date.
    package func certify(
        _ session: inout TickSession, _ world: TickSurroundings, _ departures: DepartureTable
    ) {
        kernel.certify(&session, world)
        session.figures.pairBound = kernel.openPathBound(&session, world, departures)
    }

    /// Serves those for whom no candidate had room at whatever site of the pool has, nearest first.
    func reachBeyond(_ session: inout TickSession, _ world: TickSurroundings, _ capacity: SearchCapacity = .free) {
        guard kernel.state.figures.unserved > 0, kernel.siteLimit > 0 else { return }
        var found: [Int32] = []
        for number in 0..<kernel.memberCount where kernel.state.place[number] < 0 && found.count < 8 {
            if let site = kernel.nearestWithRoom(session.members[number], session, world, except: found) {
                found.append(site)
            }
        }
        guard !found.isEmpty else { return }
        // The members as they are planned now, on candidates with those sites among them.
        var extended = session
        for number in 0..<kernel.memberCount {
            let place = Int(kernel.state.place[number])
            let member = session.members[number]
            // How long somebody has waited, or had, stays as it was.
            if member.site < 0 { extended.members[number].waited = max(0, world.now - member.waitsSince) }
            if member.site >= 0 { extended.members[number].waitsSince = world.now - member.waited }
            extended.members[number].site = place >= 0 ? kernel.candidate[place] : -1
        }
        extended.suggestions = kernel.openCandidates + found
        kernel.load(extended, world, capacity)
        kernel.serveTheUnserved()
    }
}

extension SessionKernel {
    var openCandidates: [Int32] {
        (0..<candidateCount).filter { state.members[$0] > 0 }.map { candidate[$0] }
    }

    /// The nearest site of the pool that could take a member in: within reach, with a server to rent, and connected to the mesh.
    func nearestWithRoom(
        _ member: TickMember, _ session: TickSession, _ world: TickSurroundings, except taken: [Int32]
    ) -> Int32? {
        let cap = session.policy.latencyCap(afterWaiting: member.waiting(at: world.now))?.microseconds ?? .max
        let component = openCandidates.first.map { world.pool.entries[Int($0)].component }
        let row = Int(member.node) * world.field.stride
        var best: (latency: Int32, site: Int32)?
        for site in 0..<world.field.siteCount {
            let entry = world.pool.entries[site]
            let latency = world.field.access[row + site]
            guard entry.free > 0, entry.loadPerServer * entry.free >= Int(member.load), Int64(latency) <= cap,
                latency < LatencyField.unreachable, component.map({ $0 == entry.component }) ?? true,
                !(0..<candidateCount).contains(where: { candidate[$0] == Int32(site) }), !taken.contains(Int32(site))
            else { continue }
            if best.map({ latency < $0.latency }) ?? true { best = (latency, Int32(site)) }
        }
        return best?.site
    }
}
