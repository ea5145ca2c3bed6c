internal import Optimization

/// The compact formulation: columns `y[i]`, then `x[j][i]` for the pairs that are allowed, then the server counts and the
/// load in each step of congestion; rows that serve each customer come first, so that their duals are the customers'
/// prices.
struct FacilityFormulation {
    let problem: FacilityProblem
    let program: LinearProgram
    /// For each customer the allowed facilities with the column of the pair.
    private let pairs: [[(facility: Int, column: Int)]]
    /// The column of each facility's server count; `nil` where one server is all there may be.
    private let servers: [Int?]

    init(_ problem: FacilityProblem) {
        self.problem = problem
        var program = LinearProgram()
        program.constant = problem.constant
        for facility in 0..<problem.facilityCount {
            let single = problem.serverLimits[facility] == 1 ? problem.serverCosts[facility] : 0
            program.columns.append(
                .init(
                    cost: problem.openingCosts[facility] + single,
                    lower: problem.siteRules[facility] == .required ? 1 : 0,
                    upper: problem.siteRules[facility] == .forbidden ? 0 : 1, kind: .integer))
        }
        let kind: LinearProgram.Kind =
            problem.assignmentRule == .singleSource && problem.dependsOnLoad ? .integer : .continuous
        var pairs: [[(facility: Int, column: Int)]] = []
        for customer in 0..<problem.customerCount {
            var row: [(facility: Int, column: Int)] = []
            for facility in 0..<problem.facilityCount {
                let cost = problem.cost(customer: customer, facility: facility)
                guard cost < .infinity else { continue }
                row.append((facility, program.columns.count))
                program.columns.append(.init(cost: cost, upper: 1, kind: kind))
            }
            pairs.append(row)
        }
        program.rows = pairs.map { row in
            .init(lower: 1, upper: 1, terms: row.map { .init($0.column, 1) })
        }
        for pair in pairs.joined() {
            program.rows.append(.init(upper: 0, terms: [.init(pair.column, 1), .init(pair.facility, -1)]))
        }
        servers = Self.addServers(problem, to: &program)
        for facility in 0..<problem.facilityCount {
            let load = pairs.enumerated().compactMap { customer, row -> LinearProgram.Row.Term? in
                row.first { $0.facility == facility }.map { .init($0.column, problem.demands[customer]) }
            }
            let capacity = problem.capacities?[facility] ?? .infinity
            if capacity < .infinity {
                program.rows.append(
                    .init(upper: 0, terms: load + [.init(servers[facility] ?? facility, -capacity)]))
            }
            Self.addCongestion(problem.congestion[facility], at: facility, load: load, to: &program)
        }
        program.rows.append(
            .init(
                lower: Double(problem.minimumOpen), upper: Double(problem.maximumOpen),
                terms: problem.openingCosts.indices.map { .init($0, 1) }))
        self.program = program
        self.pairs = pairs
    }

    /// Adds a column `n[i]` with `y[i] <= n[i] <= limit * y[i]` where a facility may hold several servers.
    private static func addServers(_ problem: FacilityProblem, to program: inout LinearProgram) -> [Int?] {
        problem.serverLimits.enumerated().map { facility, limit in
            guard limit > 1 else { return nil }
            let column = program.columns.count
            program.columns.append(
                .init(cost: problem.serverCosts[facility], upper: Double(limit), kind: .integer))
            program.rows.append(.init(upper: 0, terms: [.init(column, 1), .init(facility, -Double(limit))]))
            program.rows.append(.init(lower: 0, terms: [.init(column, 1), .init(facility, -1)]))
            return column
        }
    }

    /// Adds columns for the load in each step, dearer from step to step; together they carry the load.
    private static func addCongestion(
        _ steps: [CongestionStep], at facility: Int, load: [LinearProgram.Row.Term], to program: inout LinearProgram
    ) {
        guard let first = steps.first else { return }
        var terms = load
        let parts = first.load > 0 ? [CongestionStep(load: 0, unitCost: 0)] + steps : steps
        for (index, part) in parts.enumerated() {
            let column = program.columns.count
            program.columns.append(.init(cost: part.unitCost))
            terms.append(.init(column, -1))
            guard index + 1 < parts.count else { continue }
            let width = parts[index + 1].load - part.load
            program.rows.append(.init(upper: 0, terms: [.init(column, 1), .init(facility, -width)]))
        }
        program.rows.append(.init(upper: 0, terms: terms))
    }

    /// The solution at the values of the columns, with rounding errors taken out.
    func solution(at values: [Double]) -> FacilitySolution {
        let isOpen = problem.openingCosts.indices.map { values[$0] > 0.5 }
        let open = isOpen.indices.filter { isOpen[$0] }
        let shares = pairs.enumerated().map { customer, row in
            let usable = row.filter { isOpen[$0.facility] }
            if !problem.dependsOnLoad {
                // Whoever has room for all serves each customer at its cheapest.
                let best = usable.min {
                    problem.cost(customer: customer, facility: $0.facility)
                        < problem.cost(customer: customer, facility: $1.facility)
                }
                return best.map { [FacilitySolution.Share(facility: $0.facility, fraction: 1)] } ?? []
            }
            if problem.assignmentRule == .singleSource {
                let chosen = usable.max { values[$0.column] < values[$1.column] }
                return chosen.map { [FacilitySolution.Share(facility: $0.facility, fraction: 1)] } ?? []
            }
            let parts = usable.filter { values[$0.column] > 1e-10 }
            let total = parts.reduce(0) { $0 + values[$1.column] }
            return parts.map { .init(facility: $0.facility, fraction: values[$0.column] / total) }
        }
        let counts = open.map { facility in
            servers[facility].map { max(1, Int(values[$0].rounded())) } ?? 1
        }
        return FacilitySolution(open: open, servers: counts, shares: shares)
    }
}

extension FacilityProblem {
    /// A reason that shows without solving anything.
    var obviousInfeasibility: FacilityCertificate.Infeasibility? {
        for customer in 0..<customerCount
        where (0..<facilityCount).allSatisfy({ cost(customer: customer, facility: $0) == .infinity }) {
            return .unreachable(customer: customer)
        }
        let everyone = Array(0..<customerCount)
        return isShortOfCapacity(everyone) ? .capacityShort(customers: everyone) : nil
    }

    /// Whether these customers demand more than the facilities that may serve any of them can hold.
    func isShortOfCapacity(_ customers: [Int]) -> Bool {
        guard capacities != nil, !customers.isEmpty else { return false }
        let demand = customers.reduce(0) { $0 + demands[$1] }
        let usable = (0..<facilityCount).filter { facility in
            customers.contains { cost(customer: $0, facility: facility) < .infinity }
        }
        let room = usable.map { largestCapacity(of: $0) }.sorted(by: >).prefix(maximumOpen).reduce(0, +)
        return demand > room + 1e-8 * max(1, abs(room))
    }
}
