public import Optimization

/// A minimum-cost flow problem that changes, and is solved again from the spanning tree of its last solution.
///
/// Change costs, bounds and supplies, add and remove arcs and nodes, then call ``solve(criteria:interrupter:)``. The
/// tree is repaired where the changes broke it (the guide `NetworkFlow.md` tells how) and pivoting goes on from there:
/// the work grows with what changed, besides one look at every arc that proves the answer. Any state is a valid start,
/// also after an infeasible, unbounded, stopped or cancelled solve.
///
///     let network = NetworkSimplex(problem)
///     let first = try network.solve()
///     try network.setSupply(ofNode: 3, to: 7)
///     try network.setSupply(ofNode: 9, to: -7)
///     let second = try network.solve()
///
/// Arcs and nodes keep their numbers: removed ones stay as arcs without capacity and nodes without supply.
///
/// Not `Sendable`: it belongs to one task at a time.
/// - Memory: 25 bytes an arc and 70 a node, besides the problem's own 32 bytes an arc.
public final class NetworkSimplex {
    var network: FlowNetwork
    var kernel: NetworkSimplexKernel
    var pending: PendingRepair
    var magnitudes: FlowMagnitudes

    /// Loads a problem; nothing is solved yet.
    ///
    /// - Complexity: O(m + n log n).
    public init(_ problem: FlowProblem) {
        network = FlowNetwork(problem)
        kernel = Self.load(network)
        pending = PendingRepair(nodeCount: problem.nodeCount)
        magnitudes = FlowMagnitudes(problem)
    }

    private static func load(_ network: FlowNetwork) -> NetworkSimplexKernel {
        var meter = WorkMeter.unlimited(for: network)
        return NetworkSimplexKernel(network, spareNodes: 16 + network.supplies.count / 4, meter: &meter)
    }

    /// How many nodes there are, removed ones included.
    public var nodeCount: Int { network.supplies.count }
    /// How many arcs there are, removed ones included.
    public var arcCount: Int { network.arcs.count }

    /// An arc as it is now.
    public func arc(_ index: Int) -> FlowProblem.Arc { network.arcs[index] }

    /// A node's supply as it is now.
    public func supply(ofNode node: Int) -> Int64 { network.supplies[node] }

    /// The problem as it is now, what the answer of the next solve is to be checked against.
    ///
    /// - Complexity: O(n + m), and the next change copies the arcs if the problem is still held then.
    public var problem: FlowProblem {
        get throws(ProblemError) {
            try FlowProblem(supplies: network.supplies, arcs: network.arcs, supplyRule: network.supplyRule)
        }
    }

    /// Solves the problem as it is now, starting from the last tree. The counters are those of this call.
    ///
    /// - Throws: ``SolverError`` when a flow or the objective would leave the range of 64-bit integers.
    public func solve(
        criteria: StoppingCriteria = .none, interrupter: Interrupter? = nil
    ) throws(SolverError) -> FlowResult {
        let monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        var meter = WorkMeter(monitor: monitor, network: network)
        kernel.resetCounters()
        if let unbalanced = network.unbalancedResult { return unbalanced }
        kernel.repair(&pending)
        let limit = criteria.iterationLimit ?? .max
        let outcome = kernel.run(meter: &meter, iterationLimit: limit)
        return try kernel.result(for: network, outcome: outcome, meter: &meter, iterationLimit: limit)
    }

    /// Throws the tree away: the next solve starts from scratch.
    ///
    /// - Complexity: O(m + n log n).
    public func startCold() {
        kernel = Self.load(network)
        pending = PendingRepair(nodeCount: nodeCount)
    }

    /// What is wrong with the repaired tree, for tests.
    package func invariantViolations() -> [String] {
        guard network.unbalancedResult == nil else { return [] }
        kernel.repair(&pending)
        return kernel.invariantViolations(network: network)
    }
}
