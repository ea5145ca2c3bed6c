import NetworkFlow
import Optimization
import TestSupport
import Testing

@Suite("Stopping a flow solve")
struct FlowInterruptionTests {
    private let solver = NetworkSimplexSolver()
    private let checker = CertificateChecker()

    @Test("an iteration limit gives a verified feasible flow and bound, or says that there is none", arguments: 0..<200)
    func stopsAtIterationLimit(seed: Int) throws {
        let problem = try RandomFlow.problem(seed: UInt64(seed), largest: 100)
        let full = try solver.solve(problem)
        for limit in [0, 1, 5, 20, 80] {
            let result = try solver.solve(problem, criteria: .init(iterationLimit: limit), interrupter: nil)
            #expect(checker.verify(problem, result).isVerified, "seed \(seed), limit \(limit)")
            guard result.termination == .limitReached(.iterations) else { continue }
            if let bound = result.bound, let optimum = full.objective, full.termination == .optimal {
                #expect(bound <= optimum)
            }
            #expect(result.flows != nil || result.solverMessage.contains("before a feasible flow"))
        }
    }

    @Test("an interrupter that is triggered before the start stops at once")
    func stopsWhenInterrupted() throws {
        let interrupter = Interrupter()
        interrupter.interrupt()
        let problem = try RandomFlow.problem(seed: 5, largest: 100)
        let result = try solver.solve(problem, criteria: .none, interrupter: interrupter)
        #expect(result.termination == .cancelled && result.flows == nil)
    }

    @Test("a deadline in the past is a time limit without a flow")
    func stopsAtDeadline() throws {
        let problem = try RandomFlow.problem(seed: 5, largest: 100)
        let result = try solver.solve(problem, criteria: .init(timeLimit: .zero), interrupter: nil)
        #expect(result.termination == .limitReached(.time))
        #expect(checker.verify(problem, result).isVerified)
    }
}
