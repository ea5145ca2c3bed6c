import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Every variant of facility location: the exact solver agrees with GLPK on the full formulation and proves its answer.
@Suite struct FacilityVariantTests {
    private static let instances: Range<UInt64> = 0..<2_000
    private let oracle = GLPKFacilitySolver()
    private let exact = BendersFacilitySolver(
        linearSolver: GLPKLinearSolver(options: GLPKOptions(feasibilityTolerance: 1e-9)),
        flowSolver: NetworkSimplexSolver())
    private let checker = CertificateChecker()

    @Test(arguments: RandomVariants.all) func optimaMatchTheFullFormulation(variant: RandomVariants.Variant) throws {
        var solved = 0
        var infeasible = 0
        for seed in Self.instances {
            let problem = try RandomVariants.problem(variant, seed: seed)
            let expected = try oracle.solve(problem)
            let result = try exact.solve(problem)
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            guard let optimum = expected.objective else {
                infeasible += 1
                #expect(expected.termination == .infeasible && result.termination == .infeasible, "seed \(seed)")
                guard case .infeasible(let reason) = result.certificate, reason != .openCount else {
                    Issue.record("seed \(seed): infeasible without a reason that names customers")
                    continue
                }
                continue
            }
            solved += 1
            let slack = 1e-6 * max(1, abs(optimum))
            #expect(result.termination == .optimal, "seed \(seed)")
            #expect(abs((result.objective ?? .nan) - optimum) <= slack, "seed \(seed)")
            #expect((result.bound ?? .infinity) <= optimum + slack, "seed \(seed)")
            #expect((verification.provedBound ?? .infinity) <= optimum + slack, "seed \(seed)")
            // The oracle's solution keeps the rules, too, as the checker reads them.
            let claim = FacilityResult(
                termination: .feasible, solution: expected.solution, objective: expected.objective)
            #expect(checker.verify(problem, claim).isVerified, "seed \(seed)")
        }
        #expect(solved > 800 && infeasible > 40, "\(solved) solved, \(infeasible) infeasible")
    }

    @Test(arguments: RandomVariants.all.filter { $0.service != .split })
    func optimaMatchEnumeration(variant: RandomVariants.Variant) throws {
        var enumerated = 0
        for seed in 0..<300 as Range<UInt64> {
            let problem = try RandomVariants.problem(variant, seed: seed)
            guard problem.assignmentRule == .singleSource || !problem.dependsOnLoad else { continue }
            enumerated += 1
            let result = try exact.solve(problem)
            guard let expected = RandomVariants.enumerate(problem) else {
                #expect(result.termination == .infeasible, "seed \(seed)")
                continue
            }
            #expect(abs((result.objective ?? .nan) - expected) <= 1e-6 * max(1, abs(expected)), "seed \(seed)")
        }
        #expect(enumerated > 100 || variant.terms == [.congestion], "\(enumerated)")
    }

    /// No customer of a set that cannot be served can be left out of it.
    @Test(arguments: RandomVariants.all) func infeasibleSetsAreSmallest(variant: RandomVariants.Variant) throws {
        var named = 0
        for seed in Self.instances where named < 150 {
            let problem = try RandomVariants.problem(variant, seed: seed)
            let result = try exact.solve(problem)
            guard case .infeasible(let reason) = result.certificate else { continue }
            let customers: [Int]
            switch reason {
            case .unreachable(let customer): customers = [customer]
            case .capacityShort(let short): customers = short
            case .unserved(let unserved, _): customers = unserved
            case .openCount: continue
            }
            named += 1
            for customer in customers {
                let rest = try RandomVariants.restrict(problem, to: customers.filter { $0 != customer })
                #expect(try oracle.solve(rest).solution != nil, "seed \(seed): without customer \(customer)")
            }
            if !customers.isEmpty {
                #expect(
                    try oracle.solve(RandomVariants.restrict(problem, to: customers)).solution == nil, "seed \(seed)")
            }
        }
        #expect(named > 40, "\(named)")
    }

    /// A re-solve after demands, costs and site rules changed starts from what was known, and is as right.
    @Test(arguments: RandomVariants.all) func warmAnswersAreAsRight(variant: RandomVariants.Variant) throws {
        var memory = FacilityMemory()
        for seed in 0..<400 as Range<UInt64> {
            let problem = try RandomVariants.problem(variant, seed: seed)
            let result = try exact.solve(problem, memory: &memory)
            let cold = try exact.solve(problem)
            #expect(result.termination == cold.termination, "seed \(seed)")
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "seed \(seed): \(verification.failures)")
            guard let objective = cold.objective else { continue }
            #expect(abs((result.objective ?? .nan) - objective) <= 1e-6 * max(1, abs(objective)), "seed \(seed)")
        }
    }
}
