public import Optimization

extension CompressedGraph {
    /// The cheapest paths from one node to all others, over costs that are not negative.
    ///
    /// Among paths of equal cost the choice is fixed: the same graph, costs and source give the same tree.
    ///
    /// Source: Dijkstra, "A note on two problems in connexion with graphs" (1959).
    /// - Complexity: O((n + m) log n).
    /// - Throws: ``ProblemError`` naming a node that does not exist or an arc whose cost is negative, too large for sums
    ///   along a path, or not a number.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public func shortestPaths<Cost: PathCost>(
        from source: Int, costs: [Cost]
    ) throws(ProblemError) -> ShortestPathTree<Cost> {
        try check(node: source)
        try check(costs: costs, allowsNegative: false)
        let search = PathSearch<Cost>(self)
        search.load(costs: costs)
        search.run(from: source)
        return search.tree(from: source)
    }

    /// The cost of a cheapest path from each of `sources` (all nodes by default) to every node, row by row:
    /// the distance from `sources[i]` to `v` is at `i * nodeCount + v`.
    ///
    /// One search a source; right for sparse graphs. A dense matrix of site latencies is better closed in blocks.
    ///
    /// - Complexity: O(sources * (n + m) log n).
    /// - Throws: ``ProblemError`` as ``shortestPaths(from:costs:)``.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public func shortestDistances<Cost: PathCost>(
        from sources: [Int]? = nil, costs: [Cost]
    ) throws(ProblemError) -> [Cost] {
        let monitor = StopMonitor(criteria: .none, interrupter: nil)
        return try shortestDistances(from: sources, costs: costs, monitor: monitor) ?? []
    }

    /// The same under a clock and an interrupter, which are looked at after every search; `nil` when they end it.
    ///
    /// - Throws: ``ProblemError`` as ``shortestPaths(from:costs:)``.
    @_specialize(where Cost == Int64)
    @_specialize(where Cost == Double)
    public func shortestDistances<Cost: PathCost>(
        from sources: [Int]? = nil, costs: [Cost], monitor: StopMonitor
    ) throws(ProblemError) -> [Cost]? {
        let rows = sources ?? Array(0..<nodeCount)
        for source in rows { try check(node: source) }
        try check(costs: costs, allowsNegative: false)
        let search = PathSearch<Cost>(self)
        search.load(costs: costs)
        var meter = SearchMeter(monitor)
        var matrix: [Cost] = []
        matrix.reserveCapacity(rows.count * nodeCount)
        for source in rows {
            if meter.isStopped(after: nodeCount + arcCount) { return nil }
            search.run(from: source)
            for node in 0..<nodeCount { matrix.append(search.distances[node]) }
        }
        return matrix
    }
}
