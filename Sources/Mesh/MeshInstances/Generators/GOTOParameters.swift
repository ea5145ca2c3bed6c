public import Optimization

/// Networks like GOTO's, grids on a torus: long and thin, with all flow from one node to another far away.
///
/// The columns are layers of a ring. Source and sink are two nodes of their own; the source feeds every row of the first
/// column and the sink drains every row of the column half way round. Along each row an arc leads to the next column,
/// dear and wide enough for the row's supply, so that a feasible flow exists; the remaining arcs lead one or a few columns
/// on and to another row, with random costs and capacities, and wrap around in both directions. Flow has many ways of
/// about the same length, which makes the family hard for the network simplex method.
///
/// Written from the description in Goldberg, Kharitonov, "On implementing scaling push-relabel algorithms for the
/// minimum-cost flow problem" (DIMACS Series 12, 1993); presets after Kiraly, Kovacs (2012). It is not that program: the
/// same parameters give another network of the same family.
public struct GOTOParameters: FlowGenerator, Hashable {
    /// Columns, around the torus.
    public var columns: Int
    /// Rows.
    public var rows: Int
    /// Arcs, all together.
    public var arcs: Int
    /// The largest capacity; the least is 1.
    public var maximumCapacity: Int
    /// The largest cost; the least is 1.
    public var maximumCost: Int

    /// Creates parameters.
    public init(columns: Int, rows: Int, arcs: Int, maximumCapacity: Int, maximumCost: Int) {
        self.columns = columns
        self.rows = rows
        self.arcs = arcs
        self.maximumCapacity = maximumCapacity
        self.maximumCost = maximumCost
    }

    /// GOTO-8: eight arcs a node.
    public static func sparse(nodes: Int) -> GOTOParameters { family(nodes: nodes, degree: 8) }

    /// GOTO-SR: about sqrt(n) arcs a node.
    public static func dense(nodes: Int) -> GOTOParameters {
        family(nodes: nodes, degree: Double(max(nodes, 0)).squareRoot())
    }

    /// The torus is as many times longer than wide as it is wide: n^(2/3) columns of n^(1/3) rows.
    private static func family(nodes: Int, degree: Double) -> GOTOParameters {
        let nodes = min(max(nodes, 18), GeneratorLimits.nodes)
        var rows = 2
        while (rows + 1) * (rows + 1) * (rows + 1) <= nodes { rows += 1 }
        let columns = max(4, (nodes - 2) / rows)
        return GOTOParameters(
            columns: columns, rows: rows, arcs: Int(degree * Double(columns * rows + 2)), maximumCapacity: 1_000,
            maximumCost: 10_000)
    }

    /// Makes the problem of a seed. O(nodes + arcs).
    ///
    /// - Throws: ``ParameterError`` when the numbers do not fit each other, such as too few arcs for the rows.
    public func generate(seed: UInt64) throws(ParameterError) -> FlowProblem {
        try check()
        var random = SeededRandom(seed: seed)
        let (source, sink) = (columns * rows, columns * rows + 1)
        func node(_ column: Int, _ row: Int) -> Int { (column % columns) * rows + row % rows }
        var arcs: [FlowProblem.Arc] = []
        arcs.reserveCapacity(self.arcs)
        var supply: Int64 = 0
        let (end, dear) = (columns / 2, Int64(maximumCost))
        for row in 0..<rows {
            let flow = Int64(random.integer(in: 1...maximumCapacity))
            supply += flow
            arcs.append(.init(tail: source, head: node(0, row), upper: flow, cost: 0))
            arcs.append(.init(tail: node(end, row), head: sink, upper: flow, cost: 0))
            for column in 0..<columns {
                arcs.append(.init(tail: node(column, row), head: node(column + 1, row), upper: flow, cost: dear))
            }
        }
        guard self.arcs >= arcs.count else {
            throw ParameterError("arcs", "is \(self.arcs); the rows alone have \(arcs.count)")
        }
        let reach = max(1, min(columns / 4, 3))
        for index in 0..<self.arcs - arcs.count {
            // Tails in turn, so that every node has about as many arcs.
            let (column, row) = (index % columns, index / columns % rows)
            let step = random.integer(in: 1...reach)
            let onward = random.chance(0.75) ? column + step : column + columns - step
            let head = node(onward, row + random.integer(in: 1...max(1, rows - 1)))
            // The farther, the dearer: no shortcut beats all others.
            let cost = Int64(random.integer(in: 1...maximumCost)) * Int64(step)
            let upper = Int64(random.integer(in: 1...maximumCapacity))
            arcs.append(.init(tail: node(column, row), head: head, upper: upper, cost: cost))
        }
        var supplies = Array(repeating: Int64(0), count: columns * rows + 2)
        supplies[source] = supply
        supplies[sink] = -supply
        return try FlowProblem(generated: arcs, supplies: supplies)
    }

    private func check() throws(ParameterError) {
        try ParameterError.check("columns", columns, in: 4...GeneratorLimits.nodes / 2)
        try ParameterError.check("rows", rows, in: 2...GeneratorLimits.nodes / columns)
        try ParameterError.check("arcs", arcs, in: 1...GeneratorLimits.arcs)
        try ParameterError.check("maximum-capacity", maximumCapacity, in: 1...GeneratorLimits.amount)
        try ParameterError.check("maximum-cost", maximumCost, in: 1...GeneratorLimits.amount)
    }
}
