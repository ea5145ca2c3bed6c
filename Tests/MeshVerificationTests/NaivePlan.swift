import Foundation
import MeshTypes

/// A plan evaluated in the plainest way there is, pair by pair, as the yardstick of the checker.
struct NaivePlan {
    let snapshot: Snapshot
    /// Site number of each participant, `nil` when it is not served.
    let assignment: [Int?]

    private let loads: [Int]
    private let routed: [[Double]]

    init(snapshot: Snapshot, assignment: [Int?]) {
        self.snapshot = snapshot
        self.assignment = assignment
        loads = snapshot.participantLoads()
        routed = Self.routes(of: snapshot)
    }

    func plan() -> Plan {
        let sessions = snapshot.sessions.sorted { $0.id < $1.id }.map(plan(of:))
        let objective = sessions.reduce(0) { $0 + $1.cost.total }
        let bound = sessions.reduce(0) { $0 + $1.bound }
        return Plan(
            strategy: .nearest, objective: objective, bound: bound, gap: gap(objective, bound), stage: .baseline,
            sessions: sessions,
            totals: Plan.Totals(
                participants: snapshot.participants.count, served: sessions.reduce(0) { $0 + $1.assignment.count },
                servers: sessions.reduce(0) { $0 + $1.servers.values.reduce(0, +) },
                interaction: sessions.reduce(0) { $0 + $1.cost.interaction },
                rent: sessions.reduce(0) { $0 + $1.cost.rent },
                disruption: sessions.reduce(0) { $0 + $1.cost.disruption },
                unserved: sessions.reduce(0) { $0 + $1.cost.unserved },
                moves: sessions.reduce(0) { $0 + $1.migrations },
                excess: sessions.reduce(0) { $0 + $1.cost.excess }))
    }

    private func gap(_ cost: Double, _ bound: Double) -> Double? {
        if cost - bound <= 0 { return 0 }
        return bound == 0 ? nil : (cost - bound) / bound
    }

    private func access(_ participant: Int, _ site: Int) -> Double {
        snapshot.accessLatency(participant: participant, site: site).milliseconds
    }

    private func allowed(_ participant: Int, _ policy: SessionPolicy) -> [Int] {
        snapshot.sites.indices.filter { site in
            let waiting = snapshot.participants[participant].waiting
            let cap = policy.latencyCap.map { $0.milliseconds + policy.capRelaxation * waiting + 1e-7 } ?? .infinity
            return snapshot.sites[site].freeServers > 0 && access(participant, site) <= cap
        }
    }

    private func plan(of session: Session) -> SessionPlan {
        let members = snapshot.participants.indices.filter { snapshot.participants[$0].session == session.id }
        let served = members.compactMap { member in assignment[member].map { (member, $0) } }
        var pairs: [Double] = []
        for (p, i) in served {
            for (q, j) in served where p != q { pairs.append(access(p, i) + routed[i][j] + access(q, j)) }
        }
        pairs.sort()
        let policy = session.policy
        var weighted = 0.0
        for (p, i) in served {
            for (q, j) in served where p != q && weight(p, q, members, policy) > 0 {
                weighted += weight(p, q, members, policy) * (access(p, i) + routed[i][j] + access(q, j))
            }
        }
        let interaction =
            members.count == 1
            ? served.reduce(0) { $0 + 2 * access($1.0, $1.1) } * policy.latencyValue
            : weighted * sigma(members, policy)
        let excess = served.reduce(0.0) { $0 + self.excess(access($1.0, $1.1), policy) }
        var load: [SiteID: Int] = [:]
        for (member, site) in served { load[snapshot.sites[site].id, default: 0] += loads[member] }
        var servers: [SiteID: Int] = [:]
        for site in snapshot.sites {
            guard let carried = load[site.id] else { continue }
            servers[site.id] = (carried + site.loadPerServer - 1) / site.loadPerServer
        }
        if let first = servers.keys.min() { servers[first, default: 0] += policy.redundancy }
        let previous = Dictionary(
            (snapshot.previous?.sessions ?? []).flatMap { $0.assignment.map { ($0.key, $0.value) } },
            uniquingKeysWith: { first, _ in first })
        let moves = served.count { member, site in
            previous[snapshot.participants[member].id].map { $0 != snapshot.sites[site].id } ?? false
        }
        let hasServers = snapshot.sites.contains { $0.freeServers > 0 }
        let unserved = members.filter { assignment[$0] == nil }.map { member in
            SessionPlan.Unserved(
                participant: snapshot.participants[member].id,
                reason: !allowed(member, policy).isEmpty ? .capacity : hasServers ? .latencyCap : .noServers)
        }
        let rent = snapshot.sites.reduce(0.0) { $0 + $1.price * Double(servers[$1.id] ?? 0) }
        let cost = SessionPlan.Cost(
            interaction: interaction, rent: rent, disruption: policy.movePrice * Double(moves),
            unserved: policy.unservedPrice * Double(unserved.count), excess: excess)
        let bound = bound(of: session, members: members)
        return SessionPlan(
            id: session.id, sites: servers.keys.sorted(), participants: members.count, servers: servers, load: load,
            assignment: Dictionary(
                served.map { (snapshot.participants[$0.0].id, snapshot.sites[$0.1].id) },
                uniquingKeysWith: { first, _ in first }),
            unserved: unserved.sorted { $0.participant < $1.participant }, cost: cost, bound: bound,
            gap: gap(cost.total, bound), latency: statistics(pairs), migrations: moves)
    }

