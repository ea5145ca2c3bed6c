import Optimization
import TestSupport
import Testing

/// What every facility solver must do: find the optimum that enumeration finds, and prove what it promises to prove.
@Suite struct FacilityConformanceTests {
    private static let instances: Range<UInt64> = 0..<2_000

    struct Case: Sendable, CustomTestStringConvertible {
        let tested: Tested<any FacilitySolver>
        let kind: RandomFacilities.Kind
        var testDescription: String { "\(tested.testDescription), \(kind)" }
    }

    private static let cases = SolverLists.facility.flatMap { tested in
        RandomFacilities.Kind.allCases.filter { tested.solver.capabilities.isSuperset(of: $0.needs) }
            .map { Case(tested: tested, kind: $0) }
    }

    @Test(arguments: cases) func optimaMatchEnumeration(_ testCase: Case) throws {
        let solver = testCase.tested.solver
        let checker = CertificateChecker()
        var solved = 0
        var certified = 0
        for seed in Self.instances {
            let problem = try RandomFacilities.problem(testCase.kind, seed: seed)
            let expected = try RandomFacilities.enumerate(problem, flow: SolverLists.flow[0].solver)
            let result = try solver.solve(problem)
            let isExact = solver.capabilities.contains(.exact)
            guard let expected else {
                #expect(result.solution == nil, "seed \(seed)")
                if isExact { #expect(result.termination == .infeasible, "seed \(seed)") }
                continue
            }
            solved += 1
            guard isExact else {
                // A heuristic brackets the optimum, and proves its side of the bracket.
                #expect((result.bound ?? -.infinity) <= expected + 1e-6 * max(1, abs(expected)), "seed \(seed)")
                #expect((result.objective ?? .infinity) >= expected - 1e-6 * max(1, abs(expected)), "seed \(seed)")
                let verification = checker.verify(problem, result)
                #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
                continue
            }
            #expect(result.termination == .optimal, "seed \(seed)")
            let objective = result.objective ?? .nan
            #expect(
                abs(objective - expected) <= 1e-6 * max(1, abs(expected)), "seed \(seed): \(objective), \(expected)")
            #expect((result.bound ?? .nan) <= objective + 1e-9 * max(1, abs(objective)), "seed \(seed)")
            // Without a certificate the solution is checked all the same.
            var claim = result
            if claim.certificate == .none, !solver.capabilities.contains(.optimalityCertificate) {
                claim.termination = .feasible
            } else {
                certified += 1
            }
            let verification = checker.verify(problem, claim)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
        }
        #expect(solved > 1_000, "\(solved)")
        if solver.capabilities.contains(.optimalityCertificate) { #expect(certified == solved) }
    }

    /// A reason that is given for infeasibility holds; whoever promises one gives it.
    @Test(arguments: cases) func infeasibilityIsExplained(_ testCase: Case) throws {
        let solver = testCase.tested.solver
        for seed in Self.instances {
            let problem = try RandomFacilities.problem(testCase.kind, seed: seed)
            let result = try solver.solve(problem)
            guard result.termination == .infeasible else { continue }
            switch result.certificate {
            case .infeasible(.openCount), .none: continue
            default:
                let verification = CertificateChecker().verify(problem, result)
                #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            }
        }
    }
}
