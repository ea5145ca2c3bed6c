import GLPKSolver
import Optimization
import TestSupport
import Testing

/// Programs in badly chosen units, against the enumeration of all vertices or of all integer points.
@Suite struct ScaledProgramTests {
    private let solver = GLPKLinearSolver()
    private let checker = CertificateChecker()

    /// A small program in whole numbers.
    private static func program(integer: Bool, random: inout SplitMix64) -> LinearProgram {
        let (columns, rows) = (random.integer(1...3), random.integer(1...4))
        var program = LinearProgram(sense: random.chance(0.5) ? .minimize : .maximize)
        for _ in 0..<columns {
            let isInteger = integer && random.chance(0.7)
            let lower = [0, 0, 0, -4][random.integer(0...3)]
            let upper = isInteger || random.chance(0.4) ? Double(random.integer(1...5)) : .infinity
            program.columns.append(
                .init(
                    cost: Double(random.integer(-9...9)), lower: Double(lower), upper: upper,
                    kind: isInteger ? .integer : .continuous))
        }
        for _ in 0..<rows {
            let terms = (0..<columns).compactMap { column -> LinearProgram.Row.Term? in
                let value = random.chance(0.3) ? 0 : random.integer(-9...9)
                return value == 0 ? nil : .init(column, Double(value))
            }
            let end = Double(random.integer(-6...20))
            switch random.integer(0...3) {
            case 0: program.rows.append(.init(lower: end, terms: terms))
            case 1: program.rows.append(.init(upper: end, terms: terms))
            case 2: program.rows.append(.init(lower: end, upper: end, terms: terms))
            default: program.rows.append(.init(lower: end - Double(random.integer(0...5)), upper: end, terms: terms))
            }
        }
        return program
    }

    /// The same program with rows and continuous columns multiplied by powers of ten.
    private static func scaled(_ program: LinearProgram, random: inout SplitMix64) -> LinearProgram {
        let powers = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1e3, 1e4, 1e5]
        var scaled = program
        let factors = program.columns.map { $0.kind == .integer ? 1 : powers[random.integer(0...10)] }
        for (column, factor) in factors.enumerated() {
            scaled.columns[column].cost *= factor
            scaled.columns[column].lower /= factor
            scaled.columns[column].upper /= factor
        }
        for row in scaled.rows.indices {
            let factor = powers[random.integer(0...10)]
            scaled.rows[row].lower *= factor
            scaled.rows[row].upper *= factor
            for term in scaled.rows[row].terms.indices {
                scaled.rows[row].terms[term].value *= factor * factors[scaled.rows[row].terms[term].column]
            }
        }
        return scaled
    }

    @Test func linearProgramsAgreeWithTheirVertices() throws {
        var counts: [Termination: Int] = [:]
        for seed in 0..<1200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let plain = Self.program(integer: false, random: &random)
            let expected = Enumeration.optimum(plain)
            let scaled = Self.scaled(plain, random: &random)
            let result = try solver.solve(scaled)
            counts[expected.termination, default: 0] += 1
            #expect(result.termination == expected.termination, "seed \(seed): \(result.solverMessage)")
            let verification = checker.verify(scaled, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            guard let optimum = expected.objective else { continue }
            for found in [result.objective, result.bound] {
                #expect(abs((found ?? .infinity) - optimum) <= 1e-6 * max(1, abs(optimum)), "seed \(seed)")
            }
        }
        #expect(counts.values.allSatisfy { $0 > 20 } && counts.count == 3, "\(counts)")
    }

    @Test func integerProgramsAgreeWithTheirPoints() throws {
        var counts: [Termination: Int] = [:]
        for seed in 0..<1000 as Range<UInt64> {
            var random = SplitMix64(seed: seed &+ 50_000)
            let plain = Self.program(integer: true, random: &random)
            let expected = Enumeration.optimum(plain)
            let scaled = Self.scaled(plain, random: &random)
            let result = try solver.solve(scaled)
            counts[expected.termination, default: 0] += 1
            #expect(result.termination == expected.termination, "seed \(seed): \(result.solverMessage)")
            #expect(checker.verify(scaled, result).isVerified, "seed \(seed)")
            guard let optimum = expected.objective else { continue }
            #expect(
                abs((result.objective ?? .infinity) - optimum) <= 1e-6 * max(1, abs(optimum)),
                "seed \(seed): \(String(describing: result.objective)), expected \(optimum)")
        }
        #expect(counts.values.allSatisfy { $0 > 20 } && counts.count == 3, "\(counts)")
    }

    /// A share in millionths beside amounts of hundreds of millions: once called unbounded.
    @Test func aBoxInOddUnitsHasAnOptimum() throws {
        let model = MathProgModel(
            text: """
                var part >= 0, <= 0.002;
                maximize yield: 5000 * part;
                s.t. most: 3e8 * part <= 9e5;
                end;
                """)
        let result = try model.solve()
        #expect(result.termination == .optimal)
        #expect(abs((result.objective ?? 0) - 10) < 1e-9 && result.bound == result.objective)
    }

    /// Prices of billionths for amounts of billions: once half as dear again, with a bound to match.
    @Test func pricesAndAmountsFarApartAddUp() throws {
        let model = MathProgModel(
            text: """
                var bits{1..2} >= 0; var fee >= 0;
                minimize cost: sum{i in 1..2} 2e-9 * i * bits[i] + fee;
                s.t. need: sum{i in 1..2} bits[i] >= 4e9;
                s.t. cap: bits[1] <= 3e9;
                s.t. tariff: fee >= 1e-9 * bits[2];
                end;
                """)
        let result = try model.solve()
        #expect(abs((result.objective ?? 0) - 11) < 1e-6 && abs((result.bound ?? 0) - 11) < 1e-6)
    }

    @Test func noIntegerPointIsInfeasibleHoweverFarTheRestReaches() throws {
        for text in [
            "var far >= 0; var n integer >= 0; maximize o: far; s.t. third: 3 * n = 1; end;",
            "var far >= 0; var n integer; minimize o: -far + n; s.t. half: 4 * n = 2; s.t. up: far >= n; end;",
        ] {
            let result = try MathProgModel(text: text).solve()
            #expect(result.termination == .infeasible)
            #expect(result.objective == nil && result.columns.isEmpty)
        }
        let unbounded = try MathProgModel(
            text: "var far >= 0; var n integer >= 0; maximize o: far; s.t. half: 4 * n = 8; end;"
        ).solve()
        #expect(unbounded.termination == .unbounded)
        #expect(unbounded.columns["n"] == 2)
    }

    /// What a checker is for: wrong values, duals, multipliers and directions are seen.
    @Test func wrongClaimsAreSeen() throws {
        let program = LinearProgram(
            columns: [.init(cost: 2), .init(cost: 3)], rows: [.init(lower: 4, terms: [.init(0, 1), .init(1, 1)])])
        let right = try solver.solve(program)
        #expect(checker.verify(program, right).isVerified)
        var wrong = right
        wrong.values = [3, 0]
        #expect(!checker.verify(program, wrong).isVerified)
        wrong = right
        wrong.rowDuals = [2.5]
        #expect(!checker.verify(program, wrong).isVerified)
        wrong = right
        wrong.objective = 9
        #expect(!checker.verify(program, wrong).isVerified)
        #expect(!checker.verify(program, LinearResult(termination: .infeasible)).isVerified)
        var ray = LinearResult(termination: .unbounded, values: [4, 0])
        ray.ray = [1, 0]
        #expect(!checker.verify(program, ray).isVerified)
    }
}

