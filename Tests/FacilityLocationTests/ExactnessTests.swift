import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Numbers that whole units round: capacities that are filled exactly, demands of many digits and far apart, costs that are
/// not in proportion to them, units of any size.
@Suite struct ExactnessTests {
    private let checker = CertificateChecker()

    /// A kind of numbers.
    enum Kind: String, CaseIterable, Sendable {
        /// Capacities are the sums of the demands of some customers.
        case exactFit
        /// Demands are lognormal, costs drawn apart from them.
        case lognormal
        /// Demands of a few sizes that are factors of thousands apart.
        case scales
        /// Capacities that sum to the demand, or to a little less or more.
        case tight
    }

    private static func demand(_ random: inout SplitMix64) -> Double {
        switch random.integer(0...4) {
        case 0: Double(random.integer(1...20))
        case 1: Double(random.integer(1...9)) / 3
        case 2: Double(random.integer(1...99)) / 10
        case 3: 10 * random.fraction() + 0.01
        default: Double(random.integer(1...9_999_999)) * 1e-6
        }
    }

    /// About e to the power of a number near 0, some far from it.
    private static func lognormal(_ random: inout SplitMix64) -> Double {
        var exponent = 0.0
        for _ in 0..<4 { exponent += 2 * random.fraction() - 1 }
        var value = 1.0
        for _ in 0..<8 { value *= 1 + exponent * 0.12 }
        return value
    }

    static func problem(_ kind: Kind, seed: UInt64) throws -> FacilityProblem {
        var random = SplitMix64(seed: seed &* 101 &+ UInt64(kind.rawValue.count))
        let facilities = random.integer(2...4)
        let customers = random.integer(2...6)
        var demands: [Double] = []
        for _ in 0..<customers {
            switch kind {
            case .exactFit, .tight: demands.append(demand(&random))
            case .lognormal: demands.append(lognormal(&random))
            case .scales:
                let sizes = [1e-4, 0.001, 0.01, 1, 5, 10, 1234.5, 1e4]
                demands.append(sizes[random.integer(0...(sizes.count - 1))])
            }
        }
        let total = demands.reduce(0, +)
        var capacities = Array(repeating: 0.0, count: facilities)
        switch kind {
        case .exactFit: for demand in demands { capacities[random.integer(0...(facilities - 1))] += demand }
        case .lognormal:
            for facility in 0..<facilities {
                capacities[facility] = (total * (0.2 + random.fraction()) * 100).rounded() / 100
            }
        case .scales:
            for facility in 0..<facilities {
                capacities[facility] =
                    random.chance(0.3) ? demands[random.integer(0...(customers - 1))] : total * random.fraction() * 1.5
            }
        case .tight:
            let weights = (0..<facilities).map { _ in 0.1 + random.fraction() }
            let factor = [1, 1 + 1e-6, 1.01, 1 - 1e-6][random.integer(0...3)]
            for facility in 0..<facilities {
                capacities[facility] = total * weights[facility] / weights.reduce(0, +) * factor
            }
        }
        let costs = (0..<(facilities * customers)).map { _ in
            random.chance(0.12) ? Double.infinity : Double(random.integer(0...200))
        }
        return try FacilityProblem(
            openingCosts: (0..<facilities).map { _ in random.chance(0.1) ? 1000 : Double(random.integer(0...150)) },
            assignmentCosts: costs, demands: demands, customerCount: customers, capacities: capacities)
    }

