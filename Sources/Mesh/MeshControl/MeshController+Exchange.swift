import MeshPlanning
import MeshTypes

extension MeshController {
    /// Exchanges that a tick may try, kept or not.
    static let exchangeLimit = 48
    /// Sessions that one exchange may concern.
    private static let groupLimit = 16
    /// Holders of servers that are asked at one site.
    private static let askedLimit = 6
    /// Servers that a session seeks in a tick for those whom it leaves out, sites where it asks for each, and of how many members it
    /// is looked where they could be served.
    private static let serversSought = 8
    private static let sitesAsked = 4
    private static let membersLookedAt = 256
    /// Meshes of a session that are tried, the one with the most regret first.
    private static let targetsTried = 2
    /// How much more those count who are left out where a session takes servers from those that pay less.
    private static let priorityWeight = 1_000.0
    /// The least regret, as a part of what a session costs, for which others are asked.
    private static let leastRegret = 5e-4

    /// A session in an exchange: the meshes that it could have, the one in hand first.
    private struct Party {
        var number: Int
        var columns: [MeshColumn]
    }

    /// Lets sessions exchange servers: a session that would choose servers of others, those others, and what they could do with less,
    /// settled at once and exactly, kept if the sum of all costs falls.
    ///
    /// Those who leave most people out ask first, then those with the most regret at the pool's prices. Nobody who is served is left
    /// out for one who is worth as much (``MeshColumn/charge(_:)``). What a session that pays more takes counts as failed for those who
    /// were there. An exchange is one transition; one that would interrupt somebody is not made, unless servers were taken so.
    ///
    /// - Complexity: O(sessions + their sites), and a plan of each session that is asked, an exchange.
    mutating func exchange(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, limit: Int = MeshController.exchangeLimit
    ) -> [Directive] {
        let asking = sessionsThatAsk()
        guard !asking.isEmpty else { return [] }
        var holders = holdersOfContended()
        var directives: [Directive] = []
        for number in asking.prefix(limit) {
            guard let session = sessions[number] else { continue }
            let members = 2 * session.members.count
            guard gauge.begin(members: members) else { break }
            if session.figures.unserved > 0 { directives += serve(number, planners[0], &holders) }
            directives += improve(number, planners[0], &holders)
            gauge.finish(members: members)
        }
        return directives
    }

    /// Seeks servers for those whom a session leaves out, one after the other, at the sites where others would miss them least.
    private mutating func serve(
        _ number: Int, _ planner: TickPlanner, _ holders: inout [Int32: [Int]]
    ) -> [Directive] {
        var directives: [Directive] = []
        for _ in 0..<Self.serversSought {
            guard let session = sessions[number], session.figures.unserved > 0 else { break }
            var isServed = false
            for site in sitesWorthAsking(session, number, holders).prefix(Self.sitesAsked) {
                let target = planner.column(session, world, gaining: 1, at: site)
                guard target.lost(session) < session.figures.unserved else { continue }
                let done = exchange(for: number, towards: target, planner, &holders)
                guard !done.isEmpty else { continue }
                directives += done
                isServed = true
                break
            }
            guard isServed else { break }
        }
        return directives
    }

    /// Gives a session a mesh that it would rather have at the pool's prices, if others agree.
    private mutating func improve(
        _ number: Int, _ planner: TickPlanner, _ holders: inout [Int32: [Int]]
    ) -> [Directive] {
        guard let session = sessions[number] else { return [] }
        for target in master.better(than: session, of: number, world.pool).prefix(Self.targetsTried) {
            let done = exchange(for: number, towards: target.column, planner, &holders)
            if !done.isEmpty { return done }
        }
        return []
    }

    /// Contended sites within reach of those whom a session leaves out, those first where a server would serve most at least loss.
    private func sitesWorthAsking(_ session: TickSession, _ number: Int, _ holders: [Int32: [Int]]) -> [Int32] {
        let policy = session.policy
        let waiting = session.members.lazy.filter { $0.site < 0 }.prefix(Self.membersLookedAt).map { member in
            (member, policy.latencyCap(afterWaiting: member.waiting(at: now.milliseconds))?.microseconds ?? .max)
        }
        let component = session.holdings.first { $0.count > 0 }.map { world.pool.entries[Int($0.site)].component }
        let members = Array(waiting)
        var found: [(site: Int32, gain: Double)] = []
        for (site, others) in holders {
            let entry = world.pool.entries[Int(site)]
            guard entry.usable > 0, component.map({ $0 == entry.component }) ?? true else { continue }
            var load = 0
            for (member, cap) in members where load < entry.loadPerServer {
                let latency = world.field.access[Int(member.node) * world.field.stride + Int(site)]
                if Int64(latency) <= cap, latency < LatencyField.unreachable { load += Int(member.load) }
            }
            guard load > 0 else { continue }
            let losses = others.lazy.filter { $0 != number }.compactMap { self.loss(of: $0, at: site) }
            guard let least = losses.min() else { continue }
            found.append((site, Double(load) * policy.unservedPrice - least))
        }
        return found.sorted { ($1.gain, $0.site) < ($0.gain, $1.site) }.map(\.site)
    }

