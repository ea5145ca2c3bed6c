public import Optimization

/// Chooses the links of a mesh by local search.
///
/// It starts from the previous topology and from a spanning tree of the shortest links under the degree limit, to which
/// ears are added until no bridge is left where none may be. Then it adds, removes and exchanges single links, the
/// change that gains most first, judging topologies by what they violate, then by their cost. The better of both
/// ends counts. The result is a local optimum: on 400 random instances of up to five sites it
/// missed the best of all topologies once (see the guide). With degree limits, whether a topology exists at all is as hard
/// as finding a Hamiltonian path; what is not reached is in ``Topology/violations``.
public struct TopologyPlanner: Sendable {
    /// Creates a planner.
    public init() {}

    /// The links to keep.
    ///
    /// - Complexity: a round of the search looks at O(sites^2) links added, O(links) removed, and O(links * sites)
    ///   exchanged (beyond 12 sites only links at a common site), each in O(sites^3).
    /// - Throws: ``PlanningError`` for tables of the wrong size and figures out of range.
    public func topology(_ problem: TopologyProblem, monitor: StopMonitor? = nil) throws(PlanningError) -> Topology {
        try problem.check()
        var best: Topology?
        for start in starts(problem) {
            var search = TopologySearch(problem, from: start)
            let found = search.run(monitor: monitor)
            if let known = best, !Self.isBetter(found, than: known) { continue }
            best = found
        }
        return best ?? Topology(links: [], cost: 0, violations: .init())
    }

    private static func isBetter(_ left: Topology, than right: Topology) -> Bool {
        left.violations != right.violations ? left.violations < right.violations : left.cost < right.cost
    }

    /// The previous topology, a tree with ears, and all that the degree limit lets in.
    private func starts(_ problem: TopologyProblem) -> [[TopologyProblem.Pair]] {
        var pairs: [TopologyProblem.Pair] = []
        for first in 0..<problem.count {
            for second in (first + 1)..<max(first + 1, problem.count)
            where problem.latency[first * problem.count + second] < TopologyProblem.missing {
                pairs.append(TopologyProblem.Pair(first, second))
            }
        }
        pairs.sort { left, right in
            let (a, b) = (
                problem.latency[left.first * problem.count + left.second],
                problem.latency[right.first * problem.count + right.second]
            )
            return a != b ? a < b : left < right
        }
        // The previous topology comes first: of ends that cost the same, the first is kept.
        var starts = problem.previous.map { [$0] } ?? []
        starts.append(tree(problem, pairs))
        var degrees = [Int](repeating: 0, count: problem.count)
        var dense: [TopologyProblem.Pair] = []
        for pair in pairs where max(degrees[pair.first], degrees[pair.second]) < problem.degreeLimit {
            degrees[pair.first] += 1
            degrees[pair.second] += 1
            dense.append(pair)
        }
        starts.append(dense)
        return starts
    }

    /// Kruskal's tree, passing over links at sites that have their fill.
    private func tree(_ problem: TopologyProblem, _ pairs: [TopologyProblem.Pair]) -> [TopologyProblem.Pair] {
        var part = Array(0..<problem.count)
        var degrees = [Int](repeating: 0, count: problem.count)
        var tree: [TopologyProblem.Pair] = []
        for pair in pairs where max(degrees[pair.first], degrees[pair.second]) < problem.degreeLimit {
            let (first, second) = (part[pair.first], part[pair.second])
            guard first != second else { continue }
            for site in part.indices where part[site] == second { part[site] = first }
            degrees[pair.first] += 1
            degrees[pair.second] += 1
            tree.append(pair)
        }
        return tree
    }
}

/// The search from one start.
struct TopologySearch {
    private var state: TopologyState
    private var violations: Topology.Violations
    private var cost: Int128
    private let pairs: [TopologyProblem.Pair]