    @Test(arguments: Kind.allCases)
    func agreesWithExhaustiveSearch(kind: Kind) throws {
        var infeasible = 0
        for seed in 0..<400 as Range<UInt64> {
            let problem = try Self.problem(kind, seed: seed)
            let result = try Solvers.exact.solve(problem)
            let optimum = ExhaustiveSearch.optimum(problem)
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "\(kind) \(seed): \(verification.failures)")
            #expect(result.termination == (optimum == nil ? .infeasible : .optimal), "\(kind) \(seed)")
            guard let optimum else {
                infeasible += 1
                continue
            }
            #expect(
                abs((result.objective ?? .infinity) - optimum) <= 1e-8 * max(1, optimum),
                "\(kind) \(seed): \(String(describing: result.objective)), expected \(optimum)")
        }
        #expect(infeasible < 390)
    }

    /// Any units of money and of demand give the same answer.
    @Test func unitsDoNotMatter() throws {
        for seed in 0..<120 as Range<UInt64> {
            let kind = Kind.allCases[Int(seed % 4)]
            let problem = try Self.problem(kind, seed: 1000 + seed)
            let expected = try Solvers.exact.solve(problem)
            for (cost, demand) in [(0x1p-40, 1), (0x1p40, 0x1p-50), (1, 0x1p-1012), (1, 0x1p60), (0x1p-900, 0x1p900)] {
                let scaled = try FacilityProblem(
                    openingCosts: problem.openingCosts.map { $0 * cost },
                    assignmentCosts: problem.assignmentCosts.map { $0 * cost },
                    demands: problem.demands.map { $0 * demand }, customerCount: problem.customerCount,
                    capacities: problem.capacities?.map { $0 * demand })
                let result = try Solvers.exact.solve(scaled)
                let verification = checker.verify(scaled, result)
                #expect(verification.isVerified, "\(kind) \(seed) x \(cost), \(demand): \(verification.failures)")
                #expect(result.termination == expected.termination, "\(kind) \(seed) x \(cost), \(demand)")
                guard let objective = expected.objective, let found = result.objective else { continue }
                #expect(abs(found / cost - objective) <= 1e-8 * max(1, objective), "\(kind) \(seed) x \(cost)")
            }
        }
    }

    /// Three facilities of which two hold exactly their customers, by a number of many digits; a third would cost 1,000.
    @Test func facilitiesThatAreFilledExactlyAreEnough() throws {
        for demand in [2.718281828459045, 1.0 / 3, 0.1 + 0.2, 7e-9, 12_345.678901] {
            let problem = try FacilityProblem(
                openingCosts: [10, 10, 1000], assignmentCosts: [1, 50, 50, 50, 1, 50], demands: [8, demand],
                customerCount: 2, capacities: [8, demand, 9])
            let result = try Solvers.exact.solve(problem)
            #expect(result.termination == .optimal && result.objective == 22, "\(demand)")
            #expect(checker.verify(problem, result).isVerified, "\(demand)")
        }
    }

    /// A linear solver that gives up costs the search its guide, not its answer.
    @Test func aMasterThatFailsIsDoneWithout() throws {
        let solver = BendersFacilitySolver(linearSolver: FailingLinearSolver(), flowSolver: NetworkSimplexSolver())
        for seed in 0..<40 as Range<UInt64> {
            let problem = try Self.problem(.lognormal, seed: seed)
            let result = try solver.solve(problem)
            #expect(
                result.termination == (ExhaustiveSearch.optimum(problem) == nil ? .infeasible : .optimal), "\(seed)")
            #expect(checker.verify(problem, result).isVerified, "\(seed)")
        }
    }
}

/// Gives up every program at once.
private struct FailingLinearSolver: LinearSolver {
    var name: String { "failing" }

    func solve(
        _ program: LinearProgram, warmStart: Basis?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> LinearResult {
        throw SolverError(.numericalFailure, "given up")
    }

    func withResidentProgram<Value>(
        _ program: LinearProgram, _ body: (any ResidentLinearProgram) throws(SolverError) -> Value
    ) throws(SolverError) -> Value {
        try GLPKLinearSolver().withResidentProgram(program) { resident throws(SolverError) in
            try body(FailingProgram(resident))
        }
    }
}

private final class FailingProgram: ResidentLinearProgram {
    private let inner: any ResidentLinearProgram

    init(_ inner: any ResidentLinearProgram) { self.inner = inner }

    var rowCount: Int { inner.rowCount }
    var columnCount: Int { inner.columnCount }
    var basis: Basis {
        get { inner.basis }
        set { inner.basis = newValue }
    }
    var objective: Double { inner.objective }

    func addRows(_ rows: [LinearProgram.Row]) throws(SolverError) -> Int { try inner.addRows(rows) }
    func deleteRows(_ rows: [Int]) throws(SolverError) { try inner.deleteRows(rows) }
    func addColumns(
        _ columns: [(column: LinearProgram.Column, terms: [LinearProgram.Row.Term])]
    ) throws(SolverError) -> Int { try inner.addColumns(columns) }
    func setColumnBounds(_ column: Int, lower: Double, upper: Double) throws(SolverError) {
        try inner.setColumnBounds(column, lower: lower, upper: upper)
    }
    func setRowBounds(_ row: Int, lower: Double, upper: Double) throws(SolverError) {
        try inner.setRowBounds(row, lower: lower, upper: upper)
    }
    func setCost(_ column: Int, _ cost: Double) throws(SolverError) { try inner.setCost(column, cost) }
    func solve(
        cutoff: Double?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> ResidentOutcome {
        throw SolverError(.numericalFailure, "given up")
    }
    func columnValues(into values: inout [Double]) { inner.columnValues(into: &values) }
    func rowDuals(into duals: inout [Double]) { inner.rowDuals(into: &duals) }
    func reducedCosts(into costs: inout [Double]) { inner.reducedCosts(into: &costs) }
}
