public import Optimization

/// Networks like GRIDGEN's: a grid whose neighbours are joined both ways, and random arcs beside it.
///
/// Sources and sinks are random nodes of the grid, and share the supply at random. One node more, the last, keeps every
/// problem feasible: from each source to it and from it to each sink there is an arc that can carry everything at twice
/// the largest cost, so that it is used as little as possible. The remaining arcs join random nodes of the grid.
///
/// Written from the description in Lee, Orlin, "GRIDGEN" (DIMACS Implementation Challenge, 1991); presets after Kiraly,
/// Kovacs (2012). It is not that program: the same parameters give another network of the same family.
public struct GRIDGENParameters: FlowGenerator, Hashable {
    /// Nodes of the grid from left to right.
    public var width: Int
    /// Nodes of the grid from top to bottom.
    public var height: Int
    /// Sources.
    public var sources: Int
    /// Sinks; no source is one.
    public var sinks: Int
    /// Arcs a node, all together; rounded.
    public var averageDegree: Double
    /// Supply of all sources together.
    public var supply: Int
    /// Costs of arcs.
    public var costs: ClosedRange<Int>
    /// Capacities of arcs.
    public var capacities: ClosedRange<Int>

    /// Creates parameters.
    public init(
        width: Int, height: Int, sources: Int, sinks: Int, averageDegree: Double, supply: Int,
        costs: ClosedRange<Int>, capacities: ClosedRange<Int>
    ) {
        self.width = width
        self.height = height
        self.sources = sources
        self.sinks = sinks
        self.averageDegree = averageDegree
        self.supply = supply
        self.costs = costs
        self.capacities = capacities
    }

    /// GRIDGEN-8: eight arcs a node on a square grid; about sqrt(n) sources and sinks of 1,000 units each.
    public static func sparse(nodes: Int) -> GRIDGENParameters {
        let side = max(2, Int(Double(max(nodes, 0)).squareRoot().rounded()))
        return GRIDGENParameters(
            width: side, height: side, sources: side, sinks: side, averageDegree: 8,
            supply: side.multipliedReportingOverflow(by: 1_000).partialValue, costs: 1...10_000, capacities: 1...1_000)
    }

    /// Makes the problem of a seed. O(nodes + arcs).
    ///
    /// - Throws: ``ParameterError`` when the numbers do not fit each other, such as a degree too small for the grid.
    public func generate(seed: UInt64) throws(ParameterError) -> FlowProblem {
        let grid = try check()
        var random = SeededRandom(seed: seed)
        var supplies = Array(repeating: Int64(0), count: grid + 1)
        let order = random.permutation(grid)
        let (sourceNodes, sinkNodes) = (Array(order[..<sources]), Array(order[sources..<sources + sinks]))
        for (node, part) in zip(sourceNodes, random.parts(of: supply, count: sources)) { supplies[node] += Int64(part) }
        for (node, part) in zip(sinkNodes, random.parts(of: supply, count: sinks)) { supplies[node] -= Int64(part) }
        var arcs: [FlowProblem.Arc] = []
        func add(_ tail: Int, _ head: Int, _ random: inout SeededRandom) {
            let upper = random.integer(in: capacities)
            arcs.append(.init(tail: tail, head: head, upper: Int64(upper), cost: Int64(random.integer(in: costs))))
        }
        for node in 0..<grid {
            for (neighbour, exists) in [(node + 1, (node + 1) % width != 0), (node + width, node + width < grid)]
            where exists {
                add(node, neighbour, &random)
                add(neighbour, node, &random)
            }
        }
        let detour = 2 * Int64(max(costs.upperBound, 1))
        for node in sourceNodes { arcs.append(.init(tail: node, head: grid, upper: Int64(supply), cost: detour)) }
        for node in sinkNodes { arcs.append(.init(tail: grid, head: node, upper: Int64(supply), cost: detour)) }
        let count = Int((averageDegree * Double(grid + 1)).rounded())
        guard count >= arcs.count else {
            throw ParameterError("degree", "makes \(count) arcs; the grid alone has \(arcs.count)")
        }
        for _ in arcs.count..<count {
            let tail = random.integer(in: 0...grid - 1)
            add(tail, (tail + random.integer(in: 1...grid - 1)) % grid, &random)
        }
        return try FlowProblem(generated: arcs, supplies: supplies)
    }

    /// Checks the parameters and says how many nodes the grid has.
    private func check() throws(ParameterError) -> Int {
        try ParameterError.check("width", width, in: 2...GeneratorLimits.nodes / 4)
        try ParameterError.check("height", height, in: 2...(GeneratorLimits.nodes - 1) / width)
        let grid = width * height
        try ParameterError.check("sources", sources, in: 1...grid - 1)
        try ParameterError.check("sinks", sinks, in: 1...grid - sources)
        try ParameterError.check("supply", supply, in: max(sources, sinks)...GeneratorLimits.amount)
        try ParameterError.check("degree", averageDegree, in: 0...Double(GeneratorLimits.arcs / (grid + 1)))
        try ParameterError.check("costs", costs, in: 0...GeneratorLimits.amount)
        try ParameterError.check("capacities", capacities, in: 0...GeneratorLimits.amount)
        return grid
    }
}

extension SeededRandom {
    /// Splits a total into parts of at least 1, about evenly at random: each as likely to get the next unit.
    mutating func parts(of total: Int, count: Int) -> [Int] {
        let weights = (0..<count).map { _ in fraction() }
        let sum = max(weights.reduce(0, +), .leastNonzeroMagnitude)
        let spare = Double(total - count)
        var parts = weights.map { 1 + Int((spare * $0 / sum).rounded(.down)) }
        var left = total - parts.reduce(0, +)
        // Rounding down leaves less than one a part; rounding errors of the sum can take no more than that back.
        while left != 0 {
            let index = integer(in: 0...count - 1)
            if left > 0 {
                parts[index] += 1
                left -= 1
            } else if parts[index] > 1 {
                parts[index] -= 1
                left += 1
            }
        }
        return parts
    }
}
