public import FacilityLocation
import GLPKSolver
import NetworkFlow
public import Optimization

extension MeshEngine {
    /// Solves a minimum-cost flow problem and has the answer checked.
    ///
    /// - Throws: ``SolverError`` when the solver fails or does not handle the problem.
    public func solve(
        _ problem: FlowProblem, method: FlowMethod = .automatic, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil
    ) throws(SolverError) -> Checked<FlowResult> {
        let solver = SolverSelection.flowSolver(method)
        return try Checked(solver: solver.name, termination: \.termination) { () throws(SolverError) in
            try solver.solve(problem, criteria: criteria, interrupter: interrupter)
        } verify: {
            CertificateChecker().verify(problem, $0)
        }
    }

    /// Solves a facility location problem and has the answer checked.
    ///
    /// - Parameter onImprovement: called on this thread with each better solution or bound; ``FacilityMethod/glpk`` does
    ///   not tell.
    /// - Throws: ``SolverError`` when the solver fails or does not handle the problem.
    public func solve(
        _ problem: FacilityProblem, method: FacilityMethod = .automatic, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> Checked<FacilityResult> {
        let solver = SolverSelection.facilitySolver(method)
        // One deadline for the answer and the proof of it.
        var criteria = criteria
        criteria.deadline = criteria.deadline(startingAt: .now)
        criteria.timeLimit = nil
        let timed = criteria
        return try Checked(solver: solver.name, termination: \.termination) { () throws(SolverError) in
            if let exact = solver as? BendersFacilitySolver {
                var memory = FacilityMemory()
                return try exact.solve(
                    problem, memory: &memory, criteria: timed, interrupter: interrupter,
                    onImprovement: onImprovement)
            }
            guard let heuristic = solver as? FacilityHeuristic else {
                let result = try solver.solve(problem, criteria: timed, interrupter: interrupter)
                return try Self.proved(result, of: problem, criteria: timed, interrupter: interrupter)
            }
            return try heuristic.bracket(
                problem, warmStart: nil, criteria: timed, interrupter: interrupter, onImprovement: onImprovement)
        } verify: {
            CertificateChecker(optimalityGap: max(1e-6, timed.relativeGap * (1 + 1e-9))).verify(problem, $0)
        }
    }

    /// The answer of a solver whose search leaves nothing to check, with a proof of ours where one of the same answer is
    /// found: the exact solver starts from it. A bound that is a solver's word alone is left out.
    private static func proved(
        _ result: FacilityResult, of problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        guard case .none = result.certificate else { return result }
        var result = result
        result.bound = nil
        guard result.termination == .optimal || result.termination == .infeasible else { return result }
        let exact = BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
        var memory = FacilityMemory(FacilityWarmStart(result))
        let proof = try exact.solve(problem, memory: &memory, criteria: criteria, interrupter: interrupter)
        switch proof.termination {
        case .limitReached, .cancelled:
            // No time for the proof: what is left is a solution and the bound so far.
            (result.termination, result.certificate, result.bound) = (proof.termination, proof.certificate, proof.bound)
        case result.termination: (result.certificate, result.bound) = (proof.certificate, proof.bound)
        default: break
        }
        if let objective = result.objective { result.bound = result.bound.map { min($0, objective) } }
        result.statistics["proof-nodes"] = proof.statistics["nodes"]
        return result
    }

    /// Routes volumes over shared links and has the answer checked.
    ///
    /// - Throws: ``SolverError`` when the solver fails.
    public func solve(
        _ problem: MulticommodityProblem, method: RoutingMethod = .automatic, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil
    ) throws(SolverError) -> Checked<MulticommodityResult> {
        let solver = SolverSelection.routingSolver(method)
        return try Checked(solver: solver.name, termination: \.termination) { () throws(SolverError) in
            try solver.solve(problem, criteria: criteria, interrupter: interrupter)
        } verify: {
            CertificateChecker().verify(problem, $0)
        }
    }
}

/// A solver's answer with the verdict of the checker. An answer that does not pass ends
/// ``Optimization/Termination/unverified``, whatever the solver called it.
public struct Checked<Result: Sendable>: Sendable {
    /// The name of the solver that answered.
    public let solver: String
    /// Its answer.
    public private(set) var result: Result
    /// What the independent checker says of it.
    public let verification: Verification
    /// Wall-clock seconds of the solver.
    public let solveSeconds: Double
    /// Wall-clock seconds of the checker.
    public let certifySeconds: Double

    /// Solves, has the answer checked, and takes the time of both.
    ///
    /// - Parameter termination: where the answer says why it ended.
    package init(
        solver: String, termination: WritableKeyPath<Result, Termination>, solve: () throws(SolverError) -> Result,
        verify: (Result) -> Verification
    ) throws(SolverError) {
        let start = ContinuousClock.now
        result = try solve()
        let solved = ContinuousClock.now
        verification = verify(result)
        if !verification.isVerified { result[keyPath: termination] = .unverified }
        self.solver = solver
        solveSeconds = start.duration(to: solved).seconds
        certifySeconds = solved.duration(to: .now).seconds
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double {
        let (whole, atto) = components
        return Double(whole) + Double(atto) / 1e18
    }
}
