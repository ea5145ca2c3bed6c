import MeshTypes

/// The bound by potentials, verified from the words beside ``PairPotentials``: nothing of the data is trusted, and any
/// data of the right shape give a valid bound.
struct CheckedPotentials {
    /// Why data prove nothing.
    struct Flaw: Error, CustomStringConvertible {
        let description: String
    }

    let world: CheckedWorld
    let session: Session
    let members: [Int]
    let weights: CheckedInteraction
    let potentials: PairPotentials

    /// - Complexity: O(sites^3 + tables * sites^2 + participants * sites + roles^2 * sites).
    func value() throws(Flaw) -> Double {
        let sites = (0..<world.siteCount).filter { world.snapshot.sites[$0].freeServers > 0 }
        try checkShape(sites)
        let policy = session.policy
        // By identifier, as the data are.
        let order = members.indices.sorted {
            world.snapshot.participants[members[$0]].id < world.snapshot.participants[members[$1]].id
        }
        let reachable = order.indices.filter { place in
            sites.contains { world.allows(members[order[place]], $0, under: policy) }
        }
        let outside = Double(members.count - reachable.count) * policy.unservedPrice
        guard !reachable.isEmpty else { return outside }

        let tables = potentialTables(sites)
        let people = reachable.map { place in
            Person(
                number: members[order[place]], role: weights.roles[order[place]],
                potential: tables[potentials.groups[place]], value: potentials.values[place])
        }
        let relaxed = relaxation(people, sites)
        return min(Double(reachable.count) * policy.unservedPrice, relaxed) + outside
    }

    private struct Person {
        let number: Int
        let role: CheckedInteraction.Role
        /// By place in the list of sites, microseconds.
        let potential: [Int64]
        let value: Double
    }

    private func checkShape(_ sites: [Int]) throws(Flaw) {
        guard members.count > 1 else {
            throw Flaw(description: "has potentials for a session of one, which has no pairs")
        }
        let count = world.siteCount
        for from in sites {
            for to in sites where world.routed[from * count + to] >= CheckedWorld.unreachable {
                throw Flaw(description: "has potentials, but no way leads from one of the sites to another")
            }
        }
        let known = potentials.sites.compactMap { world.siteNumbers[$0] }
        let usable = Set(sites)
        guard known.count == potentials.sites.count, Set(known).count == known.count, !known.isEmpty,
            known.allSatisfy({ usable.contains($0) })
        else { throw Flaw(description: "names sites twice, or none, or some without free servers") }
        let tableCount = potentials.tables.count
        guard potentials.groups.count == members.count, potentials.values.count == members.count,
            potentials.groups.allSatisfy({ (0..<tableCount).contains($0) })
        else { throw Flaw(description: "does not give each of the \(members.count) participants a table and a value") }
        // The limit keeps sums of microseconds exact.
        let longest = Int64(1) << 40
        guard
            potentials.tables.allSatisfy({ $0.count == known.count && $0.allSatisfy { -longest < $0 && $0 < longest } })
        else { throw Flaw(description: "has a table that is not of \(known.count) values below 2^40") }
        guard potentials.values.allSatisfy(\.isFinite),
            potentials.loadPrices.allSatisfy({ world.siteNumbers[$0.key] != nil && $0.value >= 0 && $0.value.isFinite })
        else { throw Flaw(description: "has a value that is not finite, or a load price below 0 or at no site") }
        guard potentials.serverValue >= 0, potentials.serverValue.isFinite else {
            throw Flaw(description: "has a server value of \(potentials.serverValue); expected 0 or more")
        }
    }

    /// Half-lengths between sites, closed, row-major over the list.
    private func halfLengths(_ sites: [Int]) -> [Int64] {
        let (count, all) = (sites.count, world.siteCount)
        let directed = Set(weights.roles).count > 1 && weights.roles.contains(.listener)
        var half = [Int64](repeating: 0, count: count * count)
        for (row, from) in sites.enumerated() {
            for (column, to) in sites.enumerated() {
                let (there, back) = (world.routed[from * all + to], world.routed[to * all + from])
                half[row * count + column] = directed ? min(there, back) / 2 : (there + back) / 4
            }
        }
        for via in 0..<count {
            for from in 0..<count {
                let first = half[from * count + via]
                for to in 0..<count {
                    half[from * count + to] = min(half[from * count + to], first + half[via * count + to])
                }
            }
        }
        return half
    }

    private func potentialTables(_ sites: [Int]) -> [[Int64]] {
        let half = halfLengths(sites)
        let places = Dictionary(uniqueKeysWithValues: sites.enumerated().map { ($1, $0) })
        let rows = potentials.sites.compactMap { world.siteNumbers[$0] }.compactMap { places[$0] }
        return potentials.tables.map { table in
            sites.indices.map { site in
                var least = Int64.max
                for (value, row) in zip(table, rows) { least = min(least, value + half[row * sites.count + site]) }
                return least
            }
        }
    }

