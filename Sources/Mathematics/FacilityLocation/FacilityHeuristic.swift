public import Optimization

/// What a solve may start from: a set of open facilities and customer prices that were good for a similar problem.
///
/// Nothing has to fit exactly. Any prices give a valid bound and any open set a start for the local search.
public struct FacilityWarmStart: Sendable, Hashable {
    /// The facilities that were open; empty for none.
    public var open: [Int]
    /// One price a customer; empty, or of another number than the customers, for none.
    public var prices: [Double]
    /// The servers of each open facility, in the order of ``open``; empty for one each.
    public var servers: [Int]
    /// The facility that served each customer; empty when unknown.
    public var assignment: [Int]

    /// Creates a start.
    public init(open: [Int] = [], prices: [Double] = [], servers: [Int] = [], assignment: [Int] = []) {
        self.open = open
        self.prices = prices
        self.servers = servers
        self.assignment = assignment
    }

    /// The start that an earlier result makes: its open set, and its prices where its certificate has one set of them.
    public init(_ result: FacilityResult) {
        open = result.solution?.open ?? []
        servers = result.solution?.servers ?? []
        assignment = result.solution?.assignment ?? []
        if case .dual(let prices) = result.certificate { self.prices = prices } else { prices = [] }
    }
}

/// Brackets a facility problem in milliseconds: a good solution by local search and a certified bound by Lagrangian
/// relaxation, without the proof of optimality, which comes only if the two meet.
///
/// Results carry ``FacilityCertificate/dual(prices:)``, which is also what a later call starts from.
/// - Complexity: O(m n) to sort, then O(m + pairs cheaper than the price) for each of some hundred price steps.
public struct FacilityHeuristic: FacilitySolver {
    /// The most rounds of a hundred price steps.
    public var rounds: Int

    /// The name of the command line's `--solver`.
    public var name: String { "heuristic" }

    /// What the solver can be asked for.
    public var capabilities: SolverCapabilities { [.openCount, .siteRules, .interruption] }

    /// Creates a heuristic that makes up to `rounds` rounds of a hundred price steps.
    public init(rounds: Int = 8) {
        self.rounds = rounds
    }

    /// Brackets the problem from scratch.
    ///
    /// - Throws: ``SolverError`` with `unsupported` for finite capacities and congestion.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        try bracket(problem, warmStart: nil, criteria: criteria, interrupter: interrupter)
    }

    /// Brackets the problem, from `warmStart` if there is one, until the gap asked for is met or nothing helps.
    ///
    /// - Parameter onImprovement: called, on this thread, whenever the solution or the bound gets better.
    /// - Throws: ``SolverError`` with `unsupported` for finite capacities and congestion.
    public func bracket(
        _ problem: FacilityProblem, warmStart: FacilityWarmStart?, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> FacilityResult {
        let canonical = try canonical(problem)
        return bracket(
            canonical, lists: ServiceLists(canonical.problem), warmStart: warmStart,
            limits: SearchLimits(criteria: criteria, interrupter: interrupter, offset: problem.constant),
            onImprovement: onImprovement)
    }

    /// Brackets the next of a row of similar problems, from what `memory` has of the last, and remembers this one: the
    /// tick of a session whose demands and costs change.
    ///
    /// - Parameter onImprovement: called, on this thread, whenever the solution or the bound gets better.
    /// - Throws: ``SolverError`` with `unsupported` for finite capacities and congestion.
    /// - Complexity: O(m n) to find what changed, then as a call from a good start.
    public func bracket(
        _ problem: FacilityProblem, memory: inout FacilityMemory, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> FacilityResult {
        let canonical = try canonical(problem)
        let limits = SearchLimits(criteria: criteria, interrupter: interrupter, offset: problem.constant)
        let result = bracket(
            canonical, lists: memory.recall(canonical.problem), warmStart: memory.start, limits: limits,
            onImprovement: onImprovement)
        memory.keep(result)
        return result
    }

    private func canonical(_ problem: FacilityProblem) throws(SolverError) -> CanonicalProblem {
        let canonical = try CanonicalProblem(problem)
        guard !canonical.problem.dependsOnLoad else {
            throw SolverError(
                .unsupported,
                "the heuristic solver takes no capacities and no congestion; expected none or infinite capacities")
        }
        return canonical
    }

    private func bracket(
        _ canonical: CanonicalProblem, lists: ServiceLists, warmStart: FacilityWarmStart?, limits: SearchLimits,
        onImprovement: ((FacilityImprovement) -> Void)?
    ) -> FacilityResult {
        let problem = canonical.problem
        if let customer = lists.unreachableCustomer { return .unreachable(customer) }
        var bracket = UncapacitatedBracket(
            problem: problem, lists: lists, warmStart: warmStart, limits: limits,
            observer: BracketObserver(onImprovement.map { notify in { notify(canonical.restore($0)) } }))
        bracket.close(limits: limits, rounds: rounds)
        bracket.continueToDeadline(limits: limits)
        let cost = bracket.incumbent.cost
        var tree = SearchTree()
        tree.addLeaf(SearchTree.root, prices: bracket.volume.prices, bound: bracket.volume.bound, depth: 0)
        var statistics = SolverStatistics()
        statistics["price-steps"] = bracket.volume.steps
        let isClosed = bracket.volume.bound >= limits.cutoff(incumbent: cost, worst: lists.worstCost)
        let ending = limits.monitor.stopReason ?? (cost < .infinity ? .feasible : .limitReached(.iterations))
        return canonical.restore(
            FacilityResult(
                ending: isClosed ? nil : ending, incumbent: bracket.incumbent, tree: tree, statistics: statistics))
    }
}
