import DenseMatrices

/// Tables and values of a ``PotentialProblem``, and the bound that they give.
struct PotentialBound {
    /// Potentials at the support sites, a row a group, microseconds.
    var tables: [Double]
    /// The value of serving each person.
    var values: [Double]
    /// The value of a server to the session.
    var serverValue = 0.0

    /// The bound and a direction in which it grows.
    struct Evaluation {
        var bound: Double
        /// The sites that the relaxation opens, by place, and how many servers it rents there.
        var open: [Int]
        var servers: [Int]
        /// Who is served there in the relaxation: a row a person, a column an open site.
        var serves: [Bool]
        /// Who is left out in the relaxation, and whether that is as fewer servers than carry all are rented.
        var leaves: [Bool]
        var isShort: Bool
        /// Potentials at all sites, a row a group.
        var potentials: Matrix<Double>
    }

    /// Evaluates the bound.
    ///
    /// - Complexity: O(groups * support * sites + participants * sites + classes^2 * sites).
    func evaluate(_ problem: PotentialProblem) -> Evaluation {
        let columns = problem.sites.count
        let potentials = MinPlus.product(
            Matrix(elements: tables, rowCount: problem.groupCount, columnCount: problem.support.count), problem.half)
        let felt = weightedPotentials(problem, potentials)
        // Gains at each site, and the load that they come from.
        var gain = [Double](repeating: 0, count: columns)
        var load = gain
        var cost = [Double](repeating: 0, count: columns)
        var farthest = [Double](repeating: 0, count: problem.people.count)
        for person in problem.people.indices {
            costs(problem, person, potentials, felt, into: &cost)
            let (value, row, group) = (values[person], person * columns, problem.group[person])
            var most = 0.0
            for place in 0..<columns {
                if cost[place] < value {
                    gain[place] += value - cost[place]
                    load[place] += problem.load[person]
                }
                let latency = problem.access[row + place]
                if latency < .infinity { most = max(most, latency + potentials[group, place]) }
            }
            farthest[person] = most
        }
        let rents = rents(problem, gain, load, potentials, felt)
        let leaving = leavingCosts(problem, potentials, farthest)
        let (left, leaves, isShort) = leavers(problem, leaving)
        var total = problem.spares + values.reduce(0, +) + left
        let order = rents.indices.sorted { (rents[$0].worth, $0) < (rents[$1].worth, $1) }
        var open = Array(order.prefix(problem.siteLimit).prefix { rents[$0].worth < 0 })
        if open.isEmpty, let first = order.first { open = [first] }
        for place in open { total += rents[place].worth }
        var serves = [Bool](repeating: false, count: problem.people.count * open.count)
        for person in problem.people.indices {
            for (number, place) in open.enumerated() {
                let own = values[person] - personCost(problem, person, place, potentials, felt)
                serves[person * open.count + number] =
                    own > 0 && own >= rents[place].threshold * problem.load[person]
            }
        }
        let bound = min(Double(problem.people.count) * problem.unservedPrice, total) + problem.outside
        return Evaluation(
            bound: bound, open: open, servers: open.map { rents[$0].servers }, serves: serves, leaves: leaves,
            isShort: isShort, potentials: potentials)
    }

    /// What the cheaper way adds: servers for all, each of which is worth something, or fewer, and people left out for it.
    private func leavers(
        _ problem: PotentialProblem, _ leaving: [Double]
    ) -> (added: Double, leaves: [Bool], isShort: Bool) {
        var leaves = zip(leaving, values).map { $0 < $1 }
        var full = serverValue * Double(problem.leastServers)
        for person in leaves.indices where leaves[person] { full += leaving[person] - values[person] }
        var short = full - serverValue * Double(problem.leastServers)
        let missing = problem.leastLeft - leaves.count { $0 }
        guard missing > 0 else { return (short, leaves, serverValue > 0) }
        let others = leaves.indices.filter { !leaves[$0] }
            .sorted { (leaving[$0] - values[$0], $0) < (leaving[$1] - values[$1], $1) }
        for person in others.prefix(missing) { short += leaving[person] - values[person] }
        guard short < full else { return (full, leaves, false) }
        for person in others.prefix(missing) { leaves[person] = true }
        return (short, leaves, true)
    }

    /// What a site's servers are worth to the relaxation, whole ones.
    private struct Rent {
        /// Rent less gains; below 0 where servers pay.
        var worth: Double
        /// The gain a load unit from which on somebody is served there.
        var threshold: Double
        var servers: Int
    }

