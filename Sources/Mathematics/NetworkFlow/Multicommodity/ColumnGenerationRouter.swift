public import Optimization

/// Exact multicommodity flow by column generation: paths priced by shortest paths, a linear program as the master.
///
/// Price balancing (``PriceBalancingRouter``) comes first: it supplies the paths, prices near the optimal ones and a
/// routing, and often the gap that was asked for. The master (see `PathMaster` in the guide) takes over from there. It
/// stays in the linear solver's memory; its basis is carried from round to round, and as a value from solve to solve.
///
/// Sources: Ford and Fulkerson (1958); Tomlin (1966); key paths as in Barnhart, Hane, Johnson, Sigismondi (1995); the
/// Lagrangian bound of each round as in Ahuja, Magnanti, Orlin (1993), 17.6.
public struct ColumnGenerationRouter<Solver: LinearSolver>: MulticommoditySolver {
    /// What one solve leaves for the next.
    public struct Memory: Sendable {
        var balancing: PriceBalancingRouter.Memory?
        var master: MasterMemory?
    }

    /// The solver of the master.
    public var linearSolver: Solver
    /// How many rounds of price balancing come first.
    public var balancingRounds: Int
    /// The most rounds of column generation, when the criteria set no iteration limit.
    public var roundLimit: Int

    /// `column-generation`.
    public var name: String { "column-generation" }

    /// Creates a router over a linear solver.
    public init(linearSolver: Solver, balancingRounds: Int = 12, roundLimit: Int = 200) {
        self.linearSolver = linearSolver
        self.balancingRounds = balancingRounds
        self.roundLimit = roundLimit
    }

    /// Solves the problem to the criteria's relative gap, or to 1e-6.
    ///
    /// The termination is `optimal` for a gap of 1e-6 at most, `feasible` when a wider gap that was asked for is
    /// certified, `infeasible` with a metric, or the limit that was reached, with the best routing and bound so far.
    /// - Throws: ``SolverError`` when the linear solver's call fails.
    public func solve(
        _ problem: MulticommodityProblem, memory: inout Memory?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> MulticommodityResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        let network = RoutingNetwork(problem)
        var balancing = PriceBalancing(
            network, memory: memory?.balancing, gap: max(criteria.relativeGap, RoutingAnswer.optimalGap),
            monitor: monitor)
        var search: ColumnGeneration?
        var outcome = balancing.run(roundLimit: balancingRounds, monitor: monitor)
        if case .stopped(.limitReached(.iterations)) = outcome {
            var generation = ColumnGeneration(balancing, network: network, memory: memory?.master)
            let limit = criteria.iterationLimit ?? roundLimit
            outcome = try linearSolver.withResidentProgram(generation.program()) { resident throws(SolverError) in
                try generation.run(
                    resident, gap: criteria.relativeGap, roundLimit: limit, interrupter: interrupter, monitor: monitor)
            }
            search = generation
        }
        let answer = search?.answer ?? balancing.answer
        let statistics = search?.statistics ?? balancing.statistics
        let routes = answer.routes
        switch outcome {
        case .infeasible(let certificate):
            return MulticommodityResult(
                termination: .infeasible, certificate: certificate, statistics: statistics,
                solverMessage: "the volumes need more room than the links have")
        case .reached, .stopped:
            memory = Memory(
                balancing: answer.prices.map { .init(prices: $0, routes: routes ?? []) },
                master: search?.memory ?? memory?.master)
        }
        if case .stopped(let reason) = outcome { return answer.result(reason, routes: routes, statistics: statistics) }
        return answer.result(
            answer.gap <= RoutingAnswer.optimalGap ? .optimal : .feasible, routes: routes, statistics: statistics)
    }
}
