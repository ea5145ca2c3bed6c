import NetworkFlow
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
/// Without a deadline it ends where its steps no longer pay; with one it goes on until it, or until the gap asked for is
/// met. Results carry ``FacilityCertificate/dual(prices:)``, which is also what a later call starts from; whole customers
/// under capacities may come with the leaves of a small tree.
/// - Complexity: O(m n) to sort, then O(m + pairs cheaper than the price) for each of some hundred price steps; with
///   capacities O(m n) a step, and a transport problem for each set of facilities that is tried.
public struct FacilityHeuristic: FacilitySolver {
    /// The most rounds of a hundred price steps; of fifty with capacities.
    public var rounds: Int
    /// Solves the transport problems of capacitated instances.
    public let flowSolver: any FlowSolver

    /// The name of the command line's `--solver`.
    public var name: String { "heuristic" }

    /// What the solver can be asked for.
    public var capabilities: SolverCapabilities {
        [.capacities, .singleSource, .openCount, .siteRules, .servers, .congestion, .interruption]
    }

    /// Creates a heuristic that makes up to `rounds` rounds of price steps; without a flow solver of its own it uses the
    /// network simplex.
    public init(rounds: Int = 8, flowSolver: (any FlowSolver)? = nil) {
        self.rounds = rounds
        self.flowSolver = flowSolver ?? NetworkSimplexSolver()
    }

    /// Brackets the problem from scratch.
    ///
    /// - Throws: ``SolverError`` when the flow solver fails.
    public func solve(
        _ problem: FacilityProblem, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> FacilityResult {
        try bracket(problem, warmStart: nil, criteria: criteria, interrupter: interrupter)
    }

    /// Brackets the problem, from `warmStart` if there is one, until the gap asked for is met or nothing helps.
    ///
    /// - Parameter onImprovement: called, on this thread, whenever the solution or the bound gets better.
    /// - Throws: ``SolverError`` when the flow solver fails.
    public func bracket(
        _ problem: FacilityProblem, warmStart: FacilityWarmStart?, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> FacilityResult {
        var memory = FacilityMemory()
        if let warmStart { memory.start = warmStart }
        return try bracket(
            problem, memory: &memory, criteria: criteria, interrupter: interrupter, onImprovement: onImprovement)
    }

    /// Brackets the next of a row of similar problems, from what `memory` has of the last, and remembers this one: the
    /// tick of a session whose demands and costs change.
    ///
    /// - Parameter onImprovement: called, on this thread, whenever the solution or the bound gets better.
    /// - Throws: ``SolverError`` when the flow solver fails.
    /// - Complexity: O(m n) to find what changed, then as a call from a good start.
    public func bracket(
        _ problem: FacilityProblem, memory: inout FacilityMemory, criteria: StoppingCriteria = .none,
        interrupter: Interrupter? = nil, onImprovement: ((FacilityImprovement) -> Void)? = nil
    ) throws(SolverError) -> FacilityResult {
        let canonical = try CanonicalProblem(problem)
        let limits = SearchLimits(criteria: criteria, interrupter: interrupter, offset: canonical.offset)
        let notify = onImprovement.map { notify in { (step: FacilityImprovement) in notify(canonical.restore(step)) } }
        var context = SolveContext(observer: BracketObserver(notify))
        // Moved, not copied: what is remembered is changed in place.
        swap(&context.memory, &memory)
        defer { swap(&context.memory, &memory) }
        let lists = context.memory.recall(canonical.problem)
        let result = try bracket(canonical.problem, lists: lists, limits: limits, context: &context)
        context.memory.keep(result)
        return canonical.restore(result)
    }

    private func bracket(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: inout SolveContext
    ) throws(SolverError) -> FacilityResult {
        if let customer = lists.unreachableCustomer { return .unreachable(customer) }
        guard problem.dependsOnLoad else {
            return bracketUncapacitated(problem, lists: lists, limits: limits, context: context)
        }
        if problem.assignmentRule == .singleSource {
            return try bracketSingleSource(problem, lists: lists, limits: limits, context: &context)
        }
        return try bracketCapacitated(problem, lists: lists, limits: limits, context: &context)
    }

    private func bracketUncapacitated(
        _ problem: FacilityProblem, lists: ServiceLists, limits: SearchLimits, context: SolveContext
    ) -> FacilityResult {
        var bracket = UncapacitatedBracket(
            problem: problem, lists: lists, warmStart: context.warmStart, limits: limits, observer: context.observer)
        bracket.close(limits: limits, rounds: rounds)
        bracket.continueToDeadline(limits: limits)
        return result(of: bracket.incumbent, volume: bracket.volume, worstCost: lists.worstCost, limits: limits)
    }

    /// The answer that a bracket makes: optimal where both sides meet.
    func result(
        of incumbent: some IncumbentSource, volume: VolumeAscent, worstCost: Double, limits: SearchLimits
    ) -> FacilityResult {
        var tree = SearchTree()
        tree.addLeaf(SearchTree.root, prices: volume.prices, bound: volume.bound, depth: 0)
        var statistics = SolverStatistics()
        statistics["price-steps"] = volume.steps
        let cost = incumbent.cost
        let cutoff = limits.cutoff(incumbent: cost, worst: worstCost)
        let isClosed = volume.bound >= cutoff
        let ending = limits.monitor.stopReason ?? (cost < .infinity ? .feasible : .limitReached(.iterations))
        return FacilityResult(
            ending: isClosed ? nil : ending, incumbent: incumbent, tree: tree, cutoff: cutoff, statistics: statistics)
    }
}
