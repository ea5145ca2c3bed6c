import GLPKSolver
import Optimization
import TestSupport
import Testing

@Suite struct ResidentProgramTests {
    let solver = GLPKLinearSolver(options: GLPKOptions(feasibilityTolerance: 1e-9))

    /// Rows added a few at a time, slack ones deleted on the way, against the whole program at once.
    @Test func cuttingPlanesReachTheOptimumOfTheWholeProgram() throws {
        for seed in 0..<100 as Range<UInt64> {
            let whole = RandomPrograms.packing(columns: 10, rows: 12, seed: seed)
            let expected = try solver.solve(whole)
            var master = whole
            master.rows = []
            let objective = try solver.withResidentProgram(master) { resident throws(SolverError) in
                var values: [Double] = []
                var live: [Int] = []
                for round in 0..<100 {
                    guard try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) == .optimal else { break }
                    resident.columnValues(into: &values)
                    let violated = whole.rows.indices.filter { index in
                        let row = whole.rows[index]
                        return row.terms.reduce(0) { $0 + $1.value * values[$1.column] } > row.upper + 1e-7
                    }
                    if violated.isEmpty { break }
                    if round % 3 == 2 {
                        let slack = live.indices.filter { resident.basis.rows[$0] == .basic }
                        try resident.deleteRows(slack)
                        live = live.indices.filter { !slack.contains($0) }.map { live[$0] }
                    }
                    try resident.addRows(violated.prefix(2).map { whole.rows[$0] })
                    live += violated.prefix(2)
                }
                #expect(resident.rowCount == live.count)
                return resident.objective
            }
            #expect(abs(objective - (expected.objective ?? .nan)) <= 1e-6 * abs(objective), "seed \(seed)")
        }
    }

    @Test func cutoffEndsTheDualSimplex() throws {
        // Minimise the negated packing objective; tighten until the optimum passes the cutoff.
        var program = RandomPrograms.packing(columns: 12, rows: 8, seed: 7)
        program.sense = .minimize
        for index in program.columns.indices { program.columns[index].cost.negate() }
        let tight = try solver.withResidentProgram(program) { resident throws(SolverError) in
            #expect(try resident.solve(cutoff: 1, criteria: .none, interrupter: nil) == .optimal)
            let first = resident.objective
            for row in 0..<resident.rowCount {
                try resident.setRowBounds(row, lower: -.infinity, upper: 5)
            }
            let cut = try resident.solve(cutoff: first + 1e-3 * abs(first), criteria: .none, interrupter: nil)
            #expect(cut == .cutoffReached)
            #expect(try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) == .optimal)
            return resident.objective > first
        }
        #expect(tight)
    }

    @Test func boundsCostsAndColumnsChange() throws {
        let program = LinearProgram(
            sense: .maximize, columns: [.init(cost: 3, upper: 10)], rows: [.init(upper: 12, terms: [.init(0, 2)])])
        try solver.withResidentProgram(program) { resident throws(SolverError) in
            func optimum() throws(SolverError) -> Double {
                let outcome = try resident.solve(cutoff: nil, criteria: .none, interrupter: nil)
                return outcome == .optimal ? resident.objective : .nan
            }
            #expect(try optimum() == 18)
            let basis = resident.basis
            #expect(try resident.addColumns([(.init(cost: 5, upper: 2), [.init(0, 1)])]) == 1)
            #expect(try optimum() == 25)
            try resident.setColumnBounds(1, lower: 0, upper: 12)
            #expect(try optimum() == 60)
            try resident.setCost(0, 30)
            #expect(try optimum() == 180)
            var values: [Double] = []
            var duals: [Double] = []
            var costs: [Double] = []
            resident.columnValues(into: &values)
            resident.rowDuals(into: &duals)
            resident.reducedCosts(into: &costs)
            #expect(values == [6, 0])
            #expect(duals == [15])
            #expect(costs == [0, -10])
            try resident.setColumnBounds(1, lower: 0, upper: 0)
            try resident.setRowBounds(0, lower: 30, upper: 40)
            #expect(try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) == .infeasible)
            // A basis of the wrong shape is ignored and a fresh one made.
            resident.basis = basis
            try resident.setRowBounds(0, lower: 0, upper: 12)
            #expect(try optimum() == 180)
        }
    }

    @Test func malformedChangesAreRefusedAndHarmNothing() throws {
        let program = RandomPrograms.packing(columns: 3, rows: 2, seed: 1)
        try solver.withResidentProgram(program) { resident throws(SolverError) in
            _ = try resident.solve(cutoff: nil, criteria: .none, interrupter: nil)
            let objective = resident.objective
            func refused(_ change: () throws(SolverError) -> Void) {
                let error = #expect(throws: SolverError.self) { try change() }
                #expect(error?.code == .invalidProblem)
            }
            refused { () throws(SolverError) in try resident.addRows([.init(upper: 1, terms: [.init(3, 1)])]) }
            refused { () throws(SolverError) in try resident.addRows([.init(upper: .nan, terms: [])]) }
            refused { () throws(SolverError) in try resident.deleteRows([0, 0]) }
            refused { () throws(SolverError) in try resident.deleteRows([2]) }
            refused { () throws(SolverError) in try resident.setCost(0, .infinity) }
            refused { () throws(SolverError) in try resident.setCost(-1, 0) }
            refused { () throws(SolverError) in try resident.setColumnBounds(0, lower: 2, upper: 1) }
            refused { () throws(SolverError) in try resident.setRowBounds(9, lower: 0, upper: 1) }
            refused { () throws(SolverError) in try resident.addColumns([(.init(cost: 1), [.init(0, 1), .init(0, 2)])])
            }
            #expect(try resident.solve(cutoff: nil, criteria: .none, interrupter: nil) == .optimal)
            #expect(resident.objective == objective)
        }
    }
}
