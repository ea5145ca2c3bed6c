import NetworkFlow
import Optimization
import TestSupport
import Testing

/// The answer in the oracle's words.
func answer(of result: FlowResult) -> SuccessiveShortestPaths.Answer? {
    switch result.termination {
    case .optimal: result.objective.map { .optimal($0) }
    case .infeasible: .infeasible
    case .unbounded: .unbounded
    default: nil
    }
}

@Suite("Network simplex, cold")
struct NetworkSimplexSolverTests {
    private let solver = NetworkSimplexSolver()
    private let checker = CertificateChecker()

    @Test("agrees with the oracle on small problems, and every certificate verifies", arguments: 0..<40)
    func agreesWithOracle(block: Int) throws {
        for index in 0..<100 {
            let seed = UInt64(block * 100 + index)
            let problem = try RandomFlow.problem(seed: seed, largest: 12)
            let result = try solver.solve(problem)
            #expect(answer(of: result) == SuccessiveShortestPaths.solve(problem), "seed \(seed)")
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
        }
    }

    @Test("every certificate verifies on problems of up to 200 nodes", arguments: 0..<60)
    func certificatesVerify(block: Int) throws {
        for index in 0..<100 {
            let seed = UInt64(100_000 + block * 100 + index)
            let problem = try RandomFlow.problem(seed: seed, largest: 200)
            let result = try solver.solve(problem)
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            #expect(result.certificate != .none, "seed \(seed)")
        }
    }

    @Test("the random problems reach every kind of answer often")
    func randomProblemsAreMixed() throws {
        var seen: [String: Int] = [:]
        for seed in 100_000..<101_000 {
            let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 200)
            seen[try solver.solve(problem).termination.word, default: 0] += 1
        }
        for word in ["optimal", "infeasible", "unbounded"] {
            #expect(seen[word, default: 0] > 25, "\(seen)")
        }
    }

    @Test("keeps its invariants after every pivot", arguments: 0..<200)
    func keepsInvariants(seed: Int) throws {
        let problem = try RandomFlow.problem(seed: UInt64(900_000 + seed), largest: 40)
        #expect(NetworkSimplexSolver.invariantViolations(solving: problem) == [])
    }

    @Test("gives the same flows and counters each time")
    func isDeterministic() throws {
        let problem = try RandomFlow.problem(seed: 77, largest: 200)
        let first = try solver.solve(problem)
        let second = try solver.solve(problem)
        #expect(first.flows == second.flows && first.statistics == second.statistics)
        #expect(first.certificate == second.certificate)
    }

    @Test("solves problems without nodes or arcs")
    func solvesEmptyProblems() throws {
        let nothing = try FlowProblem(supplies: [], arcs: [])
        #expect(try solver.solve(nothing).objective == 0)
        let lone = try FlowProblem(supplies: [0], arcs: [])
        #expect(checker.verify(lone, try solver.solve(lone)).isVerified)
        let apart = try FlowProblem(supplies: [1, -1], arcs: [])
        let result = try solver.solve(apart)
        #expect(result.termination == .infeasible && checker.verify(apart, result).isVerified)
    }

    @Test("refuses flows and objectives beyond 64 bits with an error")
    func refusesOverflow() throws {
        let wide = Int64(1) << 62
        let cycle = try FlowProblem(
            supplies: [0, 0], arcs: [.init(tail: 0, head: 1, upper: wide, cost: -8), .init(tail: 1, head: 0, cost: 0)])
        #expect(throws: SolverError.self) { try solver.solve(cycle) }
        let dear = try FlowProblem(
            supplies: [1 << 40, -(1 << 40)], arcs: [.init(tail: 0, head: 1, cost: 1 << 40)])
        #expect(throws: SolverError.self) { try solver.solve(dear) }
    }
}
