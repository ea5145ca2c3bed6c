import Optimization
import TestSupport
import Testing

/// What every flow solver must do, on random problems of all kinds; the checker judges.
@Suite struct FlowConformanceTests {
    private static let instances: Range<UInt64> = 0..<2_500

    @Test(arguments: SolverLists.flow) func answersAreProved(tested: Tested<any FlowSolver>) throws {
        let solver = tested.solver
        let checker = CertificateChecker()
        var counts: [String: Int] = [:]
        for seed in Self.instances {
            let problem = try RandomFlows.problem(seed: seed)
            let result = try solver.solve(problem)
            counts[result.termination.word, default: 0] += 1
            let promised: SolverCapabilities =
                switch result.termination {
                case .optimal: .optimalityCertificate
                case .infeasible: .infeasibilityCertificate
                case .unbounded: .unboundednessCertificate
                default: []
                }
            #expect(promised != [], "seed \(seed): ended as \(result.termination.word)")
            guard solver.capabilities.contains(promised) else { continue }
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            if result.termination == .optimal { #expect(result.bound == result.objective) }
        }
        // The instances cover every answer there is.
        for word in ["optimal", "infeasible", "unbounded"] {
            #expect(counts[word, default: 0] > 100, "\(counts)")
        }
    }

    @Test(arguments: SolverLists.flow) func solversAgreeWithTheFirst(tested: Tested<any FlowSolver>) throws {
        let reference = SolverLists.flow[0].solver
        for seed in Self.instances {
            let problem = try RandomFlows.problem(seed: seed &+ 1_000_000)
            let expected = try reference.solve(problem)
            let result = try tested.solver.solve(problem)
            #expect(result.termination == expected.termination, "seed \(seed)")
            if expected.termination == .optimal { #expect(result.objective == expected.objective, "seed \(seed)") }
        }
    }

    @Test(arguments: SolverLists.flow) func smallestProblems(tested: Tested<any FlowSolver>) throws {
        let checker = CertificateChecker()
        let loop = FlowProblem.Arc(tail: 0, head: 0, upper: 5, cost: -2)
        let cases: [(FlowProblem, Termination, Int64?)] = [
            (try FlowProblem(supplies: [], arcs: []), .optimal, 0),
            (try FlowProblem(supplies: [0], arcs: []), .optimal, 0),
            (try FlowProblem(supplies: [1], arcs: []), .infeasible, nil),
            (try FlowProblem(supplies: [1], arcs: [], supplyRule: .atMost), .optimal, 0),
            (try FlowProblem(supplies: [-1], arcs: [], supplyRule: .atMost), .infeasible, nil),
            (try FlowProblem(supplies: [0], arcs: [loop]), .optimal, -10),
            (try FlowProblem(supplies: [0], arcs: [.init(tail: 0, head: 0, cost: -1)]), .unbounded, nil),
            (
                try FlowProblem(supplies: [1, -1], arcs: [.init(tail: 0, head: 1, lower: 1, upper: 1, cost: 7)]),
                .optimal, 7
            ),
            (try FlowProblem(supplies: [1, -1], arcs: [.init(tail: 1, head: 0, cost: 7)]), .infeasible, nil),
            (try FlowProblem(supplies: [2, -1], arcs: [.init(tail: 0, head: 1, cost: 7)]), .infeasible, nil),
        ]
        for (index, (problem, termination, objective)) in cases.enumerated() {
            let result = try tested.solver.solve(problem)
            #expect(result.termination == termination, "case \(index)")
            if let objective { #expect(result.objective == objective, "case \(index)") }
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "case \(index): \(verification.failures)")
        }
    }

    @Test(arguments: SolverLists.flow.filter { $0.solver.capabilities.contains(.interruption) })
    func anInterruptIsObeyed(tested: Tested<any FlowSolver>) throws {
        let interrupter = Interrupter()
        interrupter.interrupt()
        let problem = try RandomFlows.problem(seed: 0)
        let result = try tested.solver.solve(problem, criteria: .none, interrupter: interrupter)
        #expect(result.termination == .cancelled)
        let late = StoppingCriteria(deadline: .now.advanced(by: .seconds(-1)))
        #expect(
            try tested.solver.solve(problem, criteria: late, interrupter: nil).termination == .limitReached(.time))
    }
}
