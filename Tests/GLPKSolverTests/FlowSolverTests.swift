import GLPKSolver
import Optimization
import TestSupport
import Testing

@Suite struct FlowSolverTests {
    private let solver = GLPKFlowSolver()

    @Test func whatDoublesCannotHoldIsRefused() throws {
        let big = (Int64(1) << 53) + 1
        for (problem, element) in [
            (try FlowProblem(supplies: [big, -big], arcs: [.init(tail: 0, head: 1, cost: 1)]), "node 0: supply"),
            (try FlowProblem(supplies: [1, -1], arcs: [.init(tail: 0, head: 1, cost: big)]), "arc 0: cost"),
            (
                try FlowProblem(supplies: [1, -1], arcs: [.init(tail: 0, head: 1, upper: big, cost: 1)]),
                "arc 0: capacity"
            ),
        ] {
            let error = #expect(throws: SolverError.self) { try solver.solve(problem) }
            #expect(error?.code == .unsupported)
            #expect(error?.message.hasPrefix(element) == true)
        }
    }

    /// A bipartite network large enough that GLPK needs seconds.
    private func network() throws -> FlowProblem {
        var random = SplitMix64(seed: 11)
        let sources = 250, sinks = 250
        var supplies = [Int64](repeating: 20, count: sources)
        supplies += [Int64](repeating: -20, count: sinks)
        var arcs: [FlowProblem.Arc] = []
        for source in 0..<sources {
            for sink in 0..<sinks where (source + sink) % 2 == 0 || random.chance(0.3) {
                arcs.append(
                    .init(tail: source, head: sources + sink, upper: 15, cost: Int64(random.integer(1...1_000_000))))
            }
        }
        return try FlowProblem(supplies: supplies, arcs: arcs)
    }

    @Test func aDeadlineEndsItWithWhatIsKnown() throws {
        let problem = try network()
        let start = ContinuousClock.now
        let criteria = StoppingCriteria(timeLimit: .milliseconds(150))
        let result = try solver.solve(problem, criteria: criteria, interrupter: nil)
        #expect(result.termination == .limitReached(.time))
        #expect(start.duration(to: .now) < .milliseconds(1_500))
        let verification = CertificateChecker().verify(problem, result)
        #expect(verification.isVerified, "\(verification.failures)")
    }

    /// Flows of a run that is cut short, where there are any, are feasible and cost no less than the bound.
    @Test func anIterationLimitLeavesACheckedAnswer() throws {
        let problem = try network()
        for limit in [0, 1, 50, 700] {
            let result = try solver.solve(
                problem, criteria: StoppingCriteria(iterationLimit: limit), interrupter: nil)
            #expect(result.termination == .limitReached(.iterations))
            let verification = CertificateChecker().verify(problem, result)
            #expect(verification.isVerified, "\(limit): \(verification.failures)")
        }
    }
}
