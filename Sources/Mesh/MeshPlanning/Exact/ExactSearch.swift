import DenseMatrices
import MeshTypes
import Optimization

/// Branch and bound over the assignments of all sessions together, for worlds small enough: it finds the plan of least
/// cost and proves it, pool, limits, moves and spares included.
///
/// Participants are assigned one after the other, to a site or to none. Of what is open, each participant costs at least
/// its cheapest place, its pairs with those assigned counted in full, those with others at half the least that they can
/// cost; leaving it out gives back the halves that others count for it. Rent counts as far as loads need it.
/// Interchangeable participants are assigned in the order of sites, so that no plan is looked at twice.
struct ExactSearch {
    /// What is searched at most.
    static let personLimit = 24
    static let siteLimit = 12
    static let sessionLimit = 4
    static let nodeLimit = 150_000

    private struct Person {
        let session: Int
        let number: Int
        let load: Int
        let previous: Int
        let isBudgeted: Bool
        /// By place, infinity where not allowed; the last entry is being left out.
        let linear: [Double]
        /// The one before it that is interchangeable with it.
        let twin: Int?
    }

    private let world: PlanningWorld
    private let monitor: StopMonitor
    /// Sites with free servers.
    private let sites: [Int]
    private let people: [Person]
    /// Cost of a pair by places, row-major, or empty for people of different sessions; a row a person.
    private let pairs: [[[Double]]]
    /// By depth, person and place: half of the least that pairs with those after the depth cost; and the most of it.
    private let halves: [[[Double]]]
    private let returns: [[Double]]

    // The state of the descent.
    private var place: [Int]
    private var toAssigned: [[Double]]
    private var load: [[Int]]
    private var usedSites: [Int]
    private var moves: [Int]
    private var servers: [Int]
    private var served: [Int]
    private var nodes = 0
    private var best: Double
    private var bestPlaces: [Int]?
    private var bestSpares: [[Int]] = []

    /// A search; `nil` where the world is too large for it.
    init?(_ world: PlanningWorld, monitor: StopMonitor, incumbent: Double) {
        let sites = world.sites.indices.filter { world.sites[$0].freeServers > 0 }
        let total = world.sessions.reduce(0) { $0 + $1.count }
        guard total <= Self.personLimit, sites.count <= Self.siteLimit, world.sessions.count <= Self.sessionLimit,
            world.sessions.allSatisfy({ $0.policy.redundancy <= 2 })
        else { return nil }
        self.world = world
        self.monitor = monitor
        self.sites = sites
        best = incumbent
        var people: [Person] = []
        for (index, session) in world.sessions.enumerated() {
            for number in session.participants.indices {
                people.append(Self.person(number, of: index, session, world, sites: sites, before: people))
            }
        }
        self.people = people
        let everyone = people
        pairs = everyone.indices.map { one in
            everyone.indices.map { other in
                everyone[one].session == everyone[other].session && one != other
                    ? Self.pairCosts(everyone[one], everyone[other], world, sites: sites) : []
            }
        }
        (halves, returns) = Self.halves(everyone, pairs, width: sites.count)
        place = Array(repeating: -1, count: people.count)
        toAssigned = Array(repeating: Array(repeating: 0, count: sites.count), count: people.count)
        load = Array(repeating: Array(repeating: 0, count: sites.count), count: world.sessions.count)
        usedSites = Array(repeating: 0, count: world.sessions.count)
        moves = usedSites
        served = usedSites
        servers = Array(repeating: 0, count: sites.count)
    }

    private static func person(
        _ number: Int, of index: Int, _ session: SessionProblem, _ world: PlanningWorld, sites: [Int], before: [Person]
    ) -> Person {
        let row = number * world.siteCount
        let previous = session.previous[number]
        let linear = sites.map { site -> Double in
            let latency = session.latency[row + site]
            let move = previous != SessionProblem.nowhere && previous != site ? session.policy.movePrice : 0
            let echo = session.count == 1 ? session.interaction.scale * 2 * latency : 0
            return latency < .infinity ? session.excessCost(latency) + move + echo : .infinity
        }
        let twin = before.lastIndex { other in
            guard other.session == index, other.load == session.loads[number], other.previous == previous,
                session.interaction.classOf[other.number] == session.interaction.classOf[number]
            else { return false }
            let theirs = other.number * world.siteCount
            return sites.allSatisfy { session.latency[theirs + $0] == session.latency[row + $0] }
        }
        return Person(
            session: index, number: number, load: session.loads[number], previous: previous,
            isBudgeted: previous >= 0 && session.latency[row + previous] < .infinity,
            linear: linear + [session.policy.unservedPrice], twin: twin)
    }

