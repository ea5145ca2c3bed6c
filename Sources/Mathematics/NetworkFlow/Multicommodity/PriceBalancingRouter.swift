public import Optimization

/// A fast approximate method for multicommodity flow that needs no linear program: prices on links, flow balanced
/// between paths, a certified gap.
///
/// Each round prices every commodity at the link prices (one shortest-path search a source), which gives a lower bound
/// and new paths; then it moves flow between the known paths, one commodity after the other, down an augmented
/// Lagrangian of the capacities, whose marginal prices are the next link prices. Flows that nearly fit are repaired to a
/// routing that does. It ends once the gap that the criteria allow is certified.
///
/// Gaps of a per cent are reached within some ten rounds; it is not exact, and where capacities leave no slack at all it may
/// find no routing. ``ColumnGenerationRouter`` finishes what it leaves.
public struct PriceBalancingRouter: MulticommoditySolver {
    /// What one solve leaves for the next: link prices and routes.
    public struct Memory: Sendable, Hashable {
        var prices: [Double]
        var routes: [PathFlow]
    }

    /// The most rounds, when the criteria set no iteration limit.
    public var roundLimit: Int
    /// How often flows are balanced between two pricings.
    public var sweepsPerRound: Int

    /// `price-balancing`.
    public var name: String { "price-balancing" }

    /// Creates a router.
    public init(roundLimit: Int = 60, sweepsPerRound: Int = 5) {
        self.roundLimit = roundLimit
        self.sweepsPerRound = sweepsPerRound
    }

    /// Solves the problem to the criteria's relative gap.
    ///
    /// The termination is `optimal` for a gap of 1e-6 at most, `feasible` when a wider gap that was asked for is
    /// certified, `infeasible` with a metric, or the limit that was reached, with the best routing and bound so far.
    /// Deterministic while no clock stops it.
    ///
    /// - Complexity: a round takes O(sources * (n + m) log n + links on known paths).
    public func solve(
        _ problem: MulticommodityProblem, memory: inout Memory?, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> MulticommodityResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        var search = PriceBalancing(
            RoutingNetwork(problem), memory: memory, gap: criteria.relativeGap, monitor: monitor)
        search.sweepsPerRound = sweepsPerRound
        let outcome = search.run(roundLimit: criteria.iterationLimit ?? roundLimit, monitor: monitor)
        if case .infeasible(let certificate) = outcome {
            return MulticommodityResult(
                termination: .infeasible, certificate: certificate, statistics: search.statistics,
                solverMessage: "the volumes need more room than the links have")
        }
        let routes = search.answer.routes
        if let prices = search.answer.prices {
            memory = Memory(prices: prices, routes: routes ?? memory?.routes ?? [])
        }
        let termination: Termination =
            switch outcome {
            case .reached: search.answer.gap <= RoutingAnswer.optimalGap ? .optimal : .feasible
            case .stopped(let reason): reason
            case .infeasible: .infeasible
            }
        return search.answer.result(termination, routes: routes, statistics: search.statistics)
    }
}
