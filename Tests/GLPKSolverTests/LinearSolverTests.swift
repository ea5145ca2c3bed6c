import GLPKSolver
import Optimization
import TestSupport
import Testing

@Suite struct LinearSolverTests {
    let solver = GLPKLinearSolver()

    /// Dantzig's example: maximise 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18 is 36 at (2, 6), duals (0, 1.5, 1).
    let dantzig = LinearProgram(
        sense: .maximize, columns: [.init(cost: 3), .init(cost: 5)],
        rows: [
            .init(upper: 4, terms: [.init(0, 1)]), .init(upper: 12, terms: [.init(1, 2)]),
            .init(upper: 18, terms: [.init(0, 3), .init(1, 2)]),
        ])

    @Test func knownOptimumWithDualsAndBasis() throws {
        let result = try solver.solve(dantzig)
        #expect(result.termination == .optimal)
        #expect(result.objective == 36)
        #expect(result.bound == 36)
        #expect(result.values == [2, 6])
        #expect(result.rowDuals == [0, 1.5, 1])
        #expect(result.basis?.columns == [.basic, .basic])
    }

    @Test func infeasibleAndUnboundedAreResults() throws {
        var infeasible = dantzig
        infeasible.rows.append(.init(lower: 100, terms: [.init(0, 1)]))
        #expect(try solver.solve(infeasible).termination == .infeasible)
        var unbounded = dantzig
        unbounded.rows.removeAll()
        #expect(try solver.solve(unbounded).termination == .unbounded)
        // Both primal and dual infeasible: the dual method alone cannot tell which.
        let both = LinearProgram(
            columns: [.init(cost: -1), .init(cost: -1)],
            rows: [
                .init(lower: 1, upper: 1, terms: [.init(0, 1), .init(1, -1)]),
                .init(lower: 3, upper: 3, terms: [.init(0, 1), .init(1, -1)]),
            ])
        #expect(try solver.solve(both).termination == .infeasible)
    }

    @Test func emptyProgramsAreSolved() throws {
        #expect(try solver.solve(LinearProgram(constant: 7)).objective == 7)
        let columnsOnly = LinearProgram(columns: [.init(cost: 2, lower: 3, upper: 5)])
        #expect(try solver.solve(columnsOnly).objective == 6)
        let integersOnly = LinearProgram(columns: [.init(cost: -2, lower: 0.5, upper: 5.5, kind: .integer)])
        #expect(try solver.solve(integersOnly).objective == -10)
        let emptyRow = LinearProgram(columns: [.init(cost: 1)], rows: [.init(lower: 1, terms: [])])
        #expect(try solver.solve(emptyRow).termination == .infeasible)
    }

    @Test func malformedProgramsAreRefusedWithTheElement() {
        var program = dantzig
        program.rows[1].terms.append(.init(1, 3))
        let error = #expect(throws: SolverError.self) { try solver.solve(program) }
        #expect(error?.code == .invalidProblem)
        #expect(error?.message == "row 1: column 1 occurs twice; expected one coefficient a column")
    }

    @Test func warmStartNeedsFewerIterations() throws {
        let program = RandomPrograms.transport(sources: 20, sinks: 30, seed: 1)
        let cold = try solver.solve(program)
        let again = try solver.solve(program, warmStart: cold.basis, criteria: .none, interrupter: nil)
        #expect(again.statistics["simplex-iterations"] == 0)
        var changed = program
        changed.rows[0].upper -= 20
        let warm = try solver.solve(changed, warmStart: cold.basis, criteria: .none, interrupter: nil)
        let fresh = try solver.solve(changed)
        #expect(abs((warm.objective ?? 0) - (fresh.objective ?? 1)) <= 1e-6 * abs(fresh.objective ?? 1))
        #expect(warm.statistics["simplex-iterations"] * 4 < fresh.statistics["simplex-iterations"])
        // A basis of another shape is ignored.
        let other = try solver.solve(dantzig, warmStart: cold.basis, criteria: .none, interrupter: nil)
        #expect(other.objective == 36)
    }

    /// Weak duality from the returned duals, and feasibility of the returned point, on random programs.
    @Test func randomProgramsSatisfyTheOptimalityConditions() throws {
        for seed in 0..<400 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let program = RandomPrograms.packing(
                columns: random.integer(1...12), rows: random.integer(0...8), seed: seed)
            let result = try solver.solve(program)
            let values = try #require(result.values)
            let duals = try #require(result.rowDuals)
            var bound = 0.0
            for (row, dual) in zip(program.rows, duals) {
                let activity = row.terms.reduce(0) { $0 + $1.value * values[$1.column] }
                #expect(activity <= row.upper + 1e-6)
                #expect(dual >= -1e-9)
                bound += dual * row.upper
            }
            for (index, column) in program.columns.enumerated() {
                let reduced = zip(program.rows, duals).reduce(column.cost) { cost, pair in
                    cost - pair.1 * (pair.0.terms.first { $0.column == index }?.value ?? 0)
                }
                bound += max(0, reduced) * column.upper
            }
            #expect(abs(bound - (result.objective ?? .nan)) <= 1e-6 * max(1, abs(bound)))
        }
    }

    /// Integer programs of up to five columns against enumeration.
    @Test(arguments: [true, false]) func randomIntegerProgramsMatchEnumeration(presolve: Bool) throws {
        let solver = GLPKLinearSolver(options: GLPKOptions(presolvesIntegers: presolve, generatesCuts: presolve))
        for seed in 0..<250 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let program = RandomPrograms.packing(
                columns: random.integer(1...4), rows: random.integer(1...4), seed: seed, kind: .integer)
            let result = try solver.solve(program)
            #expect(result.termination == .optimal)
            #expect(result.objective == Self.enumerate(program))
            #expect(result.bound == result.objective)
        }
    }

    private static func enumerate(_ program: LinearProgram) -> Double {
        var best = -Double.infinity
        func descend(_ values: [Double]) {
            guard values.count < program.columns.count else {
                let holds = program.rows.allSatisfy { row in
                    row.terms.reduce(0) { $0 + $1.value * values[$1.column] } <= row.upper
                }
                let objective = zip(program.columns, values).reduce(0) { $0 + $1.0.cost * $1.1 }
                if holds { best = max(best, objective) }
                return
            }
            for value in 0...Int(program.columns[values.count].upper) { descend(values + [Double(value)]) }
        }
        descend([])
        return best
    }
}
