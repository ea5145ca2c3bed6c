public import Optimization

/// Solves facility location exactly: a bracket of local search and Lagrangian bound first, then, for what the bracket
/// leaves open, branch and bound with Benders cuts over a resident linear program.
///
/// Every answer carries its proof (``FacilityCertificate``): prices when the root bound proves it, else the leaves of
/// the tree with the prices of each.
public struct BendersFacilitySolver: FacilitySolver {
    /// Solves the master problems.
    public let linearSolver: any LinearSolver
    /// Solves the transport problems of capacitated instances.
    public let flowSolver: any FlowSolver

    /// The name of the command line's `--solver`.
    public var name: String { "auto" }

    /// What the solver can be asked for.
    public var capabilities: SolverCapabilities {
        [
            .optimalityCertificate, .infeasibilityCertificate, .exact, .capacities, .singleSource, .openCount,
            .siteRules, .servers, .congestion, .interruption,
        ]
    }

    /// Creates a solver over the linear and flow solvers that it is to use.
    public init(linearSolver: any LinearSolver, flowSolver: any FlowSolver) {
        self.linearSolver = linearSolver
        self.flowSolver = flowSolver
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so, with the best solution and bound.
    ///
    /// - Throws: ``SolverError`` when the linear or the flow solver fails.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        var memory = FacilityMemory()
        return try solve(problem, memory: &memory, criteria: criteria, interrupter: interrupter)
    }

    /// Solves the next of a row of similar problems, from what `memory` has of the last, and remembers this one.
    ///
    /// What is remembered is a start, never an assumption: the proof is of this problem. The open set is tried first, the
    /// prices bound first, and the cuts of the last search, recomputed from their prices for the new data, go into the
    /// master. The counters `warm-cuts`, `price-steps`, `cuts`, `linear-programs` and `nodes` tell what it saved.
    ///
    /// - Parameter onImprovement: called, on this thread, whenever the solution or the bound gets better.
    /// - Throws: ``SolverError`` when the linear or the flow solver fails.
    public func solve(
        _ problem: FacilityProblem, memory: inout FacilityMemory, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> FacilityResult {
        let canonical = try CanonicalProblem(problem)
        let limits = SearchLimits(criteria: criteria, interrupter: interrupter, offset: canonical.offset)
        let notify = onImprovement.map { notify in { (step: FacilityImprovement) in notify(canonical.restore(step)) } }
        var context = SolveContext(memory: memory, observer: BracketObserver(notify))
        let result = try solve(canonical.problem, limits: limits, context: &context)
        memory = context.memory
        if let solution = result.solution { memory.keep(solution) }
        guard result.termination == .infeasible else { return canonical.restore(result) }
        return try explain(canonical.restore(result), problem: problem, limits: limits)
    }

    private func solve(
        _ problem: FacilityProblem, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        let lists = context.memory.recall(problem)
        if let customer = lists.unreachableCustomer { return .unreachable(customer) }
        guard problem.dependsOnLoad else {
            return try solveUncapacitated(problem, lists: lists, limits: limits, context: &context)
        }
        if problem.assignmentRule == .singleSource {
            return try Self.solveSingleSource(
                problem, lists: lists, flowSolver: flowSolver, limits: limits, context: &context)
        }
        return try solveCapacitated(problem, lists: lists, limits: limits, context: &context)
    }

    /// An infeasible result with the customers who cannot be served, and the proof.
    private func explain(
        _ result: FacilityResult, problem: FacilityProblem, limits: SearchLimits
    ) throws(SolverError) -> FacilityResult {
        var core = InfeasibleCore(problem: problem, limits: limits) { part, limits throws(SolverError) in
            var context = SolveContext()
            return try solve(try CanonicalProblem(part).problem, limits: limits, context: &context)
        }
        guard let reason = try core.find() else { return result }
        var result = result
        result.certificate = .infeasible(reason)
        result.bound = nil
        result.statistics["feasibility-checks"] = core.checks
        result.solverMessage =
            core.isMinimal ? "no customer named can be left out" : "a limit ended the search for fewer customers"
        return result
    }
}
