import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Multicommodity flow by price balancing")
struct PriceBalancingTests {
    @Test("Bounds lie below the linear program's optimum, routings above it, and all verifies", arguments: 0..<300)
    func agreesWithLinearProgram(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let problem = try MulticommodityRandom.problem(&random)
        let reference = try GLPKLinearSolver().solve(MulticommodityRandom.arcProgram(problem))
        let result = try PriceBalancingRouter().solve(problem, criteria: .init(relativeGap: 0.02))
        #expect(CertificateChecker().verify(problem, result).failures == [])
        guard reference.termination == .optimal, let optimum = reference.objective else {
            #expect(reference.termination == .infeasible)
            #expect(result.routes == nil)
            return
        }
        #expect(result.termination != .infeasible)
        let slack = 1e-6 * max(1, abs(optimum))
        if let bound = result.bound { #expect(bound <= optimum + slack) }
        if let objective = result.objective { #expect(objective >= optimum - slack) }
        if result.termination == .feasible {
            let gap = try #require(result.gap)
            #expect(gap <= 0.02)
        }
    }

    @Test("Most small problems are solved to the gap, or proved infeasible")
    func successRate() throws {
        var solved = 0
        for seed in 0..<300 {
            var random = SplitMix64(seed: UInt64(seed))
            let problem = try MulticommodityRandom.problem(&random)
            let result = try PriceBalancingRouter().solve(problem, criteria: .init(relativeGap: 0.02))
            switch result.termination {
            case .optimal, .feasible, .infeasible: solved += 1
            default: break
            }
        }
        #expect(solved >= 295)
    }

    @Test("The same problem gives the same answer")
    func isDeterministic() throws {
        var random = SplitMix64(seed: 77)
        for _ in 0..<20 {
            let problem = try MulticommodityRandom.problem(&random)
            let first = try PriceBalancingRouter().solve(problem, criteria: .init(relativeGap: 0.01))
            let second = try PriceBalancingRouter().solve(problem, criteria: .init(relativeGap: 0.01))
            #expect(first.routes == second.routes)
            #expect(first.certificate == second.certificate)
            #expect(first.statistics == second.statistics)
        }
    }

    @Test("A limit or a cancel is a result")
    func stops() throws {
        var random = SplitMix64(seed: 5)
        let problem = try MulticommodityRandom.problem(&random)
        let interrupter = Interrupter()
        interrupter.interrupt()
        let cancelled = try PriceBalancingRouter().solve(problem, interrupter: interrupter)
        #expect(cancelled.termination == .cancelled)
        let late = try PriceBalancingRouter().solve(problem, criteria: .init(timeLimit: .zero))
        #expect(late.termination == .limitReached(.time))
        #expect(CertificateChecker().verify(problem, late).failures == [])
    }
}

@Suite("Multicommodity flow by column generation")
struct ColumnGenerationTests {
    private static let router = ColumnGenerationRouter(linearSolver: GLPKLinearSolver(), balancingRounds: 3)

    @Test("The optimum is the linear program's, and all verifies", arguments: 0..<400)
    func agreesWithLinearProgram(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let problem = try MulticommodityRandom.problem(&random)
        let reference = try GLPKLinearSolver().solve(MulticommodityRandom.arcProgram(problem))
        let result = try Self.router.solve(problem)
        #expect(CertificateChecker().verify(problem, result).failures == [])
        guard reference.termination == .optimal, let optimum = reference.objective else {
            #expect(reference.termination == .infeasible)
            #expect(result.termination == .infeasible)
            return
        }
        #expect(result.termination == .optimal)
        let objective = try #require(result.objective)
        #expect(abs(objective - optimum) <= 2e-6 * max(1, abs(optimum)), "\(objective), not \(optimum)")
    }

    @Test("A changed problem is solved from what the last solve left", arguments: 0..<60)
    func warmStart(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed) &+ 5_000)
        var problem = try MulticommodityRandom.problem(&random)
        var memory: ColumnGenerationRouter<GLPKLinearSolver>.Memory?
        for _ in 0..<5 {
            let result = try Self.router.solve(problem, memory: &memory, criteria: .none, interrupter: nil)
            #expect(CertificateChecker().verify(problem, result).failures == [])
            let reference = try GLPKLinearSolver().solve(MulticommodityRandom.arcProgram(problem))
            #expect(result.termination == reference.termination)
            if let objective = result.objective, let optimum = reference.objective {
                #expect(abs(objective - optimum) <= 2e-6 * max(1, abs(optimum)), "\(objective), not \(optimum)")
            }
            var commodities = problem.commodities
            for index in commodities.indices where random.chance(0.4) {
                commodities[index].volume = Double(random.integer(0...30)) / 4
            }
            var links = problem.links
            for index in links.indices where random.chance(0.2) && links[index].congestion.isEmpty {
                links[index].capacity = Double(random.integer(0...40)) / 2
                links[index].cost = Double(random.integer(0...30)) / 3
            }
            problem = try MulticommodityProblem(
                nodeCount: problem.nodeCount, links: links, commodities: commodities)
        }
    }
}