    private func statistics(_ pairs: [Double]) -> LatencyStatistics {
        guard let longest = pairs.last else { return .none }
        func rank(_ part: Double) -> Double { pairs[max(1, Int((part * Double(pairs.count)).rounded(.up))) - 1] }
        return LatencyStatistics(
            mean: pairs.reduce(0, +) / Double(pairs.count), p50: rank(0.5), p95: rank(0.95), max: longest)
    }

    private func excess(_ access: Double, _ policy: SessionPolicy) -> Double {
        policy.softLatencyCap.map { policy.softCapPrice * max(0, access - $0.milliseconds) } ?? 0
    }

    /// Cost of a weighted millisecond.
    private func sigma(_ members: [Int], _ policy: SessionPolicy) -> Double {
        var sum = 0.0
        for p in members { for q in members where p != q { sum += weight(p, q, members, policy) } }
        return sum > 0 ? policy.latencyValue * Double(members.count) / sum : 0
    }

    private func weight(_ one: Int, _ other: Int, _ members: [Int], _ policy: SessionPolicy) -> Double {
        let people = snapshot.participants
        switch policy.interaction {
        case .everyone: return 1
        case .audience:
            func publishes(_ number: Int) -> Bool {
                snapshot.profiles.first { $0.name == people[number].profile }?.publishes ?? true
            }
            return publishes(one) || !members.contains(where: publishes) ? 1 : 0
        case .nearby(let reach):
            func cell(_ place: GeoCoordinate) -> GeoCoordinate {
                GeoCoordinate(
                    latitude: (min(179.5, place.latitude + 90) * 2).rounded(.down) / 2 - 89.75,
                    longitude: (min(359.5, place.longitude + 180) * 2).rounded(.down) / 2 - 179.75)
            }
            return max(0.02, exp(-cell(people[one].coordinate).distance(to: cell(people[other].coordinate)) / reach))
        }
    }

    /// The path bound, word for word.
    private func bound(of session: Session, members: [Int]) -> Double {
        let policy = session.policy
        let reachable = members.filter { !allowed($0, policy).isEmpty }
        let outside = Double(members.count - reachable.count) * policy.unservedPrice
        if reachable.isEmpty { return outside }
        func path(_ p: Int, _ q: Int) -> Double {
            var least = Double.infinity
            for j in allowed(p, policy) {
                for h in allowed(q, policy) { least = min(least, access(p, j) + routed[j][h] + access(q, h)) }
            }
            return least
        }
        var half = Array(repeating: 0.0, count: reachable.count)
        var full = half
        for (position, p) in reachable.enumerated() {
            half[position] = excess(allowed(p, policy).map { access(p, $0) }.min() ?? 0, policy)
            full[position] = half[position]
            if members.count == 1 {
                half[position] += policy.latencyValue * 2 * (allowed(p, policy).map { access(p, $0) }.min() ?? 0)
                full[position] = half[position]
            }
            for q in reachable where q != p {
                let (there, back) = (weight(p, q, members, policy), weight(q, p, members, policy))
                let sigma = sigma(members, policy)
                half[position] += sigma * there * path(p, q)
                full[position] += sigma * (there * path(p, q) + back * path(q, p))
            }
        }
        // One load unit at a time, cheapest first.
        let units = snapshot.sites.flatMap { site in
            Array(repeating: site.price / Double(site.loadPerServer), count: site.freeServers * site.loadPerServer)
        }.sorted()
        let used = units.prefix(reachable.reduce(0) { $0 + loads[$1] })
        let cheapest = snapshot.sites.filter { $0.freeServers > 0 }.map(\.price).min() ?? 0
        var bound = half.reduce(0, +) + max(used.reduce(0, +), cheapest) + Double(policy.redundancy) * cheapest
        for (position, p) in reachable.enumerated() {
            bound -= max(0, full[position] + Double(loads[p]) * (used.last ?? 0) - policy.unservedPrice)
        }
        return min(Double(reachable.count) * policy.unservedPrice, bound) + outside
    }

    private static func routes(of snapshot: Snapshot) -> [[Double]] {
        let count = snapshot.sites.count
        var length = Array(repeating: Array(repeating: Double.infinity, count: count), count: count)
        for from in 0..<count {
            for to in 0..<count {
                switch snapshot.network {
                case .dense(let table): length[from][to] = table[from, to]?.milliseconds ?? .infinity
                case .links(let links):
                    for link in links where link.from == snapshot.sites[from].id && link.to == snapshot.sites[to].id {
                        length[from][to] = min(length[from][to], link.latency.milliseconds)
                    }
                case .unknown:
                    length[from][to] =
                        GeographicLatency.estimate(
                            from: snapshot.sites[from].coordinate, to: snapshot.sites[to].coordinate
                        ).milliseconds
                }
            }
            length[from][from] = 0
        }
        // Bellman-Ford by rounds, a different way than the checker's.
        for _ in 0..<count {
            for from in 0..<count {
                for to in 0..<count {
                    for via in 0..<count {
                        length[from][to] = min(length[from][to], length[from][via] + length[via][to])
                    }
                }
            }
        }
        return length
    }
}
