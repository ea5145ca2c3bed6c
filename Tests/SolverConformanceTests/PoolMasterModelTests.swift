import GLPKSolver
import Optimization
import TestSupport
import Testing

/// The model of the pool's master against the same program built as a ``LinearProgram``.
@Suite struct PoolMasterModelTests {
    /// A small pool, and meshes for the sessions that share it. Each session may stay unserved, so that a solution exists.
    struct Pool {
        struct Column {
            var session: Int
            var cost: Int
            var moves: Int
            /// The servers that it takes, by site.
            var servers: [Int]
        }

        var usable: [Int]
        var sessions: Int
        var columns: [Column] = []
        var moveBudget: Int?

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            usable = (0..<random.integer(1...5)).map { _ in random.integer(0...4) }
            sessions = random.integer(1...5)
            for session in 0..<sessions {
                let none = usable.map { _ in 0 }
                columns.append(Column(session: session, cost: random.integer(200...400), moves: 0, servers: none))
                for _ in 0..<random.integer(0...4) {
                    let servers = usable.map { _ in random.chance(0.4) ? random.integer(1...3) : 0 }
                    columns.append(
                        Column(
                            session: session, cost: random.integer(10...120), moves: random.integer(0...4),
                            servers: servers))
                }
            }
            if random.chance(0.4) { moveBudget = random.integer(0...6) }
        }

        var data: String {
            let rents = columns.enumerated().flatMap { number, column in
                column.servers.enumerated().filter { $0.element > 0 }.map { "\(number) \($0.offset) \($0.element)" }
            }
            return """
                data;
                param sessions := \(sessions);
                param sites := \(usable.count);
                \(ModelData.vector("usable", usable))
                param move_budget := \(moveBudget ?? -1);
                \(ModelData.table(
                    "COLUMNS", columns: "session c moves",
                    rows: columns.enumerated().map { "\($0) \($1.session) \($1.cost) \($1.moves)" }))
                \(ModelData.table("RENTS", columns: "n", rows: rents))
                end;
                """
        }

        /// A row a session, then a row a site, then the budget.
        var program: LinearProgram {
            var program = LinearProgram()
            program.columns = columns.map { .init(cost: Double($0.cost)) }
            let terms = { (value: (Column) -> Int) in
                columns.enumerated().filter { value($1) != 0 }.map {
                    LinearProgram.Row.Term($0, Double(value($1)))
                }
            }
            for session in 0..<sessions {
                program.rows.append(.init(lower: 1, upper: 1, terms: terms { $0.session == session ? 1 : 0 }))
            }
            for (site, servers) in usable.enumerated() {
                program.rows.append(.init(upper: Double(servers), terms: terms { $0.servers[site] }))
            }
            if let moveBudget { program.rows.append(.init(upper: Double(moveBudget), terms: terms(\.moves))) }
            return program
        }
    }

    @Test(arguments: SolverLists.linear) func optimaAgree(tested: Tested<any LinearSolver>) throws {
        var (contended, fractional) = (0, 0)
        for seed in 0..<2_000 as Range<UInt64> {
            let pool = Pool(seed: seed)
            let program = pool.program
            let expected = try tested.solver.solve(program)
            #expect(OptimalityConditions.failures(program, expected) == [], "seed \(seed)")
            let result = try BundledModel.poolMaster.with(data: pool.data).solve()
            #expect(result.termination == .optimal, "seed \(seed)")
            let objective = expected.objective ?? .nan
            #expect(abs((result.objective ?? .nan) - objective) <= 1e-7 * max(1, objective), "seed \(seed)")
            let prices = expected.rowDuals?[pool.sessions..<pool.sessions + pool.usable.count] ?? []
            if prices.contains(where: { $0 < -1e-9 }) { contended += 1 }
            if (expected.values ?? []).contains(where: { $0 > 1e-6 && $0 < 1 - 1e-6 }) { fractional += 1 }
        }
        #expect(contended > 500 && fractional > 100, "\(contended), \(fractional)")
    }
}
