import DenseMatrices

/// Tables, values and load prices of a ``PotentialProblem``, and the bound that they give.
struct PotentialBound {
    /// Potentials at the support sites, a row a group, microseconds.
    var tables: [Double]
    /// The value of serving each person.
    var values: [Double]
    /// The price of a load unit at each site.
    var loadPrices: [Double]

    /// The bound and a direction in which it grows.
    struct Evaluation {
        var bound: Double
        /// The sites that the relaxation opens, by place.
        var open: [Int]
        /// Who is served there in the relaxation: a row a person, a column an open site.
        var serves: [Bool]
        /// Who is left out in the relaxation.
        var leaves: [Bool]
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
        var worth = (0..<columns).map { problem.opening($0, loadPrices[$0]) }
        var cost = [Double](repeating: 0, count: columns)
        var farthest = [Double](repeating: 0, count: problem.people.count)
        for person in problem.people.indices {
            costs(problem, person, potentials, felt, into: &cost)
            let (value, row, group) = (values[person], person * columns, problem.group[person])
            var most = 0.0
            for place in 0..<columns {
                worth[place] += min(0, cost[place] - value)
                let latency = problem.access[row + place]
                if latency < .infinity { most = max(most, latency + potentials[group, place]) }
            }
            farthest[person] = most
        }
        let leaving = leavingCosts(problem, potentials, farthest)
        var total = problem.spares
        var leaves = [Bool](repeating: false, count: problem.people.count)
        for person in problem.people.indices {
            total += values[person] + min(0, leaving[person] - values[person])
            leaves[person] = leaving[person] < values[person]
        }
        let order = worth.indices.sorted { (worth[$0], $0) < (worth[$1], $1) }
        var open = Array(order.prefix(problem.siteLimit).prefix { worth[$0] < 0 })
        if open.isEmpty, let first = order.first { open = [first] }
        for place in open { total += worth[place] }
        var serves = [Bool](repeating: false, count: problem.people.count * open.count)
        for person in problem.people.indices {
            for (number, place) in open.enumerated() {
                let own = personCost(problem, person, place, potentials, felt)
                serves[person * open.count + number] = own < values[person]
            }
        }
        let bound = min(Double(problem.people.count) * problem.unservedPrice, total) + problem.outside
        return Evaluation(bound: bound, open: open, serves: serves, leaves: leaves, potentials: potentials)
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
        return problem.scale * pairs + problem.extra[person * columns + place] + loadPrices[place]
            * problem.load[person]
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
