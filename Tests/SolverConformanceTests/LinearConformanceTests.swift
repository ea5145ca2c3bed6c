import Optimization
import TestSupport
import Testing

/// What every linear solver must do: answers that satisfy the optimality conditions, whatever the bounds; integer optima
/// that enumeration finds.
@Suite struct LinearConformanceTests {
    private static let instances: Range<UInt64> = 0..<2_000

    @Test(arguments: SolverLists.linear) func linearPrograms(tested: Tested<any LinearSolver>) throws {
        var counts: [String: Int] = [:]
        for seed in Self.instances {
            let program = RandomLinear.program(seed: seed)
            let result = try tested.solver.solve(program)
            counts[result.termination.word, default: 0] += 1
            switch result.termination {
            case .optimal:
                #expect(OptimalityConditions.failures(program, result) == [], "seed \(seed)")
            case .infeasible:
                #expect(try leastViolation(of: program, by: tested.solver) > 1e-6, "seed \(seed)")
            case .unbounded:
                #expect(try leastViolation(of: program, by: tested.solver) < 1e-6, "seed \(seed)")
                #expect(try bestDirection(of: program, by: tested.solver) < -1e-6, "seed \(seed)")
            default: Issue.record("seed \(seed): \(result.termination.word)")
            }
        }
        for word in ["optimal", "infeasible", "unbounded"] { #expect(counts[word, default: 0] > 100, "\(counts)") }
    }

    /// The sum by which the rows must be violated: a program with an optimum, itself checked.
    private func leastViolation(of program: LinearProgram, by solver: any LinearSolver) throws -> Double {
        var elastic = program
        elastic.sense = .minimize
        elastic.constant = 0
        for index in elastic.columns.indices { elastic.columns[index].cost = 0 }
        for index in elastic.rows.indices {
            elastic.rows[index].terms.append(.init(elastic.columns.count, 1))
            elastic.rows[index].terms.append(.init(elastic.columns.count + 1, -1))
            elastic.columns += [.init(cost: 1), .init(cost: 1)]
        }
        let result = try solver.solve(elastic)
        #expect(OptimalityConditions.failures(elastic, result) == [])
        return result.objective ?? .nan
    }

    /// The best improvement along a direction in which the program never ends, a unit in each column.
    private func bestDirection(of program: LinearProgram, by solver: any LinearSolver) throws -> Double {
        var cone = program
        cone.constant = 0
        if program.sense == .maximize {
            cone.sense = .minimize
            for index in cone.columns.indices { cone.columns[index].cost.negate() }
        }
        for index in cone.columns.indices {
            cone.columns[index].lower = cone.columns[index].lower == -.infinity ? -1 : 0
            cone.columns[index].upper = cone.columns[index].upper == .infinity ? 1 : 0
        }
        for index in cone.rows.indices {
            if cone.rows[index].lower > -.infinity { cone.rows[index].lower = 0 }
            if cone.rows[index].upper < .infinity { cone.rows[index].upper = 0 }
        }
        let result = try solver.solve(cone)
        #expect(OptimalityConditions.failures(cone, result) == [])
        return result.objective ?? .nan
    }

    @Test(arguments: SolverLists.linear) func integerPrograms(tested: Tested<any LinearSolver>) throws {
        var infeasible = 0
        for seed in Self.instances {
            let program = RandomLinear.integerProgram(seed: seed)
            let result = try tested.solver.solve(program)
            let expected = RandomLinear.enumerate(program)
            if expected == nil { infeasible += 1 }
            #expect(result.termination == (expected == nil ? .infeasible : .optimal), "seed \(seed)")
            #expect(result.objective == expected, "seed \(seed)")
        }
        #expect((100...1_500).contains(infeasible), "\(infeasible)")
    }
}

/// Random linear programs with every kind of bound.
enum RandomLinear {
    static func program(seed: UInt64) -> LinearProgram {
        var random = SplitMix64(seed: seed)
        var program = LinearProgram(
            sense: random.chance(0.5) ? .minimize : .maximize, constant: Double(random.integer(-5...5)))
        let columns = random.integer(1...7)
        for _ in 0..<columns {
            let bounds = bounds(&random, span: 12)
            program.columns.append(
                .init(cost: Double(random.integer(-9...9)), lower: bounds.lower, upper: bounds.upper))
        }
        for _ in 0..<random.integer(0...6) {
            let bounds = bounds(&random, span: 25)
            let terms = (0..<columns).filter { _ in random.chance(0.7) }
                .map { LinearProgram.Row.Term($0, Double(random.integer(-9...9))) }
            program.rows.append(.init(lower: bounds.lower, upper: bounds.upper, terms: terms))
        }
        return program
    }

