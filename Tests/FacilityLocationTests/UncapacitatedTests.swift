import FacilityLocation
import Optimization
import TestSupport
import Testing

@Suite struct UncapacitatedTests {
    private let checker = CertificateChecker()
    private let shape = InstanceShape()

    /// Every variant: counts, forbidden pairs, negative costs, ties.
    @Test func agreesWithExhaustiveSearch() throws {
        var random = SplitMix64(seed: 11)
        for round in 0..<3000 {
            let problem = try shape.instance(&random)
            let result = try Solvers.exact.solve(problem)
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "round \(round): \(verification.failures)")
            let optimum = ExhaustiveSearch.optimum(problem)
            #expect(result.termination == (optimum == nil ? .infeasible : .optimal), "round \(round)")
            if let optimum {
                let objective = try #require(result.objective)
                #expect(abs(objective - optimum) <= 1e-7 * max(1, abs(optimum)), "round \(round)")
            }
        }
    }

    /// Wider instances, where the bracket leaves work to the tree.
    @Test func agreesWithExhaustiveSearchWhereTheRelaxationHasAGap() throws {
        var random = SplitMix64(seed: 12)
        var trees = 0
        for round in 0..<300 {
            let facilities = random.integer(7...10)
            let customers = random.integer(8...20)
            // Costs of 0 or much: set covering, whose relaxation is fractional.
            let costs = (0..<(facilities * customers)).map { _ in random.chance(0.35) ? 0.0 : 40 }
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in Double(random.integer(10...14)) }, assignmentCosts: costs,
                customerCount: customers)
            let result = try Solvers.exact.solve(problem)
            let verification = checker.verify(problem, result)
            #expect(verification.isVerified, "round \(round): \(verification.failures)")
            let optimum = try #require(ExhaustiveSearch.optimum(problem))
            #expect(abs((result.objective ?? 0) - optimum) <= 1e-7 * optimum, "round \(round)")
            if result.certificate.kind == "branch-and-bound" { trees += 1 }
        }
        #expect(trees > 20)
    }

    @Test func theHeuristicBracketsTheOptimum() throws {
        var random = SplitMix64(seed: 13)
        let heuristic = FacilityHeuristic()
        for round in 0..<2000 {
            let problem = try shape.instance(&random)
            let cold = try heuristic.bracket(problem, warmStart: nil)
            let warm = try heuristic.bracket(problem, warmStart: FacilityWarmStart(cold))
            let optimum = ExhaustiveSearch.optimum(problem)
            for result in [cold, warm] {
                let verification = checker.verify(problem, result)
                #expect(verification.isVerified, "round \(round): \(verification.failures)")
                guard let optimum else {
                    #expect(result.solution == nil, "round \(round)")
                    continue
                }
                let slack = 1e-7 * max(1, abs(optimum))
                #expect((result.bound ?? -.infinity) <= optimum + slack, "round \(round)")
                #expect((result.objective ?? .infinity) >= optimum - slack, "round \(round)")
            }
        }
    }

    @Test func limitsLeaveABracketThatVerifies() throws {
        var random = SplitMix64(seed: 14)
        let problem = try Landscapes.noisy(facilities: 60, customers: 60, random: &random)
        for criteria in [
            StoppingCriteria(nodeLimit: 1), StoppingCriteria(timeLimit: .zero), StoppingCriteria(relativeGap: 0.05),
            StoppingCriteria(timeLimit: .milliseconds(30)),
        ] {
            let result = try Solvers.exact.solve(problem, criteria: criteria, interrupter: nil)
            let verification = CertificateChecker(optimalityGap: 0.051).verify(problem, result)
            #expect(verification.isVerified, "\(verification.failures)")
            #expect(result.solution != nil)
            #expect((result.bound ?? .infinity) <= (result.objective ?? -.infinity))
        }
        let interrupter = Interrupter()
        interrupter.interrupt()
        let cancelled = try Solvers.exact.solve(problem, criteria: .none, interrupter: interrupter)
        #expect(cancelled.termination == .cancelled)
        #expect(checker.verify(problem, cancelled).isVerified)
    }
}