    init(_ problem: TopologyProblem, from start: [TopologyProblem.Pair]) {
        state = TopologyState(problem, links: start)
        violations = state.violations()
        cost = state.cost()
        var pairs: [TopologyProblem.Pair] = []
        for first in 0..<problem.count {
            for second in (first + 1)..<max(first + 1, problem.count) {
                pairs.append(TopologyProblem.Pair(first, second))
            }
        }
        self.pairs = pairs.filter { pair in
            problem.latency[pair.first * problem.count + pair.second] < TopologyProblem.missing
        }
    }

    /// Changes links as long as that gains.
    mutating func run(monitor: StopMonitor?) -> Topology {
        while monitor?.stopReason == nil {
            if let change = bestSingle() ?? bestExchange(monitor: monitor) {
                for pair in change { state.toggle(pair) }
                violations = state.violations()
                cost = state.cost()
            } else {
                break
            }
        }
        return Topology(links: state.links, cost: cost, violations: violations)
    }

    /// The one link to add or remove that gains most, if any gains.
    private mutating func bestSingle() -> [TopologyProblem.Pair]? {
        var best: [TopologyProblem.Pair]?
        var (least, cheapest) = (violations, cost)
        for pair in pairs { consider([pair], &best, &least, &cheapest) }
        return best
    }

    /// The best exchange of a link for another, of two links for one and of one for two at the sites concerned.
    private mutating func bestExchange(monitor: StopMonitor?) -> [TopologyProblem.Pair]? {
        var best: [TopologyProblem.Pair]?
        var (least, cheapest) = (violations, cost)
        let links = state.links
        for (number, old) in links.enumerated() {
            if number % 8 == 7, monitor?.stopReason != nil { break }
            // Large meshes exchange links at a common site only, and take the first exchange that gains.
            if isLarge, best != nil { return best }
            for new in pairs where !state.isLinked(new) {
                guard !isLarge || Self.meet(old, new) else { continue }
                consider([old, new], &best, &least, &cheapest)
                // Where both ends of the new link have their fill, a second link makes room.
                let touches = [new.first, new.second].filter { state.degree($0) >= degreeLimit }
                guard touches.count == 2, !isLarge else { continue }
                for other in links
                where other > old
                    && (other.first == touches[0] || other.second == touches[0]
                        || other.first == touches[1] || other.second == touches[1])
                {
                    consider([old, other, new], &best, &least, &cheapest)
                }
            }
            for other in links[(number + 1)...] where !isLarge || violations.bridges > 0 {
                considerRing(old, other, &best, &least, &cheapest)
            }
        }
        return best
    }

    private var isLarge: Bool { state.problem.count > 12 }

    private static func meet(_ left: TopologyProblem.Pair, _ right: TopologyProblem.Pair) -> Bool {
        left.first == right.first || left.first == right.second || left.second == right.first
            || left.second == right.second
    }

    private var degreeLimit: Int { state.problem.degreeLimit }

    /// Two links ab, cd exchanged for ac, bd or ad, bc: keeps all degrees (a 2-opt move).
    private mutating func considerRing(
        _ one: TopologyProblem.Pair, _ two: TopologyProblem.Pair, _ best: inout [TopologyProblem.Pair]?,
        _ least: inout Topology.Violations, _ cheapest: inout Int128
    ) {
        guard Set([one.first, one.second, two.first, two.second]).count == 4 else { return }
        for (left, right) in [
            (TopologyProblem.Pair(one.first, two.first), TopologyProblem.Pair(one.second, two.second)),
            (TopologyProblem.Pair(one.first, two.second), TopologyProblem.Pair(one.second, two.first)),
        ] where state.canLink(left) && state.canLink(right) && !state.isLinked(left) && !state.isLinked(right) {
            consider([one, two, left, right], &best, &least, &cheapest)
        }
    }

    private mutating func consider(
        _ change: [TopologyProblem.Pair], _ best: inout [TopologyProblem.Pair]?, _ least: inout Topology.Violations,
        _ cheapest: inout Int128
    ) {
        for pair in change { state.toggle(pair) }
        defer { for pair in change.reversed() { state.toggle(pair) } }
        let found = state.violations()
        guard found < least || found == least else { return }
        let cost = state.cost()
        guard found < least || cost < cheapest else { return }
        (best, least, cheapest) = (change, found, cost)
    }
}
