import FacilityLocation
import Optimization
import TestSupport
import Testing

@Suite struct CapacitatedTests {
    private let checker = CertificateChecker()

    /// Every variant: tight and loose capacities, customers without demand, counts, forbidden pairs.
    @Test func agreesWithExhaustiveSearch() throws {
        let shape = InstanceShape(facilities: 1...5, customers: 0...6, isCapacitated: true)
        var random = SplitMix64(seed: 21)
        var infeasible = 0
        for round in 0..<2500 {
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

    @Test func aShortageNamesTheCustomersThatDemandTooMuch() throws {
        // Customers 1 and 2 reach only facility 0, which cannot hold both.
        let problem = try FacilityProblem(
            openingCosts: [1, 1], assignmentCosts: [1, 2, 3, .infinity, 4, .infinity], demands: [1, 5, 6],
            customerCount: 3, capacities: [10, 10])
        let result = try Solvers.exact.solve(problem)
        #expect(result.termination == .infeasible)
        #expect(result.certificate == .infeasible(.capacityShort(customers: [1, 2])))
        #expect(checker.verify(problem, result).isVerified)
    }

    @Test func limitsLeaveABracketThatVerifies() throws {
        var random = SplitMix64(seed: 22)
        let problem = try Landscapes.capacitated(facilities: 25, customers: 60, random: &random)
        for criteria in [
            StoppingCriteria(nodeLimit: 1), StoppingCriteria(timeLimit: .zero), StoppingCriteria(relativeGap: 0.02),
            StoppingCriteria(timeLimit: .milliseconds(20)),
        ] {
            let result = try Solvers.exact.solve(problem, criteria: criteria, interrupter: nil)
            let verification = CertificateChecker(optimalityGap: 0.021).verify(problem, result)
            #expect(verification.isVerified, "\(verification.failures)")
        }
        let result = try Solvers.exact.solve(problem)
        #expect(result.termination == .optimal)
        #expect(checker.verify(problem, result).isVerified)
    }
}
