import Optimization

/// The master problem: open variables and one `theta` a group, in a linear program that stays resident while cuts
/// come and go. Costs are scaled so that the incumbent costs about 1e4, which suits the solver's tolerances.
struct BendersMaster {
    /// What a row says, in the currency of prices.
    private struct Cut {
        /// The group whose `theta` it bounds; `nil` for a row without one.
        var group: Int?
        /// The prices of the group's customers; without a group, of all customers a unit of the row's dual.
        var prices: [Double]
        /// How many solves in a row it did not bind.
        var idle = 0
        /// Whether it bound when the root was left.
        var isRootCut = false
    }

    let program: any ResidentLinearProgram
    /// The facilities (or slots) that have a column, by column.
    let facilities: [Int]
    /// What costs are multiplied by.
    let scale: Double
    private let groups: [[Int]]
    private let customerCount: Int
    private var cuts: [Cut] = []
    private var states: [Fixings.State]
    private var duals: [Double] = []
    private var values: [Double]
    /// Rows ever added.
    private(set) var cutCount = 0
    /// Linear programs solved.
    private(set) var solveCount = 0

    /// The value of each facility's open variable after a solve.
    private(set) var openness: [Double]
    /// The value of each group's `theta` after a solve, in unscaled costs.
    private(set) var estimates: [Double]

    /// The program without cuts: columns for the facilities that `fixings` leaves open or free, and the count row.
    static func program(costs: [Double], facilities: [Int], groupCount: Int, scale: Double) -> LinearProgram {
        var program = LinearProgram()
        for facility in facilities {
            program.columns.append(.init(cost: costs[facility] * scale, lower: 0, upper: 1))
        }
        for _ in 0..<groupCount { program.columns.append(.init(cost: 1, lower: -.infinity)) }
        return program
    }

    init(
        program: any ResidentLinearProgram, problem: FacilityProblem, facilities: [Int], groups: [[Int]], scale: Double,
        leastOpen: Int, slots: SlotLayout?
    ) throws(SolverError) {
        self.program = program
        self.facilities = facilities
        self.groups = groups
        self.scale = scale
        customerCount = problem.customerCount
        states = Array(repeating: .free, count: facilities.count)
        values = Array(repeating: 0, count: facilities.count + groups.count)
        openness = Array(repeating: 0, count: slots?.count ?? problem.facilityCount)
        estimates = Array(repeating: 0, count: groups.count)
        if leastOpen > 0 || problem.maximumOpen < problem.facilityCount {
            let terms = facilities.indices.filter { slots?.isFirst(facilities[$0]) ?? true }
                .map { LinearProgram.Row.Term($0, 1) }
            let count = LinearProgram.Row(
                lower: Double(leastOpen), upper: Double(problem.maximumOpen), terms: terms)
            try program.addRows([count])
            cuts.append(Cut(group: nil, prices: []))
        }
        if let slots {
            for (column, slot) in facilities.enumerated() where !slots.isFirst(slot) {
                // The slot before is in the column before: what is left out of the columns is a facility's last slots.
                try program.addRows([.init(lower: 0, terms: [.init(column - 1, 1), .init(column, -1)])])
                cuts.append(Cut(group: nil, prices: []))
            }
        }
    }

    /// Adds the row `sum of coefficient[i] * y[i] >= right`, of which a unit dual raises prices by `direction`.
    mutating func addRow(coefficients: [Double], right: Double, direction: [Double]) throws(SolverError) {
        let terms = facilities.enumerated().map { LinearProgram.Row.Term($0.offset, coefficients[$0.element]) }
        try program.addRows([.init(lower: right, terms: terms.filter { $0.value != 0 })])
        cuts.append(Cut(group: nil, prices: direction))
    }

    /// Adds the cuts of the given groups at these prices (of all customers).
    mutating func addCuts(
        of wanted: [Int], prices: [Double], subproblem: inout some BendersSubproblem
    ) throws(SolverError) {
        var rows: [LinearProgram.Row] = []
        var profits = Array(repeating: 0.0, count: openness.count)
        for group in wanted {
            let own = groups[group].map { prices[$0] }
            subproblem.profits(of: group, prices: own, into: &profits)
            var terms = [LinearProgram.Row.Term(facilities.count + group, 1)]
            for (column, facility) in facilities.enumerated() where profits[facility] > 0 {
                terms.append(.init(column, profits[facility] * scale))
            }
            rows.append(.init(lower: own.reduce(0, +) * scale, terms: terms))
            cuts.append(Cut(group: group, prices: own))
        }
        guard !rows.isEmpty else { return }
        try program.addRows(rows)
        cutCount += rows.count
    }

