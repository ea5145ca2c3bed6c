internal import Optimization

/// The compact formulation: columns `y[i]`, then `x[j][i]` for the pairs that are allowed; rows that serve each customer
/// come first, so that their duals are the customers' prices.
struct FacilityFormulation {
    let problem: FacilityProblem
    let program: LinearProgram
    /// For each customer the allowed facilities with the column of the pair.
    private let pairs: [[(facility: Int, column: Int)]]

    init(_ problem: FacilityProblem) {
        self.problem = problem
        var program = LinearProgram()
        program.columns = problem.openingCosts.map { .init(cost: $0, upper: 1, kind: .integer) }
        let kind: LinearProgram.Kind =
            problem.assignmentRule == .singleSource && problem.isCapacitated ? .integer : .continuous
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
        for (facility, capacity) in (problem.capacities ?? []).enumerated() where capacity < .infinity {
            var terms: [LinearProgram.Row.Term] = [.init(facility, -capacity)]
            for (customer, row) in pairs.enumerated() {
                guard let pair = row.first(where: { $0.facility == facility }) else { continue }
                terms.append(.init(pair.column, problem.demands[customer]))
            }
            program.rows.append(.init(upper: 0, terms: terms))
        }
        program.rows.append(
            .init(
                lower: Double(problem.minimumOpen), upper: Double(problem.maximumOpen),
                terms: problem.openingCosts.indices.map { .init($0, 1) }))
        self.program = program
        self.pairs = pairs
    }

    /// The solution at the values of the columns, with rounding errors taken out.
    func solution(at values: [Double]) -> FacilitySolution {
        let isOpen = problem.openingCosts.indices.map { values[$0] > 0.5 }
        let open = isOpen.indices.filter { isOpen[$0] }
        let shares = pairs.enumerated().map { customer, row in
            let usable = row.filter { isOpen[$0.facility] }
            if !problem.isCapacitated {
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
        return FacilitySolution(open: open, shares: shares)
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
        guard let capacities, !customers.isEmpty else { return false }
        let demand = customers.reduce(0) { $0 + demands[$1] }
        let usable = (0..<facilityCount).filter { facility in
            customers.contains { cost(customer: $0, facility: facility) < .infinity }
        }
        let room = usable.map { capacities[$0] }.sorted(by: >).prefix(maximumOpen).reduce(0, +)
        return demand > room + 1e-8 * max(1, abs(room))
    }

    /// What a solution costs.
    func cost(of solution: FacilitySolution) -> Double {
        var total = solution.open.reduce(0) { $0 + openingCosts[$1] }
        for (customer, shares) in solution.shares.enumerated() {
            for share in shares { total += share.fraction * cost(customer: customer, facility: share.facility) }
        }
        return total
    }

    /// The Lagrangian bound of ``FacilityCertificate`` with nothing fixed.
    func lagrangianBound(at prices: [Double]) -> Double {
        let worths = openingCosts.indices.map { openingCosts[$0] - profit(of: $0, at: prices) }.sorted()
        var bound = prices.reduce(0, +)
        for (rank, worth) in worths.enumerated() where rank < maximumOpen && (worth < 0 || rank < minimumOpen) {
            bound += worth
        }
        return bound
    }

    private func profit(of facility: Int, at prices: [Double]) -> Double {
        let gains = prices.enumerated().map { customer, price in
            (gain: price - cost(customer: customer, facility: facility), demand: demands[customer])
        }.filter { $0.gain > 0 }
        // Fill the capacity with what earns most for a unit of demand.
        var room = capacities?[facility] ?? .infinity
        var profit = 0.0
        for offer in gains.sorted(by: { $0.gain * $1.demand > $1.gain * $0.demand }) {
            guard offer.demand > 0, room < .infinity else {
                profit += offer.gain
                continue
            }
            profit += offer.gain * max(0, min(1, room / offer.demand))
            room -= offer.demand
        }
        return profit
    }
}
