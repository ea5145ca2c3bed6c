import DenseMatrices
import MeshTypes

/// What a bound by potentials is made over, in flat arrays: the session's participants within reach, the sites with free
/// servers. ``MeshTypes/PairPotentials`` defines the bound.
struct PotentialProblem {
    /// The sites with free servers, by number.
    let sites: [Int]
    /// The places in `sites` that tables have values for.
    let support: [Int]
    /// Half-lengths from each support site to every site, whole microseconds.
    let half: Matrix<Double>
    /// Participants within reach, by number in the session.
    let people: [Int]
    /// The group of each of them, and how many groups there are; a group's members are of one class.
    let group: [Int]
    let groupCount: Int
    /// The place in `support` of the site that serves each group in the plan in hand.
    let home: [Int]
    let classOf: [Int]
    let classOfGroup: [Int]
    let groupSize: [Double]
    /// Weights both ways between classes, row-major, and each class's own.
    let mutual: [Double]
    let classCount: Int
    /// Weights to and from all others within reach.
    let weight: [Double]
    /// Access latency, a row a person, a column a place in `sites`; infinity where not allowed.
    let access: [Double]
    /// Cost of the soft cap and of the move, likewise.
    let extra: [Double]
    let load: [Double]
    let scale: Double
    let unservedPrice: Double
    /// By place in `sites`: the price of a server, the load units that one carries, and how many the session may have.
    private(set) var price: [Double]
    let perServer: [Int]
    let servers: [Int]
    let siteLimit: Int
    /// The fewest servers that carry all, and how many people at least fewer servers leave out.
    let leastServers: Int
    let leastLeft: Int
    /// What spares add, and what those out of reach do.
    private(set) var spares: Double
    let outside: Double

    /// The most participants and sites of which each has its own table, and the most tables and sites else.
    static let ownTables = 400
    static let groupLimit = 300
    static let ownSites = 80
    static let supportLimit = 40

    /// The problem of a session, led by the mesh in hand; `nil` where there is no such bound: in a session of one,
    /// where latency is worth nothing, or where some two sites have no way between them.
    init?(_ session: SessionProblem, in world: PlanningWorld, assignment: [Int]) {
        let people = session.participants.indices.filter { session.isWithinReach[$0] }
        guard session.count > 1, people.count > 1, session.interaction.scale > 0, let sites = world.components.first,
            world.components.count == 1
        else { return nil }
        let (policy, columns) = (session.policy, world.siteCount)
        let most = min(
            policy.siteLimit ?? sites.count, policy.serverLimit.map { max(0, $0 - policy.redundancy) } ?? sites.count,
            sites.count)
        guard most > 0 else { return nil }
        self.sites = sites
        self.people = people
        siteLimit = most
        let used = Set(assignment.filter { $0 >= 0 })
        support = Self.support(session, people: people, sites: sites, used: used, columns: columns)
        half = Self.halfLengths(session, world, sites: sites).rows(support)

        // Groups: everyone alone, or clusters of one site and class.
        let clusters =
            people.count <= Self.ownTables
            ? people.map { [$0] }
            : DensityMap(session, siteCount: columns).clusters(atMost: Self.groupLimit, sites: assignment)
                .map { $0.filter { session.isWithinReach[$0] } }.filter { !$0.isEmpty }
        var groupOf = [Int](repeating: 0, count: session.count)
        for (number, members) in clusters.enumerated() {
            for member in members { groupOf[member] = number }
        }
        group = people.map { groupOf[$0] }
        groupCount = clusters.count
        groupSize = clusters.map { Double($0.count) }
        classOfGroup = clusters.map { session.interaction.classOf[$0[0]] }
        let (support, places) = (support, sites)
        home = clusters.map { members in
            let site = assignment[members[0]]
            if let place = support.firstIndex(where: { places[$0] == site }) { return place }
            let row = members[0] * columns
            return support.indices.min { left, right in
                session.latency[row + places[support[left]]] < session.latency[row + places[support[right]]]
            } ?? 0
        }

        let interaction = session.interaction
        classOf = people.map { interaction.classOf[$0] }
        classCount = interaction.count
        mutual = interaction.mutual
        scale = interaction.scale
        var sizes = [Double](repeating: 0, count: interaction.count)
        for number in classOf { sizes[number] += 1 }
        let weights = (0..<interaction.count).map { own in
            let all = (0..<interaction.count).reduce(0) {
                $0 + interaction.mutual[own * interaction.count + $1] * sizes[$1]
            }
            return all - interaction.mutual[own * interaction.count + own]
        }
        weight = classOf.map { weights[$0] }
        var access: [Double] = []
        var extra: [Double] = []
        for person in people {
            let previous = session.previous[person]
            for site in sites {
                let latency = session.latency[person * columns + site]
                access.append(latency)
                let move = previous != SessionProblem.nowhere && previous != site ? policy.movePrice : 0
                extra.append(session.excessCost(latency) + move)
            }
        }
        self.access = access
        self.extra = extra
        load = people.map { Double(session.loads[$0]) }
        unservedPrice = policy.unservedPrice
        price = sites.map { world.sites[$0].price }
        perServer = sites.map { world.sites[$0].loadPerServer }
        let (total, largest) = (people.reduce(0) { $0 + session.loads[$1] }, perServer.max() ?? 1)
        leastServers = (total + largest - 1) / largest
        let (excess, heaviest) = (total - (leastServers - 1) * largest, people.map { session.loads[$0] }.max() ?? 1)
        leastLeft = min(people.count, max(0, (excess + heaviest - 1) / heaviest))
        let limit = policy.serverLimit.map { max(0, $0 - policy.redundancy) } ?? .max
        servers = sites.map { min(world.sites[$0].freeServers, limit) }
        spares = Double(policy.redundancy) * (sites.map { world.sites[$0].price }.min() ?? 0)
        outside = Double(session.count - people.count) * policy.unservedPrice
    }

