internal import Optimization

/// The master program of column generation, kept small by three devices.
///
/// - **Key paths.** Each commodity has a key path that carries what its other paths do not, so that its balance is
///   substituted away. A column is another path; its coefficients are its links less the key path's.
/// - **Rows for tight links only.** A link has a row once it was overloaded or priced.
/// - **Rows for few commodities.** `sum of the other paths <= volume` is a column bound while a commodity has one other
///   path, and a row only once it was violated.
///
/// The row of a link reads `load - congestion columns - overload <= width of the first segment`. Each further segment
/// of its congestion function is a column bounded by the segment's width; the overload costs a large price, so that the
/// program is always feasible.
struct PathMaster {
    /// What a column stands for.
    enum Column: Sendable, Hashable {
        /// A path of the pool, not a key path.
        case path(Int32)
        /// A segment of a link's congestion function.
        case segment(Int32)
        /// The overload of a link.
        case overload(Int32)
    }

    /// What a row stands for.
    enum Row: Sendable, Hashable {
        case link(Int32)
        case commodity(Int32)
    }

    /// The shape of the program, which together with a basis survives from one solve to the next.
    struct Shape: Sendable, Hashable {
        /// The key path of each routable commodity, by commodity; -1 for the others.
        var keys: [Int32]
        var columns: [Column] = []
        var rows: [Row] = []
        /// How many paths of the pool have been looked at.
        var knownPaths: Int
    }

    let network: RoutingNetwork
    private(set) var shape: Shape
    /// The cost of a unit of overload.
    private(set) var overloadCost: Double
    /// What a unit costs on each link while its first segment lasts, and the price of that beyond the link's cost.
    private let baseCosts, basePrices: [Double]
    private var rowOfLink: [Int32]
    private var rowOfCommodity: [Int32]

    init(_ network: RoutingNetwork, shape: Shape, overloadCost: Double) {
        self.network = network
        self.shape = shape
        self.overloadCost = overloadCost
        basePrices = (0..<network.linkCount).map { network.segmentSlopes[network.segments(of: $0).lowerBound] }
        baseCosts = zip(network.costs, basePrices).map { $0 + $1 }
        rowOfLink = Array(repeating: -1, count: network.linkCount)
        rowOfCommodity = Array(repeating: -1, count: network.problem.commodities.count)
        for (number, row) in shape.rows.enumerated() {
            switch row {
            case .link(let link): rowOfLink[Int(link)] = Int32(number)
            case .commodity(let commodity): rowOfCommodity[Int(commodity)] = Int32(number)
            }
        }
    }

    private func volume(_ commodity: Int32) -> Double { network.problem.commodities[Int(commodity)].volume }

    func hasRow(forLink link: Int) -> Bool { rowOfLink[link] >= 0 }
    func hasRow(forCommodity commodity: Int) -> Bool { rowOfCommodity[commodity] >= 0 }

    // MARK: Data of columns and rows

    /// The cost and bounds of a column.
    private func data(of column: Column, in pool: PathPool) -> LinearProgram.Column {
        switch column {
        case .path(let path):
            let commodity = pool.commodities[Int(path)]
            let key = Int(shape.keys[Int(commodity)])
            let cost = pool.price(of: Int(path), weights: baseCosts) - pool.price(of: key, weights: baseCosts)
            return .init(cost: cost, upper: volume(commodity))
        case .segment(let segment):
            let base = basePrices[network.link(ofSegment: Int(segment))]
            return .init(
                cost: network.segmentSlopes[Int(segment)] - base, upper: network.segmentWidths[Int(segment)])
        case .overload: return .init(cost: overloadCost)
        }
    }

    /// The coefficients of a path's column: link by link, its own less the key path's, and 1 in its commodity's row.
    private func forEachTerm(of path: Int32, in pool: PathPool, _ body: (Row, Double) -> Void) {
        let commodity = pool.commodities[Int(path)]
        let own = pool.links[pool.slots(of: Int(path))]
        let keys = pool.links[pool.slots(of: Int(shape.keys[Int(commodity)]))]
        for link in own where rowOfLink[Int(link)] >= 0 && !keys.contains(link) { body(.link(link), 1) }
        for link in keys where rowOfLink[Int(link)] >= 0 && !own.contains(link) { body(.link(link), -1) }
        if rowOfCommodity[Int(commodity)] >= 0 { body(.commodity(commodity), 1) }
    }

    private func number(of row: Row) -> Int {
        switch row {
        case .link(let link): Int(rowOfLink[Int(link)])
        case .commodity(let commodity): Int(rowOfCommodity[Int(commodity)])
        }
    }

    /// The right-hand sides: what the key paths leave of the first segment, or the commodity's volume.
    private func limit(of row: Row, keyLoads: [Double]) -> Double {
        switch row {
        case .link(let link):
            network.segmentWidths[network.segments(of: Int(link)).lowerBound] - keyLoads[Int(link)]
        case .commodity(let commodity): volume(commodity)
        }
    }