    /// What a session would lose at least with a server at a site: those for whom there is no room on its other servers. Of equals,
    /// those come first who would move fewest.
    private func loss(of number: Int, at site: Int32) -> Double? {
        guard let session = sessions[number] else { return nil }
        let (position, isHeld) = session.position(of: site)
        guard isHeld, session.holdings[position].servers > 0 else { return nil }
        let room = session.holdings.reduce(0) {
            $0 + Int($1.servers) * world.pool.entries[Int($1.site)].loadPerServer - Int($1.load)
        }
        let holding = session.holdings[position]
        let one = world.pool.entries[Int(site)].loadPerServer
        let own = Int(holding.servers) * one - Int(holding.load)
        let displaced = max(0, one - own)
        let dropped = max(0, displaced - (room - own))
        return Double(dropped) * session.policy.unservedPrice + 1e-3 * Double(displaced)
    }

    /// Sessions with a mesh that they would rather have, in the order in which they ask.
    private func sessionsThatAsk() -> [Int] {
        var asking: [(number: Int, lost: Double, regret: Double)] = []
        for number in serving.short.union(master.sessions) {
            guard let session = sessions[number] else { continue }
            let best = master.better(than: session, of: number, world.pool).first
            let isWorthIt = (best?.regret ?? 0) > Self.leastRegret * session.figures.total
            guard isWorthIt || session.figures.unserved > 0 else { continue }
            asking.append((number, session.figures.unserved, best?.regret ?? 0))
        }
        asking.sort { ($1.lost, $1.regret, $0.number) < ($0.lost, $0.regret, $1.number) }
        return asking.map(\.number)
    }

    private func holdersOfContended() -> [Int32: [Int]] {
        let isContended = world.pool.entries.indices.map { world.pool.isContended($0) }
        var holders: [Int32: [Int]] = [:]
        for (number, session) in sessions.enumerated() {
            for holding in session?.holdings ?? [] where holding.servers > 0 && isContended[Int(holding.site)] {
                holders[holding.site, default: []].append(number)
            }
        }
        return holders
    }

    /// Settles all sessions at once and exactly; for a few only, as the program grows with them.
    mutating func exchangeAll(_ planner: TickPlanner) {
        let parties = sessions.indices.compactMap { number in
            sessions[number].map {
                Party(number: number, columns: [MeshColumn(standing: $0)] + master.columns(of: number))
            }
        }
        _ = settle(parties, planner)
    }

    private mutating func exchange(
        for number: Int, towards target: MeshColumn, _ planner: TickPlanner, _ holders: inout [Int32: [Int]]
    ) -> [Directive] {
        let parties = parties(for: number, towards: target, planner, holders)
        guard let (chosen, directives) = settle(parties, planner) else { return [] }
        for party in chosen {
            for holding in party.columns[0].holdings
            where holders[holding.site] != nil && !(holders[holding.site]?.contains(party.number) ?? true) {
                holders[holding.site]?.append(party.number)
            }
        }
        return directives
    }

    /// Chooses a mesh for each party and carries out what changes; `nil` when nothing does.
    private mutating func settle(_ parties: [Party], _ planner: TickPlanner) -> (chosen: [Party], [Directive])? {
        guard parties.count > 0 else { return nil }
        master.counts.exchanges += 1
        // Those who pay more to be served come first, whatever else it costs.
        let isForced = parties.contains { $0.columns.contains { !$0.forgiven.isEmpty } }
        let weight = isForced ? Self.priorityWeight : 0
        let charges = parties.map { party in
            party.columns.map { column in
                sessions[party.number].map { column.charge($0, world.pool.restraint) + weight * column.lost($0) }
                    ?? 1e15
            }
        }
        let pool = world.pool
        guard
            let choice = master.choose(
                zip(parties, charges).map { party, charges in
                    zip(charges, party.columns.map(\.holdings)).map { ($0, $1) }
                },
                free: { pool.entries[$0].usable - pool.entries[$0].rented }, solvers.linear)
        else { return nil }
        var chosen: [Party] = []
        for (party, option) in zip(parties, choice) where option > 0 {
            chosen.append(Party(number: party.number, columns: [party.columns[option]]))
        }
        return carryOut(chosen, planner).map { (chosen, $0) }
    }

