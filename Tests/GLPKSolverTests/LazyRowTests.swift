import GLPKSolver
import Optimization
import TestSupport
import Testing

@Suite struct LazyRowTests {
    let solver = GLPKLinearSolver()

    /// Rows given one by one as they are violated lead to the optimum of the whole program.
    @Test func lazyRowsReachTheOptimumOfTheWholeProgram() throws {
        var added = 0
        for seed in 0..<150 as Range<UInt64> {
            let whole = RandomPrograms.packing(columns: 6, rows: 5, seed: seed, kind: .integer)
            let expected = try solver.solve(whole)
            var relaxed = whole
            relaxed.rows = [whole.rows[0]]
            let result = try solver.solve(relaxed) { values in
                whole.rows.filter { row in
                    row.terms.reduce(0) { $0 + $1.value * values[$1.column] } > row.upper + 1e-9
                }
            }
            #expect(result.termination == .optimal)
            #expect(result.objective == expected.objective, "seed \(seed)")
            added += result.statistics["lazy-rows"]
        }
        #expect(added > 100)
    }

    /// A row that holds already is not added, else the same node would be solved for ever.
    @Test func rowsThatHoldAreDropped() throws {
        let program = RandomPrograms.packing(columns: 6, rows: 5, seed: 8, kind: .integer)
        let result = try solver.solve(program) { _ in program.rows }
        #expect(result.objective == (try solver.solve(program).objective))
        #expect(result.statistics["lazy-rows"] == 0)
    }
}
