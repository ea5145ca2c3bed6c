import FacilityLocation
import Optimization
import TestSupport
import Testing

@Suite struct SingleSourceTests {
    private let checker = CertificateChecker()

    /// Every variant: capacities that hardly suffice, counts, forbidden pairs, customers without demand.
    @Test func agreesWithExhaustiveSearch() throws {
        let shape = InstanceShape(facilities: 1...4, customers: 0...6, isCapacitated: true, rule: .singleSource)
        var random = SplitMix64(seed: 31)
        var infeasible = 0
        for round in 0..<2000 {
            let problem = try shape.instance(&random)
            let result = try Solvers.exact.solve(problem)
            let optimum = ExhaustiveSearch.optimum(problem)
            #expect(result.termination == (optimum == nil ? .infeasible : .optimal), "round \(round)")
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "round \(round): \(verification.failures)")
            guard let optimum else {
                infeasible += 1
                continue
            }
            #expect(
                abs((result.objective ?? .infinity) - optimum) <= 1e-7 * max(1, abs(optimum)),
                "round \(round): \(String(describing: result.objective)), expected \(optimum)")
        }
        #expect(infeasible > 50)
    }

    @Test func wholeCustomersCostAtLeastAsMuchAsSplitOnes() throws {
        var random = SplitMix64(seed: 32)
        for _ in 0..<12 {
            let whole = try Landscapes.capacitated(
                facilities: 10, customers: 30, rule: .singleSource, random: &random)
            let split = try FacilityProblem(
                openingCosts: whole.openingCosts, assignmentCosts: whole.assignmentCosts, demands: whole.demands,
                customerCount: whole.customerCount, capacities: whole.capacities)
            let (wholeResult, splitResult) = (try Solvers.exact.solve(whole), try Solvers.exact.solve(split))
            #expect(checker.verify(whole, wholeResult).isVerified)
            #expect(checker.verify(split, splitResult).isVerified)
            let (wholeCost, splitCost) = (try #require(wholeResult.objective), try #require(splitResult.objective))
            #expect(wholeCost >= splitCost * (1 - 1e-9))
        }
    }

    @Test func demandsThatAreNotWholeAreRefusedInOneLine() throws {
        let problem = try FacilityProblem(
            openingCosts: [1], assignmentCosts: [1], demands: [0.5], customerCount: 1, capacities: [1],
            assignmentRule: .singleSource)
        let error = #expect(throws: SolverError.self) { try Solvers.exact.solve(problem) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("\n") == false)
    }
}
