internal import NetworkFlow
internal import Optimization

/// Solves a changing network from scratch and warm, tick by tick, and keeps the times.
struct TickBench {
    /// Milliseconds of each tick.
    private(set) var cold: [Double] = []
    private(set) var warm: [Double] = []
    /// Of the warm milliseconds, those of the solve: the rest went into stating the changes.
    private(set) var warmSolve: [Double] = []
    /// Pivots of all ticks.
    private(set) var coldPivots = 0
    private(set) var warmPivots = 0

    private let network: NetworkSimplex
    private let checker = CertificateChecker()

    /// Starts from a problem; its own solve is not measured.
    init(_ problem: FlowProblem) {
        network = NetworkSimplex(problem)
    }

    /// How many times faster warm is at the median.
    var speedUp: Double { Percentiles(cold).at(0.5) / max(Percentiles(warm).at(0.5), 1e-6) }

    /// Runs the ticks; an interrupt ends them early, with what is measured.
    ///
    /// Cold time is from the problem to the answer; warm time is from the changes to the answer.
    consuming func measure(
        ticks: Int, interrupter: Interrupter,
        next: () throws -> (change: ChangingFlow.Change, problem: FlowProblem)
    ) throws -> TickBench {
        _ = try network.solve(interrupter: interrupter)
        for _ in 0..<ticks {
            let (change, problem) = try next()
            let coldSolve = try Stopwatch.measure {
                try NetworkSimplexSolver().solve(problem, criteria: .none, interrupter: interrupter)
            }
            let statement = try Stopwatch.measure { try network.apply(change) }
            let warmSolve = try Stopwatch.measure { try network.solve(interrupter: interrupter) }
            if interrupter.isInterrupted { break }
            try check(coldSolve.value, warmSolve.value, of: problem)
            cold.append(1000 * coldSolve.seconds)
            warm.append(1000 * (statement.seconds + warmSolve.seconds))
            self.warmSolve.append(1000 * warmSolve.seconds)
            coldPivots += coldSolve.value.statistics["pivots"]
            warmPivots += warmSolve.value.statistics["pivots"]
        }
        return self
    }

    /// Times of wrong answers are worth nothing.
    private func check(_ cold: FlowResult, _ warm: FlowResult, of problem: FlowProblem) throws {
        for (name, result) in [("cold", cold), ("warm", warm)] {
            let verification = checker.verify(problem, result)
            guard verification.isVerified else {
                throw CommandFailure(
                    .internalError,
                    "the \(name) answer is wrong: \(verification.failures.prefix(3).joined(separator: "; "))")
            }
        }
        guard cold.termination == warm.termination, cold.objective == warm.objective else {
            throw CommandFailure(
                .internalError,
                "cold ended \(cold.termination.word) at \(cold.objective ?? 0), warm \(warm.termination.word) at "
                    + "\(warm.objective ?? 0)")
        }
    }
}
