import MeshEngine
import Optimization
import TestSupport
import Testing

/// An answer that does not pass the checker is no answer, whatever the solver called it.
@Suite struct UnverifiedAnswerTests {
    private let problem: FacilityProblem

    init() throws {
        problem = try FacilityProblem(
            openingCosts: [4, 6], assignmentCosts: [1, 3, 5, 2], demands: [2, 3], customerCount: 2, capacities: [9, 9])
    }

    private func checked(_ result: FacilityResult) throws -> Checked<FacilityResult> {
        try Checked(solver: "claims", termination: \.termination) { () throws(SolverError) in
            result
        } verify: {
            CertificateChecker().verify(problem, $0)
        }
    }

    @Test func falseClaimsEndUnverified() throws {
        let solution = FacilitySolution(open: [0], assignment: [0, 0])
        let claims = [
            // A bound that the prices do not prove.
            FacilityResult(
                termination: .optimal, solution: solution, objective: 10, bound: 10, certificate: .dual(prices: [1, 2])),
            // No proof at all.
            FacilityResult(termination: .optimal, solution: solution, objective: 10),
            FacilityResult(termination: .infeasible, certificate: .infeasible(.openCount)),
            // A wrong objective, although nothing is claimed of optimality.
            FacilityResult(termination: .feasible, solution: solution, objective: 9),
        ]
        for claim in claims {
            let answer = try checked(claim)
            #expect(answer.result.termination == .unverified)
            #expect(answer.result.termination.word == "unverified")
            #expect(!answer.verification.failures.isEmpty)
        }
        let honest = try checked(FacilityResult(termination: .feasible, solution: solution, objective: 10))
        #expect(honest.result.termination == .feasible && honest.verification.isVerified)
    }

    /// GLPK's own search leaves no proof: ours is found for its answer.
    @Test func theOracleIsProved() throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let (facilities, customers) = (random.integer(2...4), random.integer(2...6))
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in Double(random.integer(0...40)) },
                assignmentCosts: (0..<(facilities * customers)).map { _ in Double(random.integer(0...30)) },
                demands: (0..<customers).map { _ in Double(random.integer(1...9)) }, customerCount: customers,
                capacities: (0..<facilities).map { _ in Double(random.integer(4...30)) })
            let oracle = try MeshEngine().solve(problem, method: .glpk)
            let own = try MeshEngine().solve(problem)
            #expect(oracle.verification.isVerified && own.verification.isVerified, "seed \(seed)")
            #expect(oracle.result.termination == own.result.termination, "seed \(seed)")
            if let objective = own.result.objective {
                #expect(
                    abs((oracle.result.objective ?? .infinity) - objective) < 1e-6 * max(1, objective), "seed \(seed)")
            }
        }
    }
}