    private static func pairCosts(_ one: Person, _ other: Person, _ world: PlanningWorld, sites: [Int]) -> [Double] {
        let session = world.sessions[one.session]
        let (classes, columns) = (session.interaction, world.siteCount)
        let (from, to) = (classes.classOf[one.number], classes.classOf[other.number])
        let there = classes.weight[from * classes.count + to]
        let back = classes.weight[to * classes.count + from]
        return sites.flatMap { site in
            sites.map { partner -> Double in
                let (out, home) = (world.routed[site, partner], world.routed[partner, site])
                let access =
                    session.latency[one.number * columns + site] + session.latency[other.number * columns + partner]
                guard out < .infinity, home < .infinity, access < .infinity else { return .infinity }
                return classes.scale * ((there + back) * access + there * out + back * home)
            }
        }
    }

    private static func halves(
        _ people: [Person], _ pairs: [[[Double]]], width: Int
    ) -> (halves: [[[Double]]], returns: [[Double]]) {
        let count = people.count
        var halves = Array(
            repeating: Array(repeating: Array(repeating: 0.0, count: width), count: count), count: count + 1)
        var returns = Array(repeating: Array(repeating: 0.0, count: count), count: count + 1)
        for depth in stride(from: count - 1, through: 0, by: -1) {
            halves[depth] = halves[depth + 1]
            returns[depth] = returns[depth + 1]
            // The person at the depth joins those that are open.
            for one in depth + 1..<max(depth + 1, count) where !pairs[one][depth].isEmpty {
                for (here, there) in [(one, depth), (depth, one)] {
                    var most = 0.0
                    for place in 0..<width {
                        let least = pairs[here][there][place * width..<(place + 1) * width].min() ?? .infinity
                        // Where no place goes together with it, the other is left out: then nothing is counted.
                        let half = least < .infinity ? least / 2 : 0
                        halves[depth][here][place] += half
                        most = max(most, half)
                    }
                    // Leaving out `there` gives back what `here` counted for it.
                    returns[depth][there] += most
                }
            }
        }
        return (halves, returns)
    }
}

extension ExactSearch {
    /// Searches. The drafts are those of a plan cheaper than the incumbent, if there is one; `isComplete` says that none
    /// cheaper than that exists.
    mutating func run() -> (drafts: [Draft]?, isComplete: Bool) {
        let isComplete = descend(0, cost: 0)
        guard let bestPlaces else { return (nil, isComplete) }
        var drafts = world.sessions.map { Draft(unserved: $0, siteCount: world.siteCount) }
        for (index, session) in world.sessions.enumerated() {
            var loads = [Int](repeating: 0, count: sites.count)
            for (person, place) in zip(people, bestPlaces) where person.session == index && place < sites.count {
                drafts[index].site[person.number] = sites[place]
                loads[place] += person.load
            }
            for (place, site) in sites.enumerated() {
                drafts[index].servers[site] = needed(loads[place], place) + bestSpares[index][place]
            }
            _ = session
        }
        return (drafts, isComplete)
    }

    private func needed(_ load: Int, _ place: Int) -> Int {
        let one = world.sites[sites[place]].loadPerServer
        return (load + one - 1) / one
    }

    /// What is too little to be better by.
    private var threshold: Double { best - 1e-9 * max(1, abs(best)) }

    private mutating func descend(_ depth: Int, cost: Double) -> Bool {
        nodes += 1
        if nodes > Self.nodeLimit || nodes.isMultiple(of: 256) && monitor.stopReason != nil { return false }
        guard depth < people.count else {
            finish(cost)
            return true
        }
        guard cost + openCost(depth) < threshold else { return true }
        let person = people[depth]
        let options = (0...sites.count).filter { person.linear[$0] < .infinity }.map { place in
            (cost: optionCost(depth, place), place: place)
        }
        for option in options.sorted(by: { ($0.cost, $0.place) < ($1.cost, $1.place) }) {
            if let twin = person.twin, option.place < self.place[twin] { continue }
            guard option.cost < .infinity, let rent = enter(depth, option.place) else { continue }
            let own = person.linear[option.place] + (option.place < sites.count ? toAssigned[depth][option.place] : 0)
            let isSearched = descend(depth + 1, cost: cost + own + rent)
            leave(depth, option.place)
            if !isSearched { return false }
        }
        return true
    }

    private func optionCost(_ depth: Int, _ place: Int) -> Double {
        let person = people[depth]
        guard place < sites.count else { return person.linear[place] - returns[depth][depth] }
        return person.linear[place] + toAssigned[depth][place] + halves[depth][depth][place]
    }

