import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Volumes that just fit, or exceed the room by a hair; optima of 0; small volumes beside large ones.
@Suite("Multicommodity flow at the limits of its numbers")
struct TightRoutingTests {
    private static let routers = [
        ColumnGenerationRouter(linearSolver: GLPKLinearSolver()),
        ColumnGenerationRouter(linearSolver: GLPKLinearSolver(), balancingRounds: 3),
    ]
    private let checker = CertificateChecker()

    private static func problem(_ random: inout SplitMix64, volume: (inout SplitMix64) -> Double, mayDrop: Double)
        throws -> MulticommodityProblem
    {
        let nodes = random.integer(2...5)
        let costs = [0.0, 0, 1, 5, 10]
        let links = (0..<random.integer(2...10)).map { _ in
            MulticommodityProblem.Link(
                tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)),
                capacity: random.chance(0.2)
                    ? .infinity : random.chance(0.5) ? Double(random.integer(1...9)) : 0.1 + 9 * random.fraction(),
                cost: costs[random.integer(0...4)])
        }
        let penalties = [0.0, 5, 100]
        let commodities = (0..<random.integer(1...4)).map { _ in
            let source = random.integer(0...(nodes - 1))
            return MulticommodityProblem.Commodity(
                source: source, target: (source + random.integer(1...(nodes - 1))) % nodes, volume: volume(&random),
                dropPenalty: random.chance(mayDrop) ? penalties[random.integer(0...2)] : .infinity)
        }
        return try MulticommodityProblem(nodeCount: nodes, links: links, commodities: commodities)
    }

    /// By what factor all volumes may grow, by an arc-flow program; `nil` without a limit or without any way.
    private static func largestFactor(_ problem: MulticommodityProblem) throws -> Double? {
        var program = MulticommodityRandom.arcProgram(problem)
        program.sense = .maximize
        for column in program.columns.indices { program.columns[column].cost = 0 }
        let factor = program.columns.count
        program.columns.append(.init(cost: 1))
        // What a node sends out in excess is the factor times its supply.
        for row in program.rows.indices where program.rows[row].lower == program.rows[row].upper {
            let supply = program.rows[row].lower
            guard supply != 0 else { continue }
            program.rows[row].terms.append(.init(factor, -supply))
            (program.rows[row].lower, program.rows[row].upper) = (0, 0)
        }
        let result = try GLPKLinearSolver().solve(program)
        guard result.termination == .optimal, let found = result.objective, found > 1e-6 else { return nil }
        return found
    }

    @Test("Volumes at the limit of the room are routed or proved too much, never left undecided")
    func volumesAtTheLimit() throws {
        let excesses = [-1e-3, -1e-6, -1e-8, 3e-9, 1e-8, 1e-6, 1e-3]
        var (routed, refused) = (0, 0)
        for seed in 0..<700 {
            var random = SplitMix64(seed: UInt64(seed))
            let problem = try Self.problem(
                &random, volume: { $0.chance(0.5) ? Double($0.integer(1...5)) : 0.1 + 5 * $0.fraction() }, mayDrop: 0)
            guard let factor = try Self.largestFactor(problem) else { continue }
            let excess = excesses[seed % excesses.count]
            let tight = try MulticommodityProblem(
                nodeCount: problem.nodeCount, links: problem.links,
                commodities: problem.commodities.map {
                    var commodity = $0
                    commodity.volume *= factor * (1 + excess)
                    return commodity
                })
            for router in Self.routers {
                let result = try router.solve(tight)
                #expect(result.termination == (excess < 0 ? .optimal : .infeasible), "seed \(seed), \(excess)")
                #expect(checker.verify(tight, result).failures == [], "seed \(seed), \(excess)")
                if excess < 0 { routed += 1 } else { refused += 1 }
            }
        }
        #expect(routed > 60 && refused > 60)
    }

    @Test("Optima of 0 and volumes far apart are found", arguments: [false, true])
    func optimaAreFound(isMixed: Bool) throws {
        var zeros = 0
        for seed in 0..<400 {
            var random = SplitMix64(seed: UInt64(seed &+ 9000))
            let problem = try Self.problem(
                &random,
                volume: {
                    guard isMixed else { return Double($0.integer(1...5)) }
                    var size = 1e-6
                    for _ in 0..<$0.integer(0...9) { size *= 10 }
                    return size * (1 + $0.fraction())
                }, mayDrop: 0.8)
            let reference = try GLPKLinearSolver().solve(MulticommodityRandom.arcProgram(problem))
            for router in Self.routers {
                let result = try router.solve(problem)
                #expect(checker.verify(problem, result).failures == [], "seed \(seed)")
                guard reference.termination == .optimal, let optimum = reference.objective else {
                    if reference.termination == .infeasible {
                        #expect(result.termination == .infeasible, "seed \(seed)")
                    }
                    continue
                }
                #expect(result.termination == .optimal, "seed \(seed)")
                let found = result.objective ?? .infinity
                #expect(abs(found - optimum) <= 2e-6 * max(1e-3, abs(optimum)), "seed \(seed): \(found), \(optimum)")
                if optimum == 0 { zeros += 1 }
            }
        }
        #expect(isMixed || zeros > 20, "\(zeros)")
    }
}