    private func relaxation(_ people: [Person], _ sites: [Int]) -> Double {
        let (policy, scale) = (session.policy, weights.scale)
        var crowds: [CheckedInteraction.Role: (size: Double, sum: [Double])] = [:]
        for person in people {
            var crowd = crowds[person.role] ?? (0, [Double](repeating: 0, count: sites.count))
            crowd.size += 1
            for place in sites.indices { crowd.sum[place] += Double(person.potential[place]) }
            crowds[person.role] = crowd
        }
        let mutual = { (one: CheckedInteraction.Role, other: CheckedInteraction.Role) in
            weights.weight(one, other) + weights.weight(other, one)
        }
        // For each role: the weights of all within reach, and their weighted potentials.
        var felt: [CheckedInteraction.Role: (weight: Double, potential: [Double])] = [:]
        for role in crowds.keys {
            var (weight, potential) = (0.0, [Double](repeating: 0, count: sites.count))
            for (other, crowd) in crowds {
                let each = mutual(role, other)
                weight += each * crowd.size
                for place in sites.indices { potential[place] += each * crowd.sum[place] }
            }
            felt[role] = (weight, potential)
        }
        let prices = sites.map { potentials.loadPrices[world.snapshot.sites[$0].id] ?? 0 }
        var gains: [[Gain]] = sites.map { _ in [] }
        var departures: [CheckedInteraction.Role: Double] = [:]
        let farthest = people.map { person in
            var most = Int64(0)
            for (place, site) in sites.enumerated() where world.allows(person.number, site, under: policy) {
                most = max(most, world.access(person.number, site) + person.potential[place])
            }
            return Double(most)
        }
        for role in crowds.keys {
            departures[role] = zip(people, farthest).reduce(0.0) { $0 + mutual(role, $1.0.role) * $1.1 }
        }
        var total = 0.0
        // What leaving out each adds to its value.
        var leaving: [Double] = []
        for (index, person) in people.enumerated() {
            guard let feels = felt[person.role], let farthestSum = departures[person.role] else { continue }
            let own = mutual(person.role, person.role)
            let load = Double(world.loads[person.number])
            for (place, site) in sites.enumerated() where world.allows(person.number, site, under: policy) {
                let access = world.access(person.number, site)
                let potential = Double(person.potential[place])
                let pairs =
                    (feels.weight - own) * (Double(access) + potential) - (feels.potential[place] - own * potential)
                let cost = scale * pairs + extra(person.number, site, access) + prices[place] * load
                if cost < person.value { gains[place].append(Gain(gain: person.value - cost, load: load)) }
            }
            let highest = Double(max(0, -(person.potential.min() ?? 0)))
            let saved = scale * (farthestSum - own * farthest[index] + (feels.weight - own) * highest)
            total += person.value
            leaving.append(policy.unservedPrice - saved - person.value)
        }
        let worth = zip(sites, prices).enumerated().map { place, site in
            leastCost(of: site.0, loadPrice: site.1, gains[place])
        }
        total += leastOfLeaving(leaving.sorted(), loads: people.map { world.loads[$0.number] }, sites)
        return total + openings(worth) + Double(policy.redundancy) * cheapest(sites)
    }

    /// Soft cap and move, if the participant were served at the site.
    private func extra(_ person: Int, _ site: Int, _ access: Int64) -> Double {
        let policy = session.policy
        var extra = 0.0
        if let cap = policy.softLatencyCap {
            extra += policy.softCapPrice * Double(max(0, access - cap.microseconds)) / 1000
        }
        if let previous = world.previousSites[person], previous != site { extra += policy.movePrice }
        return extra
    }

    /// Servers enough for all, each worth the session's value of one, or at least so many left out as fewer servers do not carry.
    private func leastOfLeaving(_ leaving: [Double], loads: [Int], _ sites: [Int]) -> Double {
        let (load, carries) = (loads.reduce(0, +), sites.map { world.snapshot.sites[$0].loadPerServer }.max() ?? 1)
        let servers = (load + carries - 1) / carries
        let heaviest = loads.max() ?? 1
        let left = (load - (servers - 1) * carries + heaviest - 1) / heaviest
        let free = leaving.prefix { $0 < 0 }.reduce(0, +)
        let short = leaving.enumerated().reduce(0) { $0 + ($1.element < 0 || $1.offset < left ? $1.element : 0) }
        return min(potentials.serverValue * Double(servers) + free, short)
    }

    /// What serving somebody at a site gains on the values, and the load that it takes.
    private struct Gain {
        let gain: Double
        let load: Double
    }

    /// The least that whole servers at a site cost over what they gain: of 1, 2, ... servers as many as there may be.
    private func leastCost(of site: Int, loadPrice: Double, _ gains: [Gain]) -> Double {
        let place = world.snapshot.sites[site]
        let (carries, price) = (
            Double(place.loadPerServer), place.price - potentials.serverValue - loadPrice * Double(place.loadPerServer)
        )
        var most = place.freeServers
        if let limit = session.policy.serverLimit { most = min(most, max(0, limit - session.policy.redundancy)) }
        let dearest = gains.sorted { $0.gain / $0.load > $1.gain / $1.load }
        var least = Double.infinity
        var (gained, held, next) = (0.0, 0.0, 0)
        for servers in stride(from: 1, through: most, by: 1) {
            let room = Double(servers) * carries
            while next < dearest.count, held + dearest[next].load <= room {
                gained += dearest[next].gain
                held += dearest[next].load
                next += 1
            }
            // The last one by the fraction that there is room for.
            let part = next < dearest.count ? dearest[next].gain * (room - held) / dearest[next].load : 0
            least = min(least, Double(servers) * price - gained - part)
            if next == dearest.count, price >= 0 { break }
        }
        return least
    }

    private func cheapest(_ sites: [Int]) -> Double { sites.map { world.snapshot.sites[$0].price }.min() ?? 0 }

    /// The least that opening sites adds: at least one of them, at most as many as the policy allows.
    private func openings(_ worth: [Double]) -> Double {
        let policy = session.policy
        var most = worth.count
        if let limit = policy.siteLimit { most = min(most, limit) }
        if let limit = policy.serverLimit { most = min(most, max(0, limit - policy.redundancy)) }
        let sorted = worth.sorted()
        guard most > 0, let least = sorted.first else { return 0 }
        return least >= 0 ? least : sorted.prefix(most).reduce(0) { $0 + min(0, $1) }
    }
}
