public import FacilityLocation
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
        return try Checked(solver: solver.name) { () throws(SolverError) in
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
        return try Checked(solver: solver.name) { () throws(SolverError) in
            if let exact = solver as? BendersFacilitySolver {
                var memory = FacilityMemory()
                return try exact.solve(
                    problem, memory: &memory, criteria: criteria, interrupter: interrupter,
                    onImprovement: onImprovement)
            }
            guard let heuristic = solver as? FacilityHeuristic else {
                return try solver.solve(problem, criteria: criteria, interrupter: interrupter)
            }
            return try heuristic.bracket(
                problem, warmStart: nil, criteria: criteria, interrupter: interrupter, onImprovement: onImprovement)
        } verify: {
            CertificateChecker(optimalityGap: max(1e-6, criteria.relativeGap * (1 + 1e-9))).verify(problem, $0)
        }
    }

    /// Routes volumes over shared links and has the answer checked.
    ///
    /// - Throws: ``SolverError`` when the solver fails.
    public func solve(
        _ problem: MulticommodityProblem, method: RoutingMethod = .automatic, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil
    ) throws(SolverError) -> Checked<MulticommodityResult> {
        let solver = SolverSelection.routingSolver(method)
        return try Checked(solver: solver.name) { () throws(SolverError) in
            try solver.solve(problem, criteria: criteria, interrupter: interrupter)
        } verify: {
            CertificateChecker().verify(problem, $0)
        }
    }
}

/// A solver's answer with the verdict of the checker.
public struct Checked<Result: Sendable>: Sendable {
    /// The name of the solver that answered.
    public let solver: String
    /// Its answer.
    public let result: Result
    /// What the independent checker says of it.
    public let verification: Verification
    /// Wall-clock seconds of the solver.
    public let solveSeconds: Double
    /// Wall-clock seconds of the checker.
    public let certifySeconds: Double

    /// Solves, has the answer checked, and takes the time of both.
    init(
        solver: String, solve: () throws(SolverError) -> Result, verify: (Result) -> Verification
    ) throws(SolverError) {
        let start = ContinuousClock.now
        result = try solve()
        let solved = ContinuousClock.now
        verification = verify(result)
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
