import FacilityLocation
import Optimization
import TestSupport
import Testing

/// The bracket alone where capacities matter.
@Suite struct CapacitatedHeuristicTests {
    private let heuristic = FacilityHeuristic()

    /// Split and whole customers, also from a memory of other problems: the bracket holds the optimum.
    @Test(arguments: [FacilityProblem.AssignmentRule.split, .singleSource])
    func theBracketHoldsTheOptimum(rule: FacilityProblem.AssignmentRule) throws {
        var random = SplitMix64(seed: 41)
        let shape = InstanceShape(customers: 0...6, isCapacitated: true, rule: rule)
        var memory = FacilityMemory()
        var solved = 0
        for round in 0..<1000 {
            let problem = try shape.instance(&random)
            let optimum = ExhaustiveSearch.optimum(problem)
            for result in [
                try heuristic.bracket(problem, warmStart: nil), try heuristic.bracket(problem, memory: &memory),
            ] {
                let verification = CertificateChecker().verify(problem, result)
                #expect(verification.isVerified, "round \(round): \(verification.failures)")
                guard let optimum else {
                    #expect(result.solution == nil, "round \(round)")
                    continue
                }
                let slack = 1e-7 * max(1, abs(optimum))
                #expect((result.bound ?? .infinity) <= optimum + slack, "round \(round)")
                if let objective = result.objective {
                    #expect(objective >= optimum - slack, "round \(round)")
                    solved += 1
                }
            }
        }
        #expect(solved > 500)
    }

    /// A tick that changes demands starts from the last set and prices, and a target gap ends it.
    @Test func aTickStartsWarm() throws {
        var random = SplitMix64(seed: 42)
        let first = try Landscapes.capacitated(facilities: 30, customers: 120, random: &random)
        let criteria = StoppingCriteria(relativeGap: 0.01)
        var memory = FacilityMemory()
        _ = try heuristic.bracket(first, memory: &memory, criteria: criteria)
        var (cold, warm) = (0, 0)
        for tick in 0..<5 {
            let demands = first.demands.map { random.chance(0.05) ? ($0 * 1.2).rounded() : $0 }
            let problem = try FacilityProblem(
                openingCosts: first.openingCosts, assignmentCosts: first.assignmentCosts, demands: demands,
                customerCount: first.customerCount, capacities: first.capacities)
            let fresh = try heuristic.bracket(problem, warmStart: nil, criteria: criteria)
            let tickResult = try heuristic.bracket(problem, memory: &memory, criteria: criteria)
            for result in [fresh, tickResult] {
                #expect(CertificateChecker(optimalityGap: 0.010_001).verify(problem, result).isVerified, "tick \(tick)")
                #expect((result.gap ?? 1) < 0.05, "tick \(tick)")
            }
            cold += fresh.statistics["price-steps"] + fresh.statistics["transports"]
            warm += tickResult.statistics["price-steps"] + tickResult.statistics["transports"]
        }
        #expect(warm < cold, "\(warm) steps and transports warm, \(cold) cold")
    }
}
