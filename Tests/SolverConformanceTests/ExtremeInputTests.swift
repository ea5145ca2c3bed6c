import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Numbers at the ends of what a problem may hold, in every place: a solver answers or throws, and never traps; what it
/// answers the checker confirms or refuses.
@Suite struct ExtremeInputTests {
    private let checker = CertificateChecker()

    private static let amounts: [Double] = [
        0, 5e-324, 1e-304, 1e-100, 1e-15, 1.0 / 3, 1, 3, 0x1p31, 0x1p53, 0x1p62, 1e15, 1e100, 1e300,
        .greatestFiniteMagnitude,
    ]

    private static func amount(_ random: inout SplitMix64, below limit: Double = .infinity) -> Double {
        // Ordinary numbers beside the extremes.
        if random.chance(0.5) { return Double(random.integer(0...9)) }
        let value = amounts[random.integer(0...(amounts.count - 1))]
        return value < limit ? value : 1
    }

    @Test func facilities() throws {
        var ends: [String: Int] = [:]
        for seed in 0..<2000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let (facilities, customers) = (random.integer(1...3), random.integer(0...4))
            // Half of the problems stay within what files may hold.
            let limit = seed % 2 == 0 ? 1e16 : Double.infinity
            let isPlain = random.chance(0.3)
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in
                    Self.amount(&random, below: limit) * (random.chance(0.1) ? -1 : 1)
                },
                assignmentCosts: (0..<(facilities * customers)).map { _ in
                    random.chance(0.1) ? .infinity : Self.amount(&random, below: limit)
                },
                demands: (0..<customers).map { _ in Self.amount(&random, below: limit) }, customerCount: customers,
                capacities: isPlain
                    ? nil
                    : (0..<facilities).map { _ in random.chance(0.1) ? .infinity : Self.amount(&random) },
                assignmentRule: random.chance(0.3) ? .singleSource : .split,
                servers: random.chance(0.8)
                    ? nil
                    : ServerMenu(
                        limits: (0..<facilities).map { _ in random.integer(1...3) },
                        costs: (0..<facilities).map { _ in Self.amount(&random, below: limit) }),
                congestion: random.chance(0.8)
                    ? nil
                    : (0..<facilities).map { _ in
                        [CongestionStep(load: Self.amount(&random), unitCost: Self.amount(&random, below: limit))]
                    })
            let criteria = StoppingCriteria(timeLimit: .seconds(5))
            let solvers: [any FacilitySolver] =
                [BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())]
                + (seed % 4 == 0 ? [FacilityHeuristic()] : [])
            for solver in solvers {
                do throws(SolverError) {
                    let result = try solver.solve(problem, criteria: criteria, interrupter: nil)
                    let isVerified = checker.verify(problem, result).isVerified
                    ends[isVerified ? "verified" : "refused", default: 0] += 1
                    if limit < .infinity { ends[isVerified ? "ordinary" : "ordinary refused", default: 0] += 1 }
                } catch {
                    #expect(error.code != .invalidProblem)
                    ends["\(error.code)", default: 0] += 1
                }
            }
        }
        #expect(ends["ordinary", default: 0] > 900, "\(ends)")
        #expect(ends["ordinary refused", default: 0] < 60, "\(ends)")
    }

    /// The demand that once ended the process.
    @Test func aDenormalDemandIsServed() throws {
        for demand in [1e-304, 5e-324] {
            let problem = try FacilityProblem(
                openingCosts: [3, 4], assignmentCosts: [5, 1, 2, 2], demands: [demand, 7], customerCount: 2,
                capacities: [7, 9])
            let solver = BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
            let result = try solver.solve(problem)
            #expect(result.termination == .optimal && result.objective == 7)
            #expect(checker.verify(problem, result).isVerified)
        }
    }

    @Test func flows() throws {
        let numbers: [Int64] = [
            0, 1, -1, 2, 7, Int64(Int32.max), 1 << 31, 1 << 53, (1 << 58) - 1, -(1 << 57), 1 << 62, .max, .min,
        ]
        func number(_ random: inout SplitMix64) -> Int64 {
            random.chance(0.6) ? Int64(random.integer(0...9)) : numbers[random.integer(0...(numbers.count - 1))]
        }
        var solved = 0
        for seed in 0..<3000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let nodes = random.integer(1...5)
            let arcs = (0..<random.integer(0...8)).map { _ in
                FlowProblem.Arc(
                    tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)),
                    lower: random.chance(0.7) ? 0 : number(&random), upper: number(&random), cost: number(&random))
            }
            var supplies = (0..<nodes).map { _ in random.chance(0.5) ? 0 : number(&random) }
            if random.chance(0.7), let last = supplies.popLast() {
                _ = last
                supplies.append(0 &- supplies.reduce(0, &+))
            }
            guard
                let problem = try? FlowProblem(
                    supplies: supplies, arcs: arcs, supplyRule: random.chance(0.5) ? .equal : .atMost)
            else { continue }
            for solver in [NetworkSimplexSolver(), CostScalingSolver(), AutomaticFlowSolver()] as [any FlowSolver] {
                do throws(SolverError) {
                    let result = try solver.solve(problem)
                    #expect(checker.verify(problem, result).isVerified, "seed \(seed), \(solver.name)")
                    solved += 1
                } catch {
                    #expect(
                        [.unsupported, .invalidProblem].contains(error.code), "seed \(seed), \(solver.name): \(error)")
                }
            }
        }
        #expect(solved > 1500)
    }

    @Test func routes() throws {
        let router = ColumnGenerationRouter(linearSolver: GLPKLinearSolver())
        var verified = 0
        for seed in 0..<1000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let nodes = random.integer(2...4)
            // Half of the problems stay within a range that double precision holds together.
            let limit = seed % 2 == 0 ? 1e16 : MulticommodityProblem.magnitudeLimit
            let links = (0..<random.integer(1...8)).map { _ in
                MulticommodityProblem.Link(
                    tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)),
                    capacity: random.chance(0.3) ? .infinity : Self.amount(&random, below: limit),
                    cost: Self.amount(&random, below: limit))
            }
            let commodities = (0..<random.integer(0...3)).map { _ in
                MulticommodityProblem.Commodity(
                    source: random.integer(0...(nodes - 1)), target: random.integer(0...(nodes - 1)),
                    volume: Self.amount(&random, below: limit),
                    dropPenalty: random.chance(0.5) ? .infinity : Self.amount(&random, below: limit))
            }
            guard let problem = try? MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
            else { continue }
            do throws(SolverError) {
                let result = try router.solve(problem, criteria: StoppingCriteria(timeLimit: .seconds(5)))
                if checker.verify(problem, result).isVerified { verified += 1 }
            } catch {
                #expect(error.code != .invalidProblem)
            }
        }
        #expect(verified > 600, "\(verified)")
    }

    @Test func linearPrograms() throws {
        for seed in 0..<600 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var program = LinearProgram(sense: random.chance(0.5) ? .minimize : .maximize)
            for _ in 0..<random.integer(1...3) {
                let lower = random.chance(0.2) ? -Double.infinity : -Self.amount(&random)
                let upper = random.chance(0.3) ? Double.infinity : Self.amount(&random)
                program.columns.append(
                    .init(
                        cost: Self.amount(&random) * (random.chance(0.5) ? -1 : 1), lower: lower, upper: upper,
                        kind: random.chance(0.2) ? .integer : .continuous))
            }
            for _ in 0..<random.integer(0...3) {
                let terms = program.columns.indices.map { LinearProgram.Row.Term($0, Self.amount(&random) - 1) }
                program.rows.append(.init(upper: Self.amount(&random), terms: terms))
            }
            do throws(SolverError) {
                let result = try GLPKLinearSolver().solve(
                    program, warmStart: nil, criteria: StoppingCriteria(timeLimit: .seconds(2)), interrupter: nil)
                let isClaim = [Termination.optimal, .infeasible, .unbounded].contains(result.termination)
                #expect(!isClaim || checker.verify(program, result).isVerified, "seed \(seed)")
            } catch {
                #expect(error.code != .invalidProblem, "seed \(seed): \(error)")
            }
        }
    }
}