    /// Takes other prices of servers, by place in `sites`, and what spares cost at them.
    mutating func price(_ prices: [Double], spares: Double) {
        price = prices
        self.spares = spares
    }

    /// All sites, or those in use and those that most people are near to.
    private static func support(
        _ session: SessionProblem, people: [Int], sites: [Int], used: Set<Int>, columns: Int
    ) -> [Int] {
        guard sites.count > ownSites else { return Array(sites.indices) }
        var nearest = [Double](repeating: 0, count: sites.count)
        for person in people {
            let row = person * columns
            let order = sites.indices.filter { session.latency[row + sites[$0]] < .infinity }
            guard let best = order.min(by: { session.latency[row + sites[$0]] < session.latency[row + sites[$1]] })
            else { continue }
            nearest[best] += 1
        }
        let order = sites.indices.sorted { left, right in
            let ranks = (used.contains(sites[left]) ? 0 : 1, used.contains(sites[right]) ? 0 : 1)
            return (ranks.0, -nearest[left], left) < (ranks.1, -nearest[right], right)
        }
        return order.prefix(max(supportLimit, used.count)).sorted()
    }

    /// Half-lengths between the sites: rounded down, then closed again, as rounding breaks triangles.
    private static func halfLengths(
        _ session: SessionProblem, _ world: PlanningWorld, sites: [Int]
    ) -> Matrix<Double> {
        var half = Matrix<Double>(repeating: 0, rowCount: sites.count, columnCount: sites.count)
        for (row, from) in sites.enumerated() {
            for (column, to) in sites.enumerated() {
                let (there, back) = (world.routed[from, to], world.routed[to, from])
                let length = session.interaction.isSymmetric ? (there + back) / 4 : min(there, back) / 2
                half[row, column] = length.rounded(.down)
            }
        }
        return MinPlus.closure(half)
    }
}

extension Matrix<Double> {
    /// The matrix of some rows.
    fileprivate func rows(_ numbers: [Int]) -> Matrix<Double> {
        Matrix(elements: numbers.flatMap { row($0) }, rowCount: numbers.count, columnCount: columnCount)
    }
}
