import MeshInstances
import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Choosing the flow method by what the run shows")
struct AutomaticFlowTests {
    private let checker = CertificateChecker()

    @Test("agrees with the network simplex wherever it hands over, and every certificate verifies", arguments: 0..<10)
    func agreesWithNetworkSimplex(block: Int) throws {
        for index in 0..<100 {
            let seed = UInt64(400_000 + block * 100 + index)
            let problem = try RandomFlow.problem(seed: seed, largest: index.isMultiple(of: 2) ? 12 : 150)
            let expected = try NetworkSimplexSolver().solve(problem)
            for solver in [AutomaticFlowSolver(), AutomaticFlowSolver(handingOverAfter: 1 + index % 40)] {
                let result = try solver.solve(problem)
                #expect(result.termination == expected.termination, "seed \(seed)")
                if expected.termination == .optimal { #expect(result.objective == expected.objective, "seed \(seed)") }
                let verification = checker.verify(problem, result)
                #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            }
        }
    }

    @Test("a limit on either side of the handover gives a verified flow and bound", arguments: 0..<60)
    func stopsAtIterationLimit(seed: Int) throws {
        let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 100)
        let full = try NetworkSimplexSolver().solve(problem)
        let solver = AutomaticFlowSolver(handingOverAfter: 20)
        for limit in [0, 5, 20, 21, 40, 100, 400] {
            let result = try solver.solve(problem, criteria: .init(iterationLimit: limit), interrupter: nil)
            #expect(checker.verify(problem, result).isVerified, "seed \(seed), limit \(limit)")
            guard result.termination == .limitReached(.iterations), full.termination == .optimal else { continue }
            if let bound = result.bound, let optimum = full.objective { #expect(bound <= optimum) }
            if let cost = result.objective, let optimum = full.objective { #expect(cost >= optimum) }
        }
    }

    @Test("hands over on a network where flow cannot find its way, and says so; not on others of that size")
    func handsOverWhereItStalls() throws {
        let stalling = try AutomaticFlowSolver().solve(FlowFamily.goto8.generator(nodes: 16_384).generate(seed: 1))
        #expect(stalling.termination == .optimal && stalling.statistics["handovers"] == 1)
        #expect(stalling.statistics["relabels"] > 0 && stalling.solverMessage.contains("cost scaling took over"))
        for family in [FlowFamily.netgen8, .gridgen8] {
            let result = try AutomaticFlowSolver().solve(family.generator(nodes: 16_384).generate(seed: 1))
            #expect(result.termination == .optimal && result.statistics["handovers"] == 0, "\(family)")
            #expect(result.statistics["relabels"] == 0)
        }
    }

    @Test("gives the same flows and counters each time", arguments: [Int?.none, 10])
    func isDeterministic(pivots: Int?) throws {
        let problem = try RandomFlow.problem(seed: 78, largest: 200)
        let solver = pivots.map { AutomaticFlowSolver(handingOverAfter: $0) } ?? AutomaticFlowSolver()
        let first = try solver.solve(problem)
        let second = try solver.solve(problem)
        #expect(first.flows == second.flows && first.statistics == second.statistics)
        #expect(first.certificate == second.certificate && first.solverMessage == second.solverMessage)
    }
}