    /// The least that those who are open can cost.
    private func openCost(_ depth: Int) -> Double {
        var total = 0.0
        for one in depth..<people.count {
            let person = people[one]
            var least = person.linear[sites.count] - returns[depth][one]
            for place in sites.indices {
                least = min(least, person.linear[place] + toAssigned[one][place] + halves[depth][one][place])
            }
            total += least
        }
        return total
    }

    /// Assigns somebody; the rent that it adds, or `nil` where a constraint forbids it.
    private mutating func enter(_ depth: Int, _ place: Int) -> Double? {
        let person = people[depth]
        guard place < sites.count else {
            self.place[depth] = place
            return 0
        }
        let (session, policy) = (person.session, world.sessions[person.session].policy)
        let site = world.sites[sites[place]]
        let before = needed(load[session][place], place)
        let added = needed(load[session][place] + person.load, place) - before
        guard servers[place] + added <= site.freeServers else { return nil }
        if load[session][place] == 0, usedSites[session] + 1 > policy.siteLimit ?? .max { return nil }
        if let limit = policy.serverLimit {
            let rented = sites.indices.reduce(0) { $0 + needed(load[session][$1], $1) }
            guard rented + added + policy.redundancy <= limit else { return nil }
        }
        let isMove = person.isBudgeted && person.previous != sites[place]
        if isMove, let budget = policy.moveBudget, moves[session] + 1 > budget { return nil }

        self.place[depth] = place
        if load[session][place] == 0 { usedSites[session] += 1 }
        load[session][place] += person.load
        servers[place] += added
        if isMove { moves[session] += 1 }
        served[session] += 1
        for other in depth + 1..<max(depth + 1, people.count) where !pairs[other][depth].isEmpty {
            for there in sites.indices { toAssigned[other][there] += pairs[other][depth][there * sites.count + place] }
        }
        let spares =
            served[session] == 1 ? Double(policy.redundancy) * (sites.map { world.sites[$0].price }.min() ?? 0) : 0
        return site.price * Double(added) + spares
    }

    private mutating func leave(_ depth: Int, _ place: Int) {
        let person = people[depth]
        guard place < sites.count else { return }
        let session = person.session
        let before = needed(load[session][place], place)
        load[session][place] -= person.load
        servers[place] -= before - needed(load[session][place], place)
        if load[session][place] == 0 { usedSites[session] -= 1 }
        if person.isBudgeted && person.previous != sites[place] { moves[session] -= 1 }
        served[session] -= 1
        // Recomputed rather than subtracted: infinity does not come off again.
        for other in depth + 1..<max(depth + 1, people.count) where !pairs[other][depth].isEmpty {
            for there in sites.indices {
                toAssigned[other][there] = (0..<depth).reduce(0) { sum, earlier in
                    guard !pairs[other][earlier].isEmpty, self.place[earlier] < sites.count else { return sum }
                    return sum + pairs[other][earlier][there * sites.count + self.place[earlier]]
                }
            }
        }
    }

    /// Everybody is assigned: spares go where they cost least.
    private mutating func finish(_ cost: Double) {
        let cheapest = sites.map { world.sites[$0].price }.min() ?? 0
        var spareless = cost
        for (index, session) in world.sessions.enumerated() where served[index] > 0 {
            spareless -= Double(session.policy.redundancy) * cheapest
        }
        var chosen = Array(repeating: Array(repeating: 0, count: sites.count), count: world.sessions.count)
        var free = sites.indices.map { world.sites[sites[$0]].freeServers - servers[$0] }
        placeSpares(0, 0, 0, spareless, &chosen, &free)
    }

    private mutating func placeSpares(
        _ session: Int, _ placed: Int, _ from: Int, _ cost: Double, _ chosen: inout [[Int]], _ free: inout [Int]
    ) {
        guard cost < threshold else { return }
        guard session < world.sessions.count else {
            best = cost
            bestPlaces = place
            bestSpares = chosen
            return
        }
        let policy = world.sessions[session].policy
        guard served[session] > 0, placed < policy.redundancy else {
            return placeSpares(session + 1, 0, 0, cost, &chosen, &free)
        }
        for place in from..<max(from, sites.count) where free[place] > 0 {
            let opened = sites.indices.count { $0 != place && load[session][$0] == 0 && chosen[session][$0] > 0 }
            let opens = load[session][place] == 0 ? 1 : 0
            guard usedSites[session] + opened + opens <= policy.siteLimit ?? .max else { continue }
            chosen[session][place] += 1
            free[place] -= 1
            placeSpares(session, placed + 1, place, cost + world.sites[sites[place]].price, &chosen, &free)
            chosen[session][place] -= 1
            free[place] += 1
        }
    }
}