/// The optimum of a tiny program by trying every vertex, for every choice of its integers; shares no code with solvers.
private enum Enumeration {
    /// A bound where there is none: an optimum on it means that there is no optimum.
    private static let far = 1e7

    static func optimum(_ program: LinearProgram) -> (termination: Termination, objective: Double?) {
        let integers = program.columns.indices.filter { program.columns[$0].kind == .integer }
        var best: (value: Double, isFar: Bool)?
        func choose(_ place: Int, _ fixed: LinearProgram) {
            guard place < integers.count else {
                guard let found = vertices(fixed) else { return }
                let isBetter = best.map { program.sense == .minimize ? found.value < $0.value : found.value > $0.value }
                if isBetter ?? true { best = found }
                return
            }
            let column = program.columns[integers[place]]
            for value in Int(column.lower)...Int(column.upper) {
                var fixed = fixed
                fixed.columns[integers[place]].lower = Double(value)
                fixed.columns[integers[place]].upper = Double(value)
                choose(place + 1, fixed)
            }
        }
        choose(0, program)
        guard let best else { return (.infeasible, nil) }
        return best.isFar ? (.unbounded, nil) : (.optimal, best.value)
    }

    /// The best vertex of the program within a huge box.
    private static func vertices(_ program: LinearProgram) -> (value: Double, isFar: Bool)? {
        let count = program.columns.count
        // Planes that a vertex may lie on.
        var planes: [(normal: [Double], end: Double)] = []
        for (index, column) in program.columns.enumerated() {
            var normal = Array(repeating: 0.0, count: count)
            normal[index] = 1
            for end in Set([max(column.lower, -far), min(column.upper, far)]) { planes.append((normal, end)) }
        }
        for row in program.rows {
            var normal = Array(repeating: 0.0, count: count)
            for term in row.terms { normal[term.column] = term.value }
            for end in Set([row.lower, row.upper]) where end.isFinite { planes.append((normal, end)) }
        }
        var best: (value: Double, isFar: Bool)?
        func choose(_ first: Int, _ chosen: [Int]) {
            if chosen.count == count {
                guard let point = solve(chosen.map { planes[$0] }), isFeasible(point, program) else { return }
                let value = zip(program.columns, point).reduce(0) { $0 + $1.0.cost * $1.1 }
                let isBetter = best.map { program.sense == .minimize ? value < $0.value : value > $0.value } ?? true
                if isBetter { best = (value, abs(value) > far / 100) }
                return
            }
            for plane in first..<planes.count { choose(plane + 1, chosen + [plane]) }
        }
        choose(0, [])
        return best
    }

    /// Gauss's elimination.
    private static func solve(_ planes: [(normal: [Double], end: Double)]) -> [Double]? {
        var rows = planes.map { $0.normal + [$0.end] }
        let count = rows.count
        for column in 0..<count {
            guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
                abs(rows[pivot][column]) > 1e-9
            else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<count where row != column {
                let factor = rows[row][column] / rows[column][column]
                for entry in column...count { rows[row][entry] -= factor * rows[column][entry] }
            }
        }
        return rows.indices.map { rows[$0][count] / rows[$0][$0] }
    }

    private static func isFeasible(_ point: [Double], _ program: LinearProgram) -> Bool {
        let size = point.reduce(1) { max($0, abs($1)) }
        for (column, value) in zip(program.columns, point)
        where value < column.lower - 1e-9 * size || value > column.upper + 1e-9 * size || abs(value) > far * 1.001 {
            return false
        }
        return program.rows.allSatisfy { row in
            let sum = row.terms.reduce(0) { $0 + $1.value * point[$1.column] }
            return sum >= row.lower - 1e-8 * size && sum <= row.upper + 1e-8 * size
        }
    }
}
