import Optimization
import TestSupport

/// Programs for the tests, from seeds.
enum RandomPrograms {
    /// A packing program with a known feasible point (all zeros) and a bounded optimum.
    static func packing(
        columns: Int, rows: Int, seed: UInt64, kind: LinearProgram.Kind = .continuous
    ) -> LinearProgram {
        var random = SplitMix64(seed: seed)
        var program = LinearProgram(sense: .maximize)
        for _ in 0..<columns {
            program.columns.append(
                .init(cost: Double(random.integer(1...99)), upper: Double(random.integer(1...9)), kind: kind))
        }
        for _ in 0..<rows {
            let chosen = (0..<columns).filter { _ in random.chance(0.5) }
            program.rows.append(
                .init(
                    upper: Double(random.integer(10...20 * max(1, columns / 2))),
                    terms: chosen.map { .init($0, Double(random.integer(1...20))) }))
        }
        return program
    }

    /// An assignment-like transport program, hard enough to keep the simplex busy for a while.
    static func transport(sources: Int, sinks: Int, seed: UInt64) -> LinearProgram {
        var random = SplitMix64(seed: seed)
        var program = LinearProgram()
        var sourceRows = Array(repeating: [LinearProgram.Row.Term](), count: sources)
        var sinkRows = Array(repeating: [LinearProgram.Row.Term](), count: sinks)
        for source in 0..<sources {
            for sink in 0..<sinks {
                sourceRows[source].append(.init(program.columns.count, 1))
                sinkRows[sink].append(.init(program.columns.count, 1))
                program.columns.append(.init(cost: Double(random.integer(1...1_000_000))))
            }
        }
        program.rows = sourceRows.map { .init(upper: Double(10 * sinks), terms: $0) }
        program.rows += sinkRows.map { .init(lower: Double(7 * sources), terms: $0) }
        return program
    }

    /// Knapsacks with strongly correlated weights over the same items: branch and cut needs many nodes.
    static func knapsacks(items: Int, rows: Int, seed: UInt64) -> LinearProgram {
        var random = SplitMix64(seed: seed)
        var program = LinearProgram(sense: .maximize)
        let weights = (0..<rows).map { _ in (0..<items).map { _ in Double(random.integer(100...999)) } }
        for item in 0..<items {
            let weight = weights.reduce(0) { $0 + $1[item] } / Double(rows)
            program.columns.append(.init(cost: (weight + 100).rounded(), upper: 1, kind: .integer))
        }
        for row in weights {
            program.rows.append(
                .init(
                    upper: (row.reduce(0, +) / 2).rounded(),
                    terms: row.enumerated().map { .init($0.offset, $0.element) }))
        }
        return program
    }
}