    /// The session that asks, and those who hold servers that it wants.
    private mutating func parties(
        for number: Int, towards target: MeshColumn, _ planner: TickPlanner, _ holders: [Int32: [Int]]
    ) -> [Party] {
        guard let session = sessions[number] else { return [] }
        let isShort = session.figures.unserved > 0
        let own = [MeshColumn(standing: session), target] + master.columns(of: number)
        var parties = [Party(number: number, columns: own)]
        for holding in target.holdings {
            let entry = world.pool.entries[Int(holding.site)]
            let (index, isHeld) = session.position(of: holding.site)
            let held = isHeld ? Int(session.holdings[index].servers) : 0
            let wanted = Int(holding.servers) - held - max(0, entry.usable - entry.rented)
            guard wanted > 0 else { continue }
            for holder in asked(at: holding.site, holders, except: parties.map(\.number)) {
                guard parties.count < Self.groupLimit, let other = sessions[holder] else { break }
                var columns = master.columns(of: holder)
                let (position, _) = other.position(of: holding.site)
                let theirs = Int(other.holdings[position].servers)
                let isForced = isShort && other.policy.unservedPrice < session.policy.unservedPrice
                if isForced || !columns.contains(where: { $0.servers(at: holding.site) < theirs }) {
                    let column = planner.column(
                        other, world, yielding: min(theirs, wanted), at: holding.site, isForced: isForced)
                    if !isForced { master.add(column, to: holder, other, world.pool) }
                    columns.append(column)
                }
                parties.append(Party(number: holder, columns: [MeshColumn(standing: other)] + columns))
            }
        }
        return parties
    }

    /// Who holds servers at a site, those first to whom one less would matter least: by the people whom it would displace.
    private func asked(
        at site: Int32, _ holders: [Int32: [Int]], except taken: [Int]
    ) -> [Int] {
        var asked: [(number: Int, loss: Double)] = []
        for holder in holders[site] ?? [] where !taken.contains(holder) {
            if let loss = loss(of: holder, at: site) { asked.append((holder, loss)) }
        }
        asked.sort { ($0.loss, $0.number) < ($1.loss, $1.number) }
        return asked.prefix(Self.askedLimit).map(\.number)
    }

    /// Whether a mesh would move somebody by choice who was moved a short while ago.
    private func movesTooSoon(_ party: Party) -> Bool {
        guard let session = sessions[party.number], let column = party.columns.first else { return false }
        let cooldown = Int64(min(session.policy.cooldown, 1e9) * 1000)
        let forgiven = Set(column.forgiven)
        return session.members.indices.contains { index in
            let member = session.members[index]
            return member.site >= 0 && column.sites[index] >= 0 && column.sites[index] != member.site
                && world.now > member.movedAt && world.now - member.movedAt < cooldown
                && !forgiven.contains(Int32(index))
        }
    }

    /// Gives sessions their new meshes in one transition, if the costs, recomputed, fall; `nil` when it is not made.
    private mutating func carryOut(_ parties: [Party], _ planner: TickPlanner) -> [Directive]? {
        guard isOffline || !parties.contains(where: movesTooSoon) else { return nil }
        let pool = world.pool
        var changes: [BookedChange] = []
        var (gain, lost, moves) = (0.0, 0.0, 0)
        for party in parties {
            guard let before = sessions[party.number] else { return nil }
            var session = before
            let change = planner.adopt(party.columns[0], by: &session, world)
            var column = MeshColumn(standing: session)
            column.forgiven = party.columns[0].forgiven
            gain += MeshColumn(standing: before).charge(before, pool.restraint) - column.charge(before, pool.restraint)
            lost += MeshColumn(standing: before).lost(before) - column.lost(before)
            moves += session.chosenMoves - before.chosenMoves
            changes.append(BookedChange(number: party.number, before: before, session: session, change: change))
        }
        for change in changes { world.pool.commit(change.change) }
        let fits = zip(world.pool.entries, pool.entries).allSatisfy { $0.rented <= max($0.usable, $1.rented) }
        let isForced = parties.contains { !$0.columns[0].forgiven.isEmpty }
        // No exchange leaves out more, by what they pay, than there were; one by priority is for that alone.
        let isBetter = lost > 1e-6 || (lost > -1e-6 && !isForced)
        guard fits, isBetter, isForced || gain > 1e-6, moves <= max(0, world.moveBudget),
            let steps = isOffline ? [] : steps(of: changes, isForced: isForced)
        else {
            world.pool = pool
            return nil
        }
        world.moveBudget -= moves
        if isForced { tally.explanation.preemptedServers += 1 }
        let entered = changes.flatMap { enter($0) }
        return steps + entered
    }
}

extension TickSession {
    /// Members away from where they were in the last plan.
    fileprivate var chosenMoves: Int {
        members.count { $0.site >= 0 && $0.base >= 0 && $0.site != $0.base }
    }
}

extension MeshController {
    /// The most sessions that are lined up for servers that became free.
    private static let lineUpLength = 16

    /// Lines up sessions that lack servers once some have become free, those first that pay most for each who is left out: the sweep
    /// would come to them late and in no order.
    ///
    /// - Complexity: O(1) when nobody lacks a server.
    mutating func lineUpShort() {
        guard !serving.short.isEmpty else { return }
        // In turn, as the first may be out of reach of what is free.
        let waiting = inServingOrder(Array(serving.short))
        let start = waiting.count > Self.lineUpLength ? tickNumber * (Self.lineUpLength / 2) % waiting.count : 0
        let half = waiting.prefix(Self.lineUpLength / 2)
        let others = (0..<min(waiting.count, Self.lineUpLength)).map { waiting[(start + $0) % waiting.count] }
        for number in (half + others).prefix(Self.lineUpLength) { queue.add(number) }
    }
}
