import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Cost scaling")
struct CostScalingTests {
    private let solver = CostScalingSolver()
    private let checker = CertificateChecker()

    @Test("agrees with the network simplex, and every certificate verifies", arguments: 0..<20)
    func agreesWithNetworkSimplex(block: Int) throws {
        for index in 0..<100 {
            let seed = UInt64(300_000 + block * 100 + index)
            let problem = try RandomFlow.problem(seed: seed, largest: index.isMultiple(of: 2) ? 12 : 150)
            let expected = try NetworkSimplexSolver().solve(problem)
            let result = try solver.solve(problem)
            #expect(result.termination == expected.termination, "seed \(seed)")
            // Of an unbounded problem any feasible flow is an answer.
            if expected.termination == .optimal { #expect(result.objective == expected.objective, "seed \(seed)") }
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            #expect(result.certificate != .none, "seed \(seed)")
        }
    }

    @Test("solves most problems itself, with and without a flow, under both supply rules")
    func rarelyDelegates() throws {
        var solved: [String: Int] = [:]
        for seed in 300_000..<301_000 {
            let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 60)
            let result = try solver.solve(problem)
            let isOwn = result.statistics["delegations"] == 0 && result.statistics["arcs-scanned"] > 0
            if isOwn { solved["\(result.termination.word) \(problem.supplyRule.rawValue)", default: 0] += 1 }
        }
        for kind in ["optimal equal", "optimal at-most", "infeasible equal"] {
            #expect(solved[kind, default: 0] > 25, "\(solved)")
        }
        #expect(solved["infeasible at-most", default: 0] > 5, "\(solved)")
    }

    @Test("gives the same flows and counters each time")
    func isDeterministic() throws {
        let problem = try RandomFlow.problem(seed: 77, largest: 200)
        let first = try solver.solve(problem)
        let second = try solver.solve(problem)
        #expect(first.flows == second.flows && first.statistics == second.statistics)
        #expect(first.certificate == second.certificate)
    }

    @Test("an iteration limit gives a verified feasible flow and bound", arguments: 0..<100)
    func stopsAtIterationLimit(seed: Int) throws {
        let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 100)
        let full = try solver.solve(problem)
        for limit in [0, 1, 20, 200] {
            let result = try solver.solve(problem, criteria: .init(iterationLimit: limit), interrupter: nil)
            #expect(checker.verify(problem, result).isVerified, "seed \(seed), limit \(limit)")
            guard result.termination == .limitReached(.iterations) else { continue }
            if let bound = result.bound, let optimum = full.objective, full.termination == .optimal {
                #expect(bound <= optimum)
            }
            #expect(result.flows != nil || result.solverMessage.contains("before a feasible flow"))
        }
    }
}