    /// The worth of each site: at once where one server carries all who gain there, or where even for nothing more than one none would pay.
    private func rents(
        _ problem: PotentialProblem, _ gain: [Double], _ load: [Double], _ potentials: Matrix<Double>, _ felt: [Double]
    ) -> [Rent] {
        var gains = ServerGains()
        return problem.sites.indices.map { place in
            let (price, perServer) = (problem.price[place] - serverValue, problem.perServer[place])
            let most = price < 0 ? problem.servers[place] : 1
            guard load[place] > Double(perServer) else {
                return Rent(worth: Double(most) * price - gain[place], threshold: 0, servers: most)
            }
            gains.removeAll()
            for person in problem.people.indices {
                let own = values[person] - personCost(problem, person, place, potentials, felt)
                if own > 0 { gains.add(gain: own, load: problem.load[person]) }
            }
            let best = gains.best(price: max(0, price), perServer: perServer, servers: problem.servers[place])
            // Servers that are worth more than they cost are all rented.
            guard price < 0 else { return Rent(worth: -best.value, threshold: best.threshold, servers: gains.rented) }
            return Rent(worth: Double(most) * price - best.value, threshold: best.threshold, servers: most)
        }
    }

    /// For each class and site the potentials of all, weighted by what they are to the class.
    private func weightedPotentials(_ problem: PotentialProblem, _ potentials: Matrix<Double>) -> [Double] {
        let (columns, classes) = (problem.sites.count, problem.classCount)
        var sums = [Double](repeating: 0, count: classes * columns)
        for group in 0..<problem.groupCount {
            let row = problem.classOfGroup[group] * columns
            for place in 0..<columns { sums[row + place] += problem.groupSize[group] * potentials[group, place] }
        }
        guard classes > 1 else { return sums.map { $0 * problem.mutual[0] } }
        var felt = [Double](repeating: 0, count: classes * columns)
        for own in 0..<classes {
            for other in 0..<classes {
                let weight = problem.mutual[own * classes + other]
                guard weight != 0 else { continue }
                for place in 0..<columns { felt[own * columns + place] += weight * sums[other * columns + place] }
            }
        }
        return felt
    }

    /// What serving somebody at a site costs in the relaxation; infinity where it is not allowed.
    @inline(__always)
    private func personCost(
        _ problem: PotentialProblem, _ person: Int, _ place: Int, _ potentials: Matrix<Double>, _ felt: [Double]
    ) -> Double {
        let columns = problem.sites.count
        let own = problem.classOf[person]
        let latency = problem.access[person * columns + place]
        guard latency < .infinity else { return .infinity }
        let potential = potentials[problem.group[person], place]
        let others = felt[own * columns + place] - problem.mutual[own * (problem.classCount + 1)] * potential
        let pairs = problem.weight[person] * (latency + potential) - others
        return problem.scale * pairs + problem.extra[person * columns + place]
    }

    /// What serving each person at each site costs in the relaxation, a row a person.
    func costs(_ problem: PotentialProblem) -> [Double] {
        let columns = problem.sites.count
        let potentials = MinPlus.product(
            Matrix(elements: tables, rowCount: problem.groupCount, columnCount: problem.support.count), problem.half)
        let felt = weightedPotentials(problem, potentials)
        return problem.people.indices.flatMap { person in
            (0..<columns).map { personCost(problem, person, $0, potentials, felt) }
        }
    }

    private func costs(
        _ problem: PotentialProblem, _ person: Int, _ potentials: Matrix<Double>, _ felt: [Double],
        into cost: inout [Double]
    ) {
        for place in cost.indices { cost[place] = personCost(problem, person, place, potentials, felt) }
    }

    /// The least that leaving out each person costs.
    private func leavingCosts(
        _ problem: PotentialProblem, _ potentials: Matrix<Double>, _ farthest: [Double]
    ) -> [Double] {
        let classes = problem.classCount
        var sums = [Double](repeating: 0, count: classes)
        for person in problem.people.indices { sums[problem.classOf[person]] += farthest[person] }
        let felt = (0..<classes).map { own in
            (0..<classes).reduce(0) { $0 + problem.mutual[own * classes + $1] * sums[$1] }
        }
        let highest = (0..<problem.groupCount).map { max(0, -(potentials.row($0).min() ?? 0)) }
        return problem.people.indices.map { person in
            let own = problem.classOf[person]
            let others = felt[own] - problem.mutual[own * classes + own] * farthest[person]
            let saved = others + problem.weight[person] * highest[problem.group[person]]
            return problem.unservedPrice - problem.scale * saved
        }
    }
}
