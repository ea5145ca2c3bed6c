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
    /// What all warm ticks did.
    private(set) var warmWork = SolverStatistics()
    /// How many costs, bounds and supplies all ticks changed.
    private(set) var changes = 0
    /// The largest resident set up to the first answer, in bytes; `nil` where the system does not say.
    private(set) var peakMemory: Int64?

    private let network: NetworkSimplex
    private let checker = CertificateChecker()

    /// Starts from a problem; its own solve is not timed.
    init(_ problem: FlowProblem) {
        ProcessMemory.resetPeak()
        network = NetworkSimplex(problem)
    }

    /// How many times faster warm is at the median.
    var speedUp: Double { Percentiles(cold).at(0.5) / max(Percentiles(warm).at(0.5), 1e-6) }

    /// Runs the ticks; an interrupt ends them early, with what is measured.
    ///
    /// Cold time is from the problem to the answer; warm time is from the changes to the answer.
    ///
    /// - Parameter coldTicks: how many ticks are solved from scratch too, from the first on.
    consuming func measure(
        ticks: Int, coldTicks: Int = .max, interrupter: Interrupter,
        next: () throws -> (change: ChangingFlow.Change, problem: FlowProblem)
    ) throws -> TickBench {
        _ = try network.solve(interrupter: interrupter)
        peakMemory = ProcessMemory.peak
        for tick in 0..<ticks {
            let (change, problem) = try next()
            let statement = try Stopwatch.measure { try network.apply(change) }
            let warmSolve = try Stopwatch.measure { try network.solve(interrupter: interrupter) }
            if interrupter.isInterrupted { break }
            try verify("warm", warmSolve.value, of: problem)
            if tick < coldTicks {
                let coldSolve = try Stopwatch.measure {
                    try NetworkSimplexSolver().solve(problem, criteria: .none, interrupter: interrupter)
                }
                if interrupter.isInterrupted { break }
                try verify("cold", coldSolve.value, of: problem)
                try compare(coldSolve.value, warmSolve.value)
                cold.append(1000 * coldSolve.seconds)
                coldPivots += coldSolve.value.statistics["pivots"]
            }
            warm.append(1000 * (statement.seconds + warmSolve.seconds))
            self.warmSolve.append(1000 * warmSolve.seconds)
            warmPivots += warmSolve.value.statistics["pivots"]
            warmWork.add(warmSolve.value.statistics)
            changes += change.arcs.count + change.supplies.count
        }
        return self
    }

    /// Times of wrong answers are worth nothing.
    private func verify(_ name: String, _ result: FlowResult, of problem: FlowProblem) throws {
        let verification = checker.verify(problem, result)
        guard verification.isVerified else {
            throw CommandFailure(
                .internalError,
                "the \(name) answer is wrong: \(verification.failures.prefix(3).joined(separator: "; "))")
        }
    }

    private func compare(_ cold: FlowResult, _ warm: FlowResult) throws {
        guard cold.termination == warm.termination, cold.objective == warm.objective else {
            throw CommandFailure(
                .internalError,
                "cold ended \(cold.termination.word) at \(cold.objective ?? 0), warm \(warm.termination.word) at "
                    + "\(warm.objective ?? 0)")
        }
    }
}
