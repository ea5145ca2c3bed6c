import FacilityLocation
import Optimization
import TestSupport
import Testing

/// Calls that start from what the last one left.
@Suite struct FacilityMemoryTests {
    private let shape = InstanceShape()
    private let heuristic = FacilityHeuristic()

    /// Whatever the memory holds, of problems that fit and of some that do not, the bracket holds the optimum.
    @Test func memoryNeverMakesAnAnswerWrong() throws {
        var random = SplitMix64(seed: 31)
        var memory = FacilityMemory()
        var problem = try shape.instance(&random)
        for round in 0..<3000 {
            problem = random.chance(0.2) ? try shape.instance(&random) : try changed(problem, &random)
            let result = try heuristic.bracket(problem, memory: &memory)
            let verification = CertificateChecker().verify(problem, result)
            #expect(verification.isVerified, "round \(round): \(verification.failures)")
            guard let optimum = ExhaustiveSearch.optimum(problem) else {
                #expect(result.solution == nil, "round \(round)")
                continue
            }
            let slack = 1e-7 * max(1, abs(optimum))
            #expect((result.bound ?? .infinity) <= optimum + slack, "round \(round)")
            #expect((result.objective ?? -.infinity) >= optimum - slack, "round \(round)")
        }
    }

    /// Some costs change by row or one by one, some facilities become dearer.
    private func changed(_ problem: FacilityProblem, _ random: inout SplitMix64) throws -> FacilityProblem {
        let width = problem.facilityCount
        var costs = problem.assignmentCosts
        for customer in 0..<problem.customerCount where random.chance(0.3) {
            let factor = 0.5 + random.fraction()
            let isRow = random.chance(0.7)
            for index in (customer * width)..<((customer + 1) * width) {
                costs[index] = isRow ? costs[index] * factor : random.chance(0.05) ? .infinity : 30 * random.fraction()
            }
        }
        return try FacilityProblem(
            openingCosts: problem.openingCosts.map { random.chance(0.2) ? $0 + 3 : $0 }, assignmentCosts: costs,
            customerCount: problem.customerCount, openCount: problem.minimumOpen...problem.maximumOpen)
    }

    /// A tick that changes one customer in twenty is bracketed with hardly any price step.
    @Test func aTickOfChangedDemandIsNearlyFree() throws {
        var random = SplitMix64(seed: 32)
        var problem = try Landscapes.euclidean(facilities: 100, customers: 800, random: &random)
        let criteria = StoppingCriteria(relativeGap: 0.002)
        var memory = FacilityMemory()
        let cold = try heuristic.bracket(problem, memory: &memory, criteria: criteria)
        #expect(cold.termination == .optimal)
        var steps = 0
        for tick in 0..<20 {
            var costs = problem.assignmentCosts
            for customer in 0..<problem.customerCount where random.chance(0.05) {
                let factor = 0.7 + 0.6 * random.fraction()
                for index in (customer * 100)..<((customer + 1) * 100) { costs[index] *= factor }
            }
            problem = try FacilityProblem(
                openingCosts: problem.openingCosts, assignmentCosts: costs, customerCount: problem.customerCount)
            let warm = try heuristic.bracket(problem, memory: &memory, criteria: criteria)
            #expect(warm.termination == .optimal, "tick \(tick)")
            #expect(CertificateChecker(optimalityGap: 0.002_001).verify(problem, warm).isVerified, "tick \(tick)")
            steps += warm.statistics["price-steps"]
        }
        #expect(steps < 400, "\(steps) price steps in 20 ticks")
    }

    /// What the caller hears only gets better, each with its proof, and ends with the answer.
    @Test func improvementsAreProvedOneByOne() throws {
        var random = SplitMix64(seed: 33)
        let problem = try Landscapes.noisy(facilities: 40, customers: 60, random: &random)
        var heard: [FacilityImprovement] = []
        let result = try heuristic.bracket(problem, warmStart: nil) { heard.append($0) }
        #expect(heard.count > 2)
        for (earlier, later) in zip(heard, heard.dropFirst()) {
            #expect(later.objective < earlier.objective || later.bound > earlier.bound)
            #expect(later.objective <= earlier.objective && later.bound >= earlier.bound)
        }
        for improvement in heard {
            let claim = FacilityResult(
                termination: .feasible, solution: improvement.solution, objective: improvement.objective,
                bound: improvement.bound, certificate: .dual(prices: improvement.prices))
            let verification = CertificateChecker().verify(problem, claim)
            #expect(verification.isVerified, "\(verification.failures)")
        }
        #expect(heard.last?.objective == result.objective)
        #expect(heard.last?.bound == result.bound)
    }
}