    /// The load of each link if all volume takes its key path.
    private func keyLoads(_ pool: PathPool) -> [Double] {
        var loads = Array(repeating: 0.0, count: network.linkCount)
        for commodity in network.routable {
            for slot in pool.slots(of: Int(shape.keys[Int(commodity)])) {
                loads[Int(pool.links[slot])] += volume(commodity)
            }
        }
        return loads
    }

    // MARK: Building

    /// The program of the whole shape.
    func program(_ pool: PathPool) -> LinearProgram {
        let loads = keyLoads(pool)
        var program = LinearProgram(columns: shape.columns.map { data(of: $0, in: pool) })
        program.rows = shape.rows.map { .init(upper: limit(of: $0, keyLoads: loads), terms: []) }
        for (number, column) in shape.columns.enumerated() {
            for term in terms(of: column, in: pool) {
                program.rows[term.column].terms.append(.init(number, term.value))
            }
        }
        return program
    }

    /// The coefficients of a column; each term's `column` holds the row's number.
    private func terms(of column: Column, in pool: PathPool) -> [LinearProgram.Row.Term] {
        var terms: [LinearProgram.Row.Term] = []
        switch column {
        case .path(let path):
            forEachTerm(of: path, in: pool) { terms.append(.init(number(of: $0), $1)) }
        case .segment(let segment):
            terms.append(.init(Int(rowOfLink[network.link(ofSegment: Int(segment))]), -1))
        case .overload(let link): terms.append(.init(Int(rowOfLink[Int(link)]), -1))
        }
        return terms
    }

    /// Adds the pool's new paths as columns.
    mutating func addNewPaths(_ pool: PathPool, to resident: any ResidentLinearProgram) throws(SolverError) {
        let fresh = (shape.knownPaths..<pool.count).map { Column.path(Int32($0)) }
        shape.knownPaths = pool.count
        try add(fresh, pool: pool, to: resident)
    }

    private mutating func add(
        _ columns: [Column], pool: PathPool, to resident: any ResidentLinearProgram
    ) throws(SolverError) {
        guard !columns.isEmpty else { return }
        try resident.addColumns(columns.map { (column: data(of: $0, in: pool), terms: terms(of: $0, in: pool)) })
        shape.columns += columns
    }

    /// Adds rows, with the columns that belong to those of links.
    mutating func add(
        _ rows: [Row], pool: PathPool, to resident: any ResidentLinearProgram
    ) throws(SolverError) {
        guard !rows.isEmpty else { return }
        let first = shape.rows.count
        for (offset, row) in rows.enumerated() {
            switch row {
            case .link(let link): rowOfLink[Int(link)] = Int32(first + offset)
            case .commodity(let commodity): rowOfCommodity[Int(commodity)] = Int32(first + offset)
            }
        }
        let loads = keyLoads(pool)
        var data = rows.map { LinearProgram.Row(upper: limit(of: $0, keyLoads: loads), terms: []) }
        for (number, column) in shape.columns.enumerated() {
            for term in terms(of: column, in: pool) where term.column >= first {
                data[term.column - first].terms.append(.init(number, term.value))
            }
        }
        try resident.addRows(data)
        shape.rows += rows
        try add(rows.flatMap { Self.ownColumns(of: $0, in: network) }, pool: pool, to: resident)
    }

    /// The columns that come with a row: a link's overload and its congestion segments but the first.
    static func ownColumns(of row: Row, in network: RoutingNetwork) -> [Column] {
        guard case .link(let link) = row else { return [] }
        return [.overload(link)] + network.segments(of: Int(link)).dropFirst().map { .segment(Int32($0)) }
    }

    /// Makes overload dearer.
    mutating func raiseOverloadCost(by factor: Double, in resident: any ResidentLinearProgram) throws(SolverError) {
        overloadCost *= factor
        for (number, column) in shape.columns.enumerated() {
            if case .overload = column { try resident.setCost(number, overloadCost) }
        }
    }

    // MARK: Reading

    /// Writes the program's values into the pool's flows.
    func readFlows(_ values: [Double], into pool: inout PathPool) {
        for path in 0..<pool.count { pool.flows[path] = 0 }
        for commodity in network.routable { pool.flows[Int(shape.keys[Int(commodity)])] = volume(commodity) }
        for (column, value) in zip(shape.columns, values) where value > 0 {
            guard case .path(let path) = column else { continue }
            pool.flows[Int(path)] = value
            pool.flows[Int(shape.keys[Int(pool.commodities[Int(path)])])] -= value
        }
    }

    /// The link prices that the rows' duals state.
    func prices(_ duals: [Double]) -> [Double] {
        var prices = basePrices
        for (row, dual) in zip(shape.rows, duals) {
            if case .link(let link) = row {
                let price = basePrices[Int(link)] + max(0, -dual)
                prices[Int(link)] = min(price, network.highestPrice(of: Int(link)))
            }
        }
        return prices
    }
}