    /// Adds a cut from an earlier search, recomputed for this problem from its prices.
    mutating func addCut(_ cut: PriceCut, subproblem: inout some BendersSubproblem) throws(SolverError) {
        var prices = Array(repeating: 0.0, count: customerCount)
        for (place, customer) in groups[cut.group].enumerated() { prices[customer] = cut.prices[place] }
        try addCuts(of: [cut.group], prices: prices, subproblem: &subproblem)
    }

    /// Marks the cuts that bind now as the root's.
    mutating func markRootCuts() {
        for row in cuts.indices where duals.indices.contains(row) && duals[row] > 1e-9 { cuts[row].isRootCut = true }
    }

    /// The cuts worth keeping for a similar problem: the root's, and those that bound last.
    var usefulCuts: [PriceCut] {
        let useful = cuts.filter { $0.isRootCut || $0.idle == 0 }.compactMap { cut in
            cut.group.map { PriceCut(group: $0, prices: cut.prices) }
        }
        return Array(useful.prefix(2 * openness.count + 2 * groups.count))
    }

    /// Moves the columns' bounds to another part of the search.
    mutating func enter(_ fixings: Fixings) throws(SolverError) {
        for (column, facility) in facilities.enumerated() where states[column] != fixings.states[facility] {
            states[column] = fixings.states[facility]
            try program.setColumnBounds(
                column, lower: states[column] == .open ? 1 : 0, upper: states[column] == .closed ? 0 : 1)
        }
    }

    /// Solves the program and reads the openings and estimates.
    mutating func solve(
        criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> ResidentOutcome {
        solveCount += 1
        let outcome = try program.solve(cutoff: nil, criteria: criteria, interrupter: interrupter)
        guard outcome == .optimal else { return outcome }
        program.columnValues(into: &values)
        for (column, facility) in facilities.enumerated() {
            openness[facility] = min(1, max(0, values[column]))
        }
        for group in groups.indices { estimates[group] = values[facilities.count + group] / scale }
        return outcome
    }

    /// The combination of the cuts' prices by the rows' duals: prices whose bound is at least the program's optimum.
    /// Groups whose duals make no sense keep what `prices` holds.
    mutating func combinePrices(into prices: inout [Double]) {
        program.rowDuals(into: &duals)
        var weights = Array(repeating: 0.0, count: groups.count)
        for (row, cut) in cuts.enumerated() {
            if let group = cut.group { weights[group] += max(0, duals[row]) }
        }
        for group in groups.indices where weights[group] > 0.5 {
            for customer in groups[group] { prices[customer] = 0 }
        }
        for (row, cut) in cuts.enumerated() where duals[row] > 0 {
            guard let group = cut.group, weights[group] > 0.5 else { continue }
            let weight = duals[row] / weights[group]
            for (index, customer) in groups[group].enumerated() { prices[customer] += weight * cut.prices[index] }
        }
        for (row, cut) in cuts.enumerated() where cut.group == nil && !cut.prices.isEmpty && duals[row] > 0 {
            for customer in 0..<customerCount { prices[customer] += duals[row] / scale * cut.prices[customer] }
        }
    }

    /// Deletes cuts that have not bound for `patience` solves. Call after ``combinePrices(into:)``.
    mutating func dropIdleCuts(patience: Int, keeping limit: Int) throws(SolverError) {
        for row in cuts.indices {
            if cuts[row].group == nil || duals[row] > 1e-9 { cuts[row].idle = 0 } else { cuts[row].idle += 1 }
        }
        guard cuts.count > limit else { return }
        let basis = program.basis
        let idle = cuts.indices.filter { cuts[$0].idle > patience && basis.rows[$0] == .basic }
        guard idle.count > cuts.count / 8 else { return }
        try program.deleteRows(idle)
        var isIdle = Array(repeating: false, count: cuts.count)
        for row in idle { isIdle[row] = true }
        cuts = cuts.indices.filter { !isIdle[$0] }.map { cuts[$0] }
    }
}
