import MeshInstances
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

    @Test("a solve looks whether to stop at even distances of work", arguments: ["netgen-8", "goto-8", "gridgen-8"])
    func looksOftenEnough(family: String) throws {
        let generator = try #require(FlowFamily(rawValue: family)).generator(nodes: 4096)
        let problem = try generator.generate(seed: 1)
        var meter = WorkMeter(monitor: StopMonitor(criteria: .none, interrupter: nil), problem: problem)
        let result = try NetworkSimplexSolver.solve(problem, meter: &meter)
        #expect(checker.verify(problem, result).isVerified && result.termination == .optimal)
        #expect(meter.longestStretch < 3 * WorkMeter.patience)
        let scanned = result.statistics["arcs-scanned"] + 4 * result.statistics["nodes-updated"]
        #expect(meter.looks > scanned / (3 * WorkMeter.patience))
    }

    @Test("a cancel stops while the network is loaded")
    func stopsWhileLoading() throws {
        let problem = try FlowFamily.netgen8.generator(nodes: 4096).generate(seed: 1)
        let interrupter = Interrupter()
        interrupter.interrupt()
        var meter = WorkMeter(monitor: StopMonitor(criteria: .none, interrupter: interrupter), problem: problem)
        let result = try NetworkSimplexSolver.solve(problem, meter: &meter)
        #expect(result.termination == .cancelled && result.flows == nil && result.statistics["pivots"] == 0)
        #expect(meter.looks == 1)
    }
}