    private static func bounds(_ random: inout SplitMix64, span: Int) -> (lower: Double, upper: Double) {
        let value = Double(random.integer(-span...span))
        return switch random.integer(0...9) {
        case 0: (-.infinity, .infinity)
        case 1: (value, value)
        case 2, 3: (-.infinity, abs(value))
        case 4, 5, 6: (-abs(value), .infinity)
        default: (value, value + Double(random.integer(0...span)))
        }
    }

    /// Up to four integer columns within -3...4, so that they can be enumerated.
    static func integerProgram(seed: UInt64) -> LinearProgram {
        var random = SplitMix64(seed: seed &+ 77)
        var program = program(seed: seed &* 3)
        program.columns = Array(program.columns.prefix(4))
        for index in program.columns.indices {
            let lower = Double(random.integer(-3...2))
            program.columns[index].lower = lower
            program.columns[index].upper = lower + Double(random.integer(0...2))
            program.columns[index].kind = .integer
        }
        for index in program.rows.indices {
            program.rows[index].terms.removeAll { $0.column >= program.columns.count }
        }
        return program
    }

    static func enumerate(_ program: LinearProgram) -> Double? {
        var best: Double?
        func descend(_ values: [Double]) {
            guard values.count < program.columns.count else {
                let holds = program.rows.allSatisfy { row in
                    let activity = row.terms.reduce(0) { $0 + $1.value * values[$1.column] }
                    return row.lower <= activity && activity <= row.upper
                }
                guard holds else { return }
                let objective = zip(program.columns, values).reduce(program.constant) { $0 + $1.0.cost * $1.1 }
                best = best.map { program.sense == .minimize ? min($0, objective) : max($0, objective) } ?? objective
                return
            }
            let column = program.columns[values.count]
            for value in Int(column.lower)...Int(column.upper) { descend(values + [Double(value)]) }
        }
        descend([])
        return best
    }
}

/// The conditions of Karush, Kuhn and Tucker for a linear program, read from a result.
enum OptimalityConditions {
    static func failures(_ program: LinearProgram, _ result: LinearResult, tolerance: Double = 1e-6) -> [String] {
        guard let values = result.values, let duals = result.rowDuals, let reduced = result.reducedCosts else {
            return ["no values or duals"]
        }
        var failures: [String] = []
        let sign = program.sense == .minimize ? 1.0 : -1.0
        func check(_ what: String, value: Double, lower: Double, upper: Double, dual: Double) {
            let slack = tolerance * max(1, abs(value))
            if value < lower - slack || value > upper + slack { failures.append("\(what) is out of bounds") }
            if sign * dual > tolerance, value > lower + slack {
                failures.append("\(what) should be at its lower bound")
            }
            if sign * dual < -tolerance, value < upper - slack {
                failures.append("\(what) should be at its upper bound")
            }
        }
        for (index, row) in program.rows.enumerated() {
            let activity = row.terms.reduce(0) { $0 + $1.value * values[$1.column] }
            check("row \(index)", value: activity, lower: row.lower, upper: row.upper, dual: duals[index])
        }
        var expected = program.columns.map(\.cost)
        for (row, dual) in zip(program.rows, duals) {
            for term in row.terms { expected[term.column] -= dual * term.value }
        }
        for (index, column) in program.columns.enumerated() {
            check(
                "column \(index)", value: values[index], lower: column.lower, upper: column.upper, dual: reduced[index])
            if abs(expected[index] - reduced[index]) > tolerance { failures.append("reduced cost \(index) is wrong") }
        }
        return failures
    }
}
