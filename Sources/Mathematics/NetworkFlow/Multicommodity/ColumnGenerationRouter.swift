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
        let first = try attempt(
            problem, memory: &memory, margin: ColumnGeneration.toleranceMargin, criteria: criteria,
            interrupter: interrupter, monitor: monitor)
        guard first.isStalled, monitor.stopReason == nil,
            let scaled = try? problem.scalingVolumes(by: Self.strictScale)
        else { return first.result }
        // Once more in units so small that the tolerances of the linear solver, which are not relative, are.
        var fresh: Memory?
        var second = try attempt(
            scaled, memory: &fresh, margin: ColumnGeneration.strictMargin, criteria: criteria,
            interrupter: interrupter, monitor: monitor
        ).result
        second.scaleVolumes(by: 1 / Self.strictScale)
        second.statistics.add(first.result.statistics)
        let isBetter: Bool =
            switch second.termination {
            case .optimal, .infeasible: true
            default: (second.gap ?? .infinity) < (first.result.gap ?? .infinity)
            }
        return isBetter ? second : first.result
    }

    /// What volumes are multiplied by where tolerances are in the way: a power of two, so that nothing is rounded.
    private static var strictScale: Double { 0x1p24 }

    /// One search; says whether the tolerance of the linear solver ended it.
    private func attempt(
        _ problem: MulticommodityProblem, memory: inout Memory?, margin: Double, criteria: StoppingCriteria,
        interrupter: Interrupter?, monitor: StopMonitor
    ) throws(SolverError) -> (result: MulticommodityResult, isStalled: Bool) {
        let network = RoutingNetwork(problem)
        var run = try search(
            network, memory: memory, margin: margin, criteria: criteria, interrupter: interrupter, monitor: monitor)
        if run.isStalled, !run.answer.hasRouting, let relaxed = network.feasibilityProblem {
            // Is there a routing at all? Without costs, prices tell of nothing but room.
            let free = try search(
                relaxed, memory: nil, margin: margin, criteria: criteria, interrupter: interrupter, monitor: monitor)
            if case .infeasible = free.outcome { run.outcome = free.outcome }
            if let routes = free.answer.routes {
                let prices = run.answer.prices ?? Array(repeating: 0, count: network.linkCount)
                let start = Memory(balancing: .init(prices: prices, routes: routes), master: nil)
                run = try search(
                    network, memory: start, margin: margin, criteria: criteria, interrupter: interrupter,
                    monitor: monitor)
            }
        }
        let (answer, statistics) = (run.answer, run.statistics)
        let routes = answer.routes
        switch run.outcome {
        case .infeasible(let certificate):
            let result = MulticommodityResult(
                termination: .infeasible, certificate: certificate, statistics: statistics,
                solverMessage: "the volumes need more room than the links have")
            return (result, false)
        case .reached, .stopped:
            memory = Memory(
                balancing: answer.prices.map { .init(prices: $0, routes: routes ?? []) },
                master: run.master ?? memory?.master)
        }
        if case .stopped(let reason) = run.outcome {
            return (answer.result(reason, routes: routes, statistics: statistics), run.isStalled)
        }
        let termination: Termination = answer.gap <= RoutingAnswer.optimalGap ? .optimal : .feasible
        return (answer.result(termination, routes: routes, statistics: statistics), false)
    }

    /// What price balancing and column generation came to.
    private struct Run {
        var outcome: PriceBalancing.Outcome
        var answer: RoutingAnswer
        var statistics: SolverStatistics
        var master: MasterMemory?
        var isStalled: Bool
    }

    /// Price balancing, then column generation for what it leaves.
    private func search(
        _ network: RoutingNetwork, memory: Memory?, margin: Double, criteria: StoppingCriteria,
        interrupter: Interrupter?, monitor: StopMonitor
    ) throws(SolverError) -> Run {
        var balancing = PriceBalancing(
            network, memory: memory?.balancing, gap: max(criteria.relativeGap, RoutingAnswer.optimalGap),
            monitor: monitor)
        let outcome = balancing.run(roundLimit: balancingRounds, monitor: monitor)
        guard case .stopped(.limitReached(.iterations)) = outcome else {
            return Run(
                outcome: outcome, answer: balancing.answer, statistics: balancing.statistics, master: nil,
                isStalled: false)
        }
        var generation = ColumnGeneration(balancing, network: network, memory: memory?.master, margin: margin)
        let limit = criteria.iterationLimit ?? roundLimit
        let ending = try linearSolver.withResidentProgram(generation.program()) { resident throws(SolverError) in
            try generation.run(
                resident, gap: criteria.relativeGap, roundLimit: limit, interrupter: interrupter, monitor: monitor)
        }
        return Run(
            outcome: ending, answer: generation.answer, statistics: generation.statistics, master: generation.memory,
            isStalled: generation.isStalled)
    }
}

extension MulticommodityProblem {
    /// The same problem with volumes, capacities and the starts of congestion in other units.
    fileprivate func scalingVolumes(by factor: Double) throws(ProblemError) -> MulticommodityProblem {
        try MulticommodityProblem(
            nodeCount: nodeCount,
            links: links.map { link in
                var link = link
                link.capacity *= factor
                link.congestion = link.congestion.map { .init(start: $0.start * factor, slope: $0.slope) }
                return link
            },
            commodities: commodities.map { commodity in
                var commodity = commodity
                commodity.volume *= factor
                return commodity
            })
    }
}

extension MulticommodityResult {
    /// Puts all that is proportional to volumes into other units; prices are of a unit of cost, lengths of none.
    fileprivate mutating func scaleVolumes(by factor: Double) {
        objective = objective.map { $0 * factor }
        bound = bound.map { $0 * factor }
        linkLoads = linkLoads.map { $0.map { $0 * factor } }
        routes = routes.map { routes in
            routes.map { route in
                var route = route
                route.volume *= factor
                return route
            }
        }
    }
}
