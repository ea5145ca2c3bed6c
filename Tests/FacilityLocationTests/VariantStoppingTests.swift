import FacilityLocation
import Foundation
import GLPKSolver
import MeshInstances
import NetworkFlow
import Optimization
import Synchronization
import TestSupport
import Testing

/// Cancels, deadlines and the stream of improvements of the exact solver, with every kind of kernel at work.
@Suite(.serialized) struct VariantStoppingTests {
    /// Problems that take the exact solver seconds at least.
    private static let terms: [Set<FacilityTerm>] = [
        [], [.servers], [.congestion], [.servers, .congestion, .siteRules, .history, .fractionalDemand],
        [.singleSource], [.singleSource, .servers], [.singleSource, .congestion, .fractionalDemand],
    ]

    private static func problem(_ terms: Set<FacilityTerm>, facilities: Int = 60, customers: Int = 240) throws
        -> FacilityProblem
    {
        let base = EuclideanFacilityParameters(
            facilities: facilities, customers: customers, openingCosts: 3_000...9_000, demands: 1...30, slack: 4)
        return try FacilityVariantParameters(base: base, terms: terms).generate(seed: 11)
    }

    /// An interrupt from a thread of its own ends the solve soon; what is known comes back and verifies. The bound on the
    /// time is wide for busy machines; the guide states what was measured.
    @Test(arguments: terms) func aCancelEndsTheSolve(terms: Set<FacilityTerm>) throws {
        let problem = try Self.problem(terms)
        let interrupter = Interrupter()
        let interrupted = Mutex<ContinuousClock.Instant?>(nil)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 0.15)
            interrupted.withLock { $0 = .now }
            interrupter.interrupt()
        }
        let result = try Solvers.exact.solve(problem, criteria: .none, interrupter: interrupter)
        let end = ContinuousClock.now
        guard let start = interrupted.withLock({ $0 }) else {
            // It was solved before: then it must be right.
            #expect(result.termination == .optimal)
            return
        }
        #expect(end - start < .milliseconds(250), "\(end - start)")
        #expect(result.termination == .cancelled || result.termination == .optimal)
        let verification = CertificateChecker().verify(problem, result)
        #expect(verification.isVerified, "\(verification.failures)")
    }

    /// No improvement is worse than the one before on either side, and each bound and solution holds.
    @Test(arguments: terms) func improvementsRise(terms: Set<FacilityTerm>) throws {
        let problem = try Self.problem(terms, facilities: 15, customers: 40)
        var memory = FacilityMemory()
        var told: [FacilityImprovement] = []
        let result = try Solvers.exact.solve(
            problem, memory: &memory, criteria: StoppingCriteria(timeLimit: .seconds(5)),
            onImprovement: { told.append($0) })
        let objective = try #require(result.objective)
        #expect(!told.isEmpty)
        for (before, after) in zip(told, told.dropFirst()) {
            #expect(after.objective <= before.objective && after.bound >= before.bound)
        }
        for step in told {
            #expect(step.bound <= objective + 1e-6 * abs(objective))
            guard let solution = step.solution else { continue }
            let claim = FacilityResult(termination: .feasible, solution: solution, objective: step.objective)
            let verification = CertificateChecker(tolerance: 1e-8).verify(problem, claim)
            #expect(verification.isVerified, "\(verification.failures)")
        }
    }

    /// After a change of some costs a warm solve needs fewer steps and programs than a cold one, in sum.
    @Test(arguments: [[.servers], [.congestion], [.singleSource]] as [Set<FacilityTerm>])
    func aWarmSolveWorksLess(terms: Set<FacilityTerm>) throws {
        let problem = try Self.problem(terms, facilities: 15, customers: 60)
        var memory = FacilityMemory()
        _ = try Solvers.exact.solve(problem, memory: &memory)
        var random = SplitMix64(seed: 5)
        var (warm, cold) = (0, 0)
        for _ in 0..<4 {
            var costs = problem.assignmentCosts
            for customer in 0..<problem.customerCount where random.chance(0.05) {
                let factor = 0.8 + 0.4 * random.fraction()
                for facility in 0..<problem.facilityCount {
                    costs[customer * problem.facilityCount + facility] *= factor
                }
            }
            let changed = try problem.replacing(
                openingCosts: problem.openingCosts, assignmentCosts: costs, constant: problem.constant)
            let first = try Solvers.exact.solve(changed, memory: &memory)
            let second = try Solvers.exact.solve(changed)
            let objective = try #require(second.objective)
            #expect(abs((first.objective ?? .nan) - objective) <= 1e-6 * abs(objective))
            #expect(CertificateChecker().verify(changed, first).isVerified)
            warm += first.statistics["price-steps"] + first.statistics["cuts"]
            cold += second.statistics["price-steps"] + second.statistics["cuts"]
        }
        #expect(warm < cold, "\(warm) steps and cuts warm, \(cold) cold")
    }
}
