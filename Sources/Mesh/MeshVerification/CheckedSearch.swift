import MeshTypes

/// The certificate `search` of a plan, verified by searching again: no assignment of all participants, within pool and
/// policies, costs less than the plan does.
///
/// Depth first, one participant after the other. A branch is given up when what is assigned, and the least that each of
/// the others adds, reach the plan's cost.
struct CheckedSearch {
    /// Why nothing is proved.
    enum Flaw: Error {
        case tooLarge
        case cheaper(Double)
    }

    /// The most participants, and branches that are looked at.
    static let personLimit = 40
    static let branchLimit = 2_000_000

    private let world: CheckedWorld
    private let sessions: [Session]
    /// Participants by number, and the place of the session of each.
    private let people: [(number: Int, session: Int)]
    private let sites: [Int]
    private let weights: [CheckedInteraction]
    /// By pair of people: the cost at each two places, row-major; empty where they do not interact.
    private var pairs: [[[Double]]] = []
    /// The least that a pair costs with the first at a place, halved.
    private var halves: [[[Double]]] = []
    /// The one before each person that is interchangeable with it: both orders are one plan.
    private var twins: [Int?] = []
    private var branches = 0

    init(_ world: CheckedWorld) throws(Flaw) {
        self.world = world
        sessions = world.snapshot.sessions
        sites = (0..<world.siteCount).filter { world.snapshot.sites[$0].freeServers > 0 }
        guard world.snapshot.participants.count <= Self.personLimit else { throw .tooLarge }
        var people: [(number: Int, session: Int)] = []
        var weights: [CheckedInteraction] = []
        for (place, session) in sessions.enumerated() {
            let members = world.members[session.id] ?? []
            weights.append(CheckedInteraction(session, members: members, snapshot: world.snapshot))
            people += members.map { ($0, place) }
        }
        self.people = people
        self.weights = weights
        let width = sites.count
        for place in people.indices { twins.append(twin(of: place)) }
        for one in people {
            var rows: [[Double]] = []
            var least: [[Double]] = []
            for other in people {
                let costs = one.session == other.session && one.number != other.number ? pair(one, other) : []
                rows.append(costs)
                least.append(
                    costs.isEmpty
                        ? []
                        : (0..<width).map { place in
                            let minimum = costs[place * width..<(place + 1) * width].min() ?? .infinity
                            return minimum < .infinity ? minimum / 2 : 0
                        })
            }
            pairs.append(rows)
            halves.append(least)
        }
    }

    private func twin(of place: Int) -> Int? {
        let (person, session) = (people[place], people[place].session)
        let members = world.members[sessions[session].id] ?? []
        func role(_ number: Int) -> CheckedInteraction.Role? {
            members.firstIndex(of: number).map { weights[session].roles[$0] }
        }
        let policy = sessions[session].policy
        return people[..<place].lastIndex { other in
            other.session == session && world.loads[other.number] == world.loads[person.number]
                && world.previousSites[other.number] == world.previousSites[person.number]
                && role(other.number) == role(person.number)
                && sites.allSatisfy {
                    world.access(other.number, $0) == world.access(person.number, $0)
                        && world.allows(other.number, $0, under: policy)
                            == world.allows(person.number, $0, under: policy)
                }
        }
    }

    private func pair(_ one: (number: Int, session: Int), _ other: (number: Int, session: Int)) -> [Double] {
        let policy = sessions[one.session].policy
        let members = world.members[sessions[one.session].id] ?? []
        let interaction = weights[one.session]
        guard let first = members.firstIndex(of: one.number), let second = members.firstIndex(of: other.number) else {
            return []
        }
        let there = interaction.weight(interaction.roles[first], interaction.roles[second])
        let back = interaction.weight(interaction.roles[second], interaction.roles[first])
        return sites.flatMap { site in
            sites.map { partner -> Double in
                let (out, home) = (
                    world.routed[site * world.siteCount + partner], world.routed[partner * world.siteCount + site]
                )
                guard world.allows(one.number, site, under: policy), world.allows(other.number, partner, under: policy),
                    out < CheckedWorld.unreachable, home < CheckedWorld.unreachable
                else { return .infinity }
                let access = Double(world.access(one.number, site) + world.access(other.number, partner))
                return interaction.scale * ((there + back) * access + there * Double(out) + back * Double(home))
            }
        }
    }

    /// Throws when some plan costs less than `cost`, or when there are too many to say.
    mutating func verify(cost: Double) throws(Flaw) {
        var choice = [Int](repeating: -1, count: people.count)
        try branch(&choice, 0, 0, below: cost - 1e-6 * max(1, abs(cost)))
    }

