internal import FacilityLocation
internal import MeshEngine
internal import MeshInstances
internal import Optimization

/// Solves facility problems, from scratch and tick by tick, and keeps times and gaps. A wrong answer ends it.
struct FacilityBench {
    /// What is known of one solve.
    struct Run {
        let milliseconds: Double
        let gap: Double
        /// Whether the bound meets the gap that was asked for.
        let isProved: Bool
    }

    private(set) var cold: [Run] = []
    private(set) var warm: [Run] = []
    private let method: FacilityMethod
    private let criteria: StoppingCriteria
    private let checker: CertificateChecker

    /// - Parameter gap: a relative gap that is good enough.
    init(method: FacilityMethod, criteria: StoppingCriteria, gap: Double) {
        self.method = method
        self.criteria = criteria.tightened(by: StoppingCriteria(relativeGap: gap))
        checker = CertificateChecker(optimalityGap: max(1e-6, gap * (1 + 1e-9)))
    }

    /// Measures one problem from scratch.
    mutating func measure(_ problem: FacilityProblem, seed: UInt64, interrupter: Interrupter) throws {
        let solved = try MeshEngine().solve(problem, method: method, criteria: criteria, interrupter: interrupter)
        guard !interrupter.isInterrupted else { return }
        try check(solved.verification, "the answer to seed \(seed)")
        cold.append(Self.run(solved.result, seconds: solved.solveSeconds))
    }

    /// Measures each tick of a problem from scratch and from what the heuristic remembers; the first solve fills the
    /// memory and is not measured.
    mutating func measure(
        _ problem: FacilityProblem, ticks: Int, changing part: Double, seed: UInt64, interrupter: Interrupter
    ) throws {
        let heuristic = FacilityHeuristic()
        var memory = FacilityMemory()
        _ = try heuristic.bracket(problem, memory: &memory, criteria: criteria, interrupter: interrupter)
        var problem = problem
        // Not the stream that the problem itself was drawn from.
        var random = SeededRandom(seed: seed ^ 0x7469_636B)
        for tick in 0..<ticks {
            problem = try Self.changed(problem, part: part, &random)
            try measure(problem, seed: seed, interrupter: interrupter)
            let answer = try Stopwatch.measure {
                try heuristic.bracket(problem, memory: &memory, criteria: criteria, interrupter: interrupter)
            }
            if interrupter.isInterrupted { return }
            try check(checker.verify(problem, answer.value), "the warm answer to seed \(seed), tick \(tick)")
            warm.append(Self.run(answer.value, seconds: answer.seconds))
        }
    }

    /// The demands of a part of the customers, and their costs with them, times 0.5 to 1.5.
    private static func changed(
        _ problem: FacilityProblem, part: Double, _ random: inout SeededRandom
    ) throws -> FacilityProblem {
        var costs = problem.assignmentCosts
        var demands = problem.demands
        let width = problem.facilityCount
        for customer in demands.indices where random.chance(part) {
            let factor = 0.5 + random.fraction()
            demands[customer] *= factor
            for index in (customer * width)..<((customer + 1) * width) { costs[index] *= factor }
        }
        return try FacilityProblem(
            openingCosts: problem.openingCosts, assignmentCosts: costs, demands: demands,
            customerCount: problem.customerCount, capacities: problem.capacities)
    }

    private static func run(_ result: FacilityResult, seconds: Double) -> Run {
        Run(
            milliseconds: 1000 * seconds, gap: result.gap ?? .infinity, isProved: result.termination == .optimal)
    }

    private func check(_ verification: Verification, _ what: String) throws {
        guard verification.isVerified else {
            throw CommandFailure(
                .internalError, "\(what) is wrong: " + verification.failures.prefix(3).joined(separator: "; "))
        }
    }
}
