public import Optimization

/// Facility location by its full compact formulation and GLPK's branch and cut: an oracle for small problems.
///
/// The formulation is the strong one (Balinski 1965), with a row `x[j][i] <= y[i]` for every pair that is allowed; for 100
/// facilities and 200 customers GLPK needs seconds for the relaxation alone. Every term of ``Optimization/FacilityProblem``
/// is stated: capacities, single sources, several servers, congestion, site rules, limits on the number open.
///
/// GLPK proves optimality by its own search, of which nothing remains to be checked. The result carries prices as a
/// certificate when the relaxation's duals happen to prove the optimum, which on easy problems they do, and none
/// otherwise. Infeasibility is proved where a customer cannot be reached or where customers demand more than the
/// facilities that may serve them hold.
public struct GLPKFacilitySolver: FacilitySolver {
    /// How GLPK is to solve.
    public var options: GLPKOptions

    /// `glpk`.
    public var name: String { "glpk" }

    /// Exact, all variants, interruption; no certificates are promised.
    public var capabilities: SolverCapabilities {
        [.exact, .capacities, .singleSource, .openCount, .siteRules, .servers, .congestion, .interruption]
    }

    /// Creates a solver.
    public init(options: GLPKOptions = GLPKOptions()) {
        self.options = options
    }

    /// Solves the problem, or stops where the criteria or the interrupter say so.
    ///
    /// - Throws: ``Optimization/SolverError`` as ``GLPKLinearSolver`` does.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        if let reason = problem.obviousInfeasibility {
            return FacilityResult(termination: .infeasible, certificate: .infeasible(reason))
        }
        let formulation = FacilityFormulation(problem)
        let solver = GLPKLinearSolver(options: options)
        let answer = try solver.solve(
            formulation.program, warmStart: nil, criteria: criteria, interrupter: interrupter)
        var result = FacilityResult(
            termination: answer.termination, bound: answer.bound, statistics: answer.statistics,
            solverMessage: answer.solverMessage)
        if answer.termination == .infeasible {
            result.certificate = try certifyInfeasible(problem, solver: solver).map { .infeasible($0) } ?? .none
        }
        guard let values = answer.values else { return result }
        let solution = formulation.solution(at: values)
        let objective = problem.cost(of: solution)
        result.solution = solution
        result.objective = objective
        result.bound = answer.bound.map { min($0, objective) }
        if answer.termination == .optimal {
            try certifyOptimal(formulation, solver: solver, criteria: criteria, interrupter: interrupter, of: &result)
        }
        return result
    }

    /// Takes the relaxation's duals for a certificate when they prove the objective.
    private func certifyOptimal(
        _ formulation: FacilityFormulation, solver: GLPKLinearSolver, criteria: StoppingCriteria,
        interrupter: Interrupter?, of result: inout FacilityResult
    ) throws(SolverError) {
        guard let objective = result.objective else { return }
        var relaxation = formulation.program
        for index in relaxation.columns.indices { relaxation.columns[index].kind = .continuous }
        let answer = try solver.solve(
            relaxation, warmStart: nil, criteria: criteria, interrupter: interrupter)
        guard let duals = answer.rowDuals else { return }
        let prices = Array(duals.prefix(formulation.problem.customerCount))
        let claim = FacilityResult(termination: .feasible, certificate: .dual(prices: prices))
        guard let bound = CertificateChecker().verify(formulation.problem, claim).provedBound else { return }
        if objective - bound <= 1e-7 * max(1, abs(objective)) {
            result.certificate = .dual(prices: prices)
            result.bound = min(bound, objective)
        }
    }

    /// Looks for customers who demand more than the facilities that may serve any of them hold: those with a positive
    /// dual when as little demand as possible is left unserved.
    private func certifyInfeasible(
        _ problem: FacilityProblem, solver: GLPKLinearSolver
    ) throws(SolverError) -> FacilityCertificate.Infeasibility? {
        guard problem.capacities != nil else { return nil }
        var program = LinearProgram()
        var loads = [[LinearProgram.Row.Term]](repeating: [], count: problem.facilityCount)
        for customer in 0..<problem.customerCount {
            var served: [LinearProgram.Row.Term] = [.init(program.columns.count, 1)]
            program.columns.append(.init(cost: 1))
            for facility in 0..<problem.facilityCount
            where problem.cost(customer: customer, facility: facility) < .infinity {
                served.append(.init(program.columns.count, 1))
                loads[facility].append(.init(program.columns.count, 1))
                program.columns.append(.init())
            }
            program.rows.append(.init(lower: problem.demands[customer], terms: served))
        }
        for (facility, terms) in loads.enumerated() {
            program.rows.append(.init(upper: problem.largestCapacity(of: facility), terms: terms))
        }
        guard let duals = try solver.solve(program).rowDuals else { return nil }
        let customers = (0..<problem.customerCount).filter { duals[$0] > 0.5 }
        return problem.isShortOfCapacity(customers) ? .capacityShort(customers: customers) : nil
    }
}