    private func alone(_ person: Int, _ place: Int) -> Double {
        let (number, policy) = (people[person].number, sessions[people[person].session].policy)
        guard place >= 0 else { return policy.unservedPrice }
        guard world.allows(number, sites[place], under: policy) else { return .infinity }
        let access = world.access(number, sites[place])
        var cost = 0.0
        if let cap = policy.softLatencyCap {
            cost += policy.softCapPrice * Double(max(0, access - cap.microseconds)) / 1000
        }
        if let previous = world.previousSites[number], previous != sites[place] { cost += policy.movePrice }
        if weights[people[person].session].roles.count == 1 {
            cost += weights[people[person].session].scale * 2 * Double(access)
        }
        return cost
    }

    /// What somebody costs at a place, pairs with the first `count` people included.
    private func cost(_ person: Int, _ place: Int, _ choice: [Int], _ count: Int) -> Double {
        var cost = alone(person, place)
        guard place >= 0, cost < .infinity else { return cost }
        for other in 0..<count where choice[other] >= 0 && !pairs[person][other].isEmpty {
            cost += pairs[person][other][place * sites.count + choice[other]]
        }
        return cost
    }

    private mutating func branch(
        _ choice: inout [Int], _ count: Int, _ cost: Double, below limit: Double
    ) throws(Flaw) {
        branches += 1
        guard branches <= Self.branchLimit else { throw .tooLarge }
        guard let rent = rent(choice, count, isWhole: count == people.count) else { return }
        guard count < people.count else {
            if cost + rent < limit { throw .cheaper(cost + rent) }
            return
        }
        var bound = cost + rent
        for person in count..<people.count {
            // Leaving somebody out gives back what the others count for a pair with it.
            var left = alone(person, -1)
            for other in count..<people.count where !pairs[other][person].isEmpty {
                left -= halves[other][person].max() ?? 0
            }
            var least = left
            for place in sites.indices {
                var served = self.cost(person, place, choice, count)
                guard served < least + 1e18 else { continue }
                for other in count..<people.count where !pairs[person][other].isEmpty {
                    served += halves[person][other][place]
                }
                least = min(least, served)
            }
            bound += least
        }
        guard bound < limit else { return }
        for place in -1..<sites.count {
            if let twin = twins[count], place < choice[twin] { continue }
            let added = self.cost(count, place, choice, count)
            guard added < .infinity else { continue }
            choice[count] = place
            try branch(&choice, count + 1, cost + added, below: limit)
            choice[count] = -1
        }
    }

    /// The least rent of the first `count` people's loads, spares included when all are assigned; `nil` where pool or
    /// policy forbid the assignment.
    private func rent(_ choice: [Int], _ count: Int, isWhole: Bool) -> Double? {
        var total = 0.0
        var free = sites.map { world.snapshot.sites[$0].freeServers }
        var meshes: [(policy: SessionPolicy, needed: [Int])] = []
        for (index, session) in sessions.enumerated() {
            let policy = session.policy
            var load = [Int](repeating: 0, count: sites.count)
            var moves = 0
            for person in 0..<count where people[person].session == index && choice[person] >= 0 {
                let number = people[person].number
                load[choice[person]] += world.loads[number]
                if let previous = world.previousSites[number], previous >= 0, previous != sites[choice[person]],
                    world.allows(number, previous, under: policy)
                {
                    moves += 1
                }
            }
            if let budget = policy.moveBudget, moves > budget { return nil }
            let needed = zip(load, sites).map { load, site in
                (load + world.snapshot.sites[site].loadPerServer - 1) / world.snapshot.sites[site].loadPerServer
            }
            let servers = needed.reduce(0, +)
            if let limit = policy.serverLimit, servers > 0, servers + policy.redundancy > limit { return nil }
            if let limit = policy.siteLimit, needed.count(where: { $0 > 0 }) > limit { return nil }
            for place in sites.indices {
                free[place] -= needed[place]
                if free[place] < 0 { return nil }
                total += world.snapshot.sites[sites[place]].price * Double(needed[place])
            }
            if servers > 0 { meshes.append((policy, needed)) }
        }
        guard isWhole else { return total }
        guard let spares = spares(meshes, free) else { return nil }
        return total + spares
    }

    /// The least that spares of all meshes cost on what is free.
    private func spares(_ meshes: [(policy: SessionPolicy, needed: [Int])], _ free: [Int]) -> Double? {
        guard var mesh = meshes.first else { return 0 }
        guard mesh.policy.redundancy > 0 else { return spares(Array(meshes.dropFirst()), free) }
        mesh.policy.redundancy -= 1
        var least: Double?
        for place in sites.indices where free[place] > 0 {
            var (next, left) = (mesh, free)
            next.needed[place] += 1
            left[place] -= 1
            if let limit = mesh.policy.siteLimit, next.needed.count(where: { $0 > 0 }) > limit { continue }
            guard let rest = spares([next] + meshes.dropFirst(), left) else { continue }
            least = min(least ?? .infinity, rest + world.snapshot.sites[sites[place]].price)
        }
        return least
    }
}
