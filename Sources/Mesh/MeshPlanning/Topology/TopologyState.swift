/// A set of links under change, with what it costs and violates.
struct TopologyState {
    let problem: TopologyProblem
    /// Whether each pair of sites is linked, row-major.
    private(set) var isLinked: [Bool]
    private(set) var neighbours: [[Int]]
    private let isPrevious: [Bool]
    private var distance: [Int64]

    init(_ problem: TopologyProblem, links: [TopologyProblem.Pair]) {
        self.problem = problem
        let count = problem.count
        isLinked = Array(repeating: false, count: count * count)
        neighbours = Array(repeating: [], count: count)
        var isPrevious = [Bool](repeating: false, count: count * count)
        for pair in problem.previous ?? [] { isPrevious[pair.first * count + pair.second] = true }
        self.isPrevious = isPrevious
        distance = []
        for pair in links where pair.first != pair.second && canLink(pair) && !isLinked(pair) { toggle(pair) }
    }

    var links: [TopologyProblem.Pair] {
        neighbours.indices.flatMap { site in
            neighbours[site].filter { $0 > site }.sorted().map { TopologyProblem.Pair(site, $0) }
        }
    }

    func canLink(_ pair: TopologyProblem.Pair) -> Bool {
        problem.latency[pair.first * problem.count + pair.second] < TopologyProblem.missing
    }

    func isLinked(_ pair: TopologyProblem.Pair) -> Bool { isLinked[pair.first * problem.count + pair.second] }

    func degree(_ site: Int) -> Int { neighbours[site].count }

    /// Adds a link that is not there, or takes away one that is.
    mutating func toggle(_ pair: TopologyProblem.Pair) {
        let (first, second, count) = (pair.first, pair.second, problem.count)
        if isLinked[first * count + second] {
            neighbours[first].removeAll { $0 == second }
            neighbours[second].removeAll { $0 == first }
        } else {
            neighbours[first].append(second)
            neighbours[second].append(first)
        }
        isLinked[first * count + second].toggle()
        isLinked[second * count + first].toggle()
    }

    /// What the links violate.
    ///
    /// - Complexity: O(sites + links): one depth-first search finds parts and bridges (Tarjan 1974).
    func violations() -> Topology.Violations {
        var violations = Topology.Violations()
        for site in neighbours.indices { violations.excess += max(0, degree(site) - problem.degreeLimit) }
        var order = [Int](repeating: -1, count: problem.count)
        var low = order
        var clock = 0
        for root in neighbours.indices where order[root] < 0 {
            violations.parts += 1
            var stack: [(site: Int, parent: Int, next: Int)] = [(root, -1, 0)]
            order[root] = clock
            low[root] = clock
            clock += 1
            while let top = stack.last {
                guard top.next < neighbours[top.site].count else {
                    stack.removeLast()
                    guard top.parent >= 0 else { continue }
                    low[top.parent] = min(low[top.parent], low[top.site])
                    if low[top.site] > order[top.parent], problem.isTwoEdgeConnected { violations.bridges += 1 }
                    continue
                }
                stack[stack.count - 1].next += 1
                let next = neighbours[top.site][top.next]
                if order[next] < 0 {
                    order[next] = clock
                    low[next] = clock
                    clock += 1
                    stack.append((next, top.site, 0))
                } else if next != top.parent {
                    low[top.site] = min(low[top.site], order[next])
                }
            }
        }
        violations.parts = max(0, violations.parts - 1)
        return violations
    }

    /// The cost of the links; pairs without a way between them count as a minute apart.
    ///
    /// - Complexity: O(sites * (sites^2 + links)).
    mutating func cost() -> Int128 {
        let count = problem.count
        var total: Int128 = 0
        for pair in links {
            let place = pair.first * count + pair.second
            if !problem.linkPrices.isEmpty { total += Int128(problem.linkPrices[place]) }
        }
        if problem.previous != nil {
            var changed: Int128 = 0
            for first in 0..<count {
                for second in (first + 1)..<max(first + 1, count) {
                    let place = first * count + second
                    if isPrevious[place] != isLinked[place] { changed += 1 }
                }
            }
            total += changed * Int128(problem.changePrice)
        }
        for source in 0..<count {
            search(from: source)
            for site in 0..<count {
                let traffic = problem.traffic[source * count + site]
                if traffic > 0 { total += Int128(traffic) * Int128(min(distance[site], RoutingLink.longestLatency)) }
            }
        }
        return total
    }

    /// Dijkstra's algorithm on a small dense graph: O(sites^2 + links).
    private mutating func search(from source: Int) {
        let count = problem.count
        distance = Array(repeating: TopologyProblem.missing, count: count)
        distance[source] = 0
        var isSettled = [Bool](repeating: false, count: count)
        for _ in 0..<count {
            var site = -1
            for other in 0..<count where !isSettled[other] && distance[other] < TopologyProblem.missing {
                if site < 0 || distance[other] < distance[site] { site = other }
            }
            guard site >= 0 else { return }
            isSettled[site] = true
            for next in neighbours[site] {
                let length = distance[site] + problem.latency[site * count + next]
                if length < distance[next] { distance[next] = length }
            }
        }
    }
}
