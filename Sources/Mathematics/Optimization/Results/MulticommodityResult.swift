/// A part of a commodity, and the way it takes.
public struct PathFlow: Sendable, Hashable {
    /// The commodity.
    public var commodity: Int
    /// The links from its source to its target, in order.
    public var links: [Int32]
    /// How much goes this way.
    public var volume: Double

    /// Creates a path flow.
    public init(commodity: Int, links: [Int32], volume: Double) {
        self.commodity = commodity
        self.links = links
        self.volume = volume
    }
}

/// The answer to a ``MulticommodityProblem``.
public struct MulticommodityResult: Sendable {
    /// Why the solve ended.
    public var termination: Termination
    /// The path flows by ascending commodity, where a feasible routing is in hand. What a commodity's flows lack to its
    /// volume is dropped.
    public var routes: [PathFlow]?
    /// The load of each link under `routes`.
    public var linkLoads: [Double]?
    /// The cost of `routes`, drop penalties included.
    public var objective: Double?
    /// A lower bound on the cost of every routing.
    public var bound: Double?
    /// What proves the bound, or that there is no routing.
    public var certificate: MulticommodityCertificate
    /// Deterministic counters.
    public var statistics: SolverStatistics
    /// What the solver itself had to say.
    public var solverMessage: String

    /// The relative distance of the objective from the bound, where both are in hand.
    public var gap: Double? {
        guard let objective, let bound else { return nil }
        return OptimalityGap.relative(objective: objective, bound: bound)
    }

    /// Creates a result.
    public init(
        termination: Termination, routes: [PathFlow]? = nil, linkLoads: [Double]? = nil, objective: Double? = nil,
        bound: Double? = nil, certificate: MulticommodityCertificate = .none, statistics: SolverStatistics = .init(),
        solverMessage: String = ""
    ) {
        self.termination = termination
        self.routes = routes
        self.linkLoads = linkLoads
        self.objective = objective
        self.bound = bound
        self.certificate = certificate
        self.statistics = statistics
        self.solverMessage = solverMessage
    }
}
