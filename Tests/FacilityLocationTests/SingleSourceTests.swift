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

    /// Demands of many digits leave no table over the room: the undominated pairs of load and gain decide.
    @Test func demandsMayBeAnyNumbers() throws {
        var random = SplitMix64(seed: 91)
        for round in 0..<6 {
            let (facilities, customers) = (4, 14)
            let demands = (0..<customers).map { _ in 1 + 9 * random.fraction() }
            let total = demands.reduce(0, +)
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in 20 + 20 * random.fraction() },
                assignmentCosts: (0..<facilities * customers).map { _ in 30 * random.fraction() }, demands: demands,
                customerCount: customers, capacities: Array(repeating: total * 0.45, count: facilities),
                assignmentRule: .singleSource)
            let result = try Solvers.exact.solve(problem)
            #expect(result.termination == .optimal, "round \(round)")
            let verification = CertificateChecker().verify(problem, result)
            #expect(verification.isVerified, "round \(round): \(verification.failures)")
        }
    }
}
