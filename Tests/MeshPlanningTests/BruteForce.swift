import Foundation
import MeshTypes

/// The best plan of a tiny world by trying every assignment, from the words beside `SessionPlan` alone.
struct BruteForce {
    let snapshot: Snapshot
    private let routed: [[Double]]
    private let loads: [Int]

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        loads = snapshot.participantLoads()
        routed = Self.routed(snapshot)
    }

    /// The least cost of any assignment that keeps to all constraints.
    func optimum() -> Double {
        let (people, sites) = (snapshot.participants.count, snapshot.sites.count)
        var choice = [Int](repeating: -1, count: people)
        var best = Double.infinity
        while true {
            best = min(best, cost(choice))
            var place = 0
            while place < people, choice[place] == sites - 1 {
                choice[place] = -1
                place += 1
            }
            if place == people { return best }
            choice[place] += 1
        }
    }

    /// The cost of an assignment; infinity when it breaks a constraint.
    func cost(_ choice: [Int]) -> Double {
        var total = 0.0
        var used = [Int](repeating: 0, count: snapshot.sites.count)
        for session in snapshot.sessions {
            let members = snapshot.participants.indices.filter { snapshot.participants[$0].session == session.id }
            total += cost(of: session, members, choice, &used)
            if total == .infinity { return .infinity }
        }
        return used.indices.allSatisfy { used[$0] <= snapshot.sites[$0].freeServers } ? total : .infinity
    }

    private func cost(of session: Session, _ members: [Int], _ choice: [Int], _ used: inout [Int]) -> Double {
        let policy = session.policy
        let before = snapshot.previous?.sessions.first { $0.id == session.id }?.assignment ?? [:]
        var total = 0.0
        var budgeted = 0
        var load = [Int](repeating: 0, count: snapshot.sites.count)
        for member in members {
            let site = choice[member]
            guard site >= 0 else {
                total += policy.unservedPrice
                continue
            }
            guard isAllowed(member, site, policy) else { return .infinity }
            load[site] += loads[member]
            if let cap = policy.softLatencyCap {
                total += policy.softCapPrice * max(0, access(member, site) - cap.milliseconds)
            }
            if let old = before[snapshot.participants[member].id], old != snapshot.sites[site].id {
                total += policy.movePrice
                let number = snapshot.sites.firstIndex { $0.id == old }
                if let number, isAllowed(member, number, policy) { budgeted += 1 }
            }
        }
        if let budget = policy.moveBudget, budgeted > budget { return .infinity }
        let rent = rent(load, policy, &used)
        return total + rent + interaction(members, choice, policy)
    }

    private func rent(_ load: [Int], _ policy: SessionPolicy, _ used: inout [Int]) -> Double {
        let sites = snapshot.sites
        var servers = load.indices.map { (load[$0] + sites[$0].loadPerServer - 1) / sites[$0].loadPerServer }
        let open = servers.indices.filter { servers[$0] > 0 }
        if let limit = policy.siteLimit, open.count > limit { return .infinity }
        guard let withSpares = spares(open.isEmpty ? 0 : policy.redundancy, servers, policy) else { return .infinity }
        servers = withSpares
        if let limit = policy.serverLimit, servers.reduce(0, +) > limit { return .infinity }
        for site in servers.indices { used[site] += servers[site] }
        return servers.indices.reduce(0) { $0 + sites[$1].price * Double(servers[$1]) }
    }

    /// The cheapest places of so many spares, at sites in use or not.
    private func spares(_ count: Int, _ servers: [Int], _ policy: SessionPolicy) -> [Int]? {
        if let limit = policy.siteLimit, servers.count(where: { $0 > 0 }) > limit { return nil }
        guard count > 0 else { return servers }
        func price(_ servers: [Int]) -> Double {
            servers.indices.reduce(0) { $0 + snapshot.sites[$1].price * Double(servers[$1]) }
        }
        let ways = servers.indices.filter { servers[$0] < snapshot.sites[$0].freeServers }.compactMap { site in
            var more = servers
            more[site] += 1
            return spares(count - 1, more, policy)
        }
        return ways.min { price($0) < price($1) }
    }

    private func interaction(_ members: [Int], _ choice: [Int], _ policy: SessionPolicy) -> Double {
        if members.count == 1, choice[members[0]] >= 0 {
            return policy.latencyValue * 2 * access(members[0], choice[members[0]])
        }
        var (sum, all) = (0.0, 0.0)
        for one in members {
            for other in members where other != one {
                let weight = weight(one, other, members, policy)
                all += weight
                if choice[one] >= 0, choice[other] >= 0, routed[choice[one]][choice[other]] == .infinity {
                    return .infinity
                }
                guard weight > 0, choice[one] >= 0, choice[other] >= 0 else { continue }
                sum +=
                    weight
                    * (access(one, choice[one]) + routed[choice[one]][choice[other]] + access(other, choice[other]))
            }
        }
        return all > 0 ? sum * policy.latencyValue * Double(members.count) / all : 0
    }

    /// The weight of an ordered pair, word for word.
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
            func centre(_ place: GeoCoordinate) -> GeoCoordinate {
                GeoCoordinate(
                    latitude: (min(179.5, place.latitude + 90) * 2).rounded(.down) / 2 - 89.75,
                    longitude: (min(359.5, place.longitude + 180) * 2).rounded(.down) / 2 - 179.75)
            }
            let distance = centre(people[one].coordinate).distance(to: centre(people[other].coordinate))
            return max(0.02, exp(-distance / reach))
        }
    }

    private func access(_ participant: Int, _ site: Int) -> Double {
        snapshot.accessLatency(participant: participant, site: site).milliseconds
    }

    private func isAllowed(_ participant: Int, _ site: Int, _ policy: SessionPolicy) -> Bool {
        let latency = snapshot.accessLatency(participant: participant, site: site)
        let waiting = snapshot.participants[participant].waiting
        let cap = policy.latencyCap.map { $0.milliseconds + policy.capRelaxation * waiting + 1e-7 } ?? .infinity
        return snapshot.sites[site].freeServers > 0 && latency.milliseconds <= cap
    }

    private static func routed(_ snapshot: Snapshot) -> [[Double]] {
        let sites = snapshot.sites
        var direct = sites.map { from in sites.map { $0.id == from.id ? 0 : Double.infinity } }
        for (row, from) in sites.enumerated() {
            for (column, to) in sites.enumerated() where row != column {
                switch snapshot.network {
                case .unknown:
                    direct[row][column] =
                        GeographicLatency.estimate(from: from.coordinate, to: to.coordinate).milliseconds
                case .dense(let table): direct[row][column] = table[row, column]?.milliseconds ?? .infinity
                case .links(let links):
                    let latencies = links.filter { $0.from == from.id && $0.to == to.id }.map(\.latency.milliseconds)
                    direct[row][column] = latencies.min() ?? .infinity
                }
            }
        }
        for via in sites.indices {
            for from in sites.indices {
                for to in sites.indices {
                    direct[from][to] = min(direct[from][to], direct[from][via] + direct[via][to])
                }
            }
        }
        return direct
    }
}
