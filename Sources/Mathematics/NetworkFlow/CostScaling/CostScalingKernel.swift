import Optimization

/// The state of the cost scaling method: a residual network in rows by tail, potentials and excesses.
///
/// The reduced cost of a residual arc is `cost + potential[tail] - potential[head]`, in costs multiplied by
/// ``costFactor``. Flows are above their lower bounds; under ``FlowProblem/SupplyRule/atMost`` one more node takes in
/// what supply is left over.
struct CostScalingKernel: ~Copyable {
    /// A residual arc; 24 bytes.
    struct ResidualArc: BitwiseCopyable {
        /// How much more flow it can take.
        var residual: Int64
        /// Its scaled cost.
        var cost: Int64
        var head: Int32
        /// The arc back.
        var mate: Int32
    }

    let nodeCount: Int
    /// What costs are multiplied by: a flow that is 1-optimal in scaled costs is optimal.
    let costFactor: Int64
    /// Where the residual arcs that leave a node start; one entry more than nodes.
    let first: FlatStorage<Int32>
    let arcs: FlatStorage<ResidualArc>
    /// The forward residual arc of each arc of the problem.
    let position: FlatStorage<Int32>
    let potential: FlatStorage<Int64>
    let excess: FlatStorage<Int64>
    /// The residual arc of each node at which its search goes on.
    let current: FlatStorage<Int32>
    /// Distances of a search, in whatever unit it counts.
    let distance: FlatStorage<Int64>
    /// A ring of nodes that wait; a node is in it at most once.
    let queue: FlatStorage<Int32>
    /// Whether a node is in the ring.
    let isWaiting: FlatStorage<Bool>
    var path: [Int32] = []
    var heap: DistanceHeap

    /// The largest absolute scaled cost.
    let largestCost: Int64

    var pushes = 0
    var relabels = 0
    var refinements = 0
    var globalUpdates = 0
    var arcsScanned = 0

    /// Loads a network that ``CostScalingScope`` admits.
    init(_ network: FlowNetwork, scope: CostScalingScope) {
        let hasSlack = network.supplyRule == .atMost
        let problemNodes = network.supplies.count
        nodeCount = problemNodes + (hasSlack ? 1 : 0)
        costFactor = Int64(nodeCount) + 1
        largestCost = scope.largestCost * costFactor
        let arcCount = network.arcs.count + (hasSlack ? problemNodes : 0)
        first = FlatStorage(repeating: 0, count: nodeCount + 1)
        arcs = FlatStorage(repeating: ResidualArc(residual: 0, cost: 0, head: 0, mate: 0), count: 2 * arcCount)
        position = FlatStorage(repeating: 0, count: arcCount)
        potential = FlatStorage(repeating: 0, count: nodeCount)
        excess = FlatStorage(repeating: 0, count: nodeCount)
        current = FlatStorage(repeating: 0, count: nodeCount)
        distance = FlatStorage(repeating: 0, count: nodeCount)
        queue = FlatStorage(repeating: 0, count: max(nodeCount, 1))
        isWaiting = FlatStorage(repeating: false, count: nodeCount)
        heap = DistanceHeap(capacity: nodeCount)
        load(network, scope: scope, hasSlack: hasSlack)
    }

    deinit {
        first.deallocate()
        arcs.deallocate()
        position.deallocate()
        potential.deallocate()
        excess.deallocate()
        current.deallocate()
        distance.deallocate()
        queue.deallocate()
        isWaiting.deallocate()
        heap.deallocate()
    }

    private func load(_ network: FlowNetwork, scope: CostScalingScope, hasSlack: Bool) {
        let slackNode = Int32(truncatingIfNeeded: network.supplies.count)
        for arc in network.arcs {
            first[Int(arc.tail) + 1] += 1
            first[Int(arc.head) + 1] += 1
        }
        if hasSlack {
            for node in 0..<network.supplies.count { first[node + 1] += 1 }
            first[nodeCount] += slackNode
        }
        for node in 0..<nodeCount {
            first[node + 1] += first[node]
            current[node] = first[node]
        }
        for (index, arc) in network.arcs.enumerated() {
            let capacity = arc.upper == FlowProblem.unlimited ? scope.unlimitedCapacity : arc.upper - arc.lower
            add(index, from: arc.tail, to: arc.head, capacity: capacity, cost: arc.cost * costFactor)
            excess[arc.tail] -= arc.lower
            excess[arc.head] += arc.lower
        }
        for (node, supply) in network.supplies.enumerated() {
            excess[node] += supply
            guard hasSlack else { continue }
            excess[slackNode] -= supply
            let tail = Int32(truncatingIfNeeded: node)
            add(network.arcs.count + node, from: tail, to: slackNode, capacity: scope.unlimitedCapacity, cost: 0)
        }
    }

    private func add(_ index: Int, from tail: Int32, to head: Int32, capacity: Int64, cost: Int64) {
        let forward = current[tail]
        current[tail] += 1
        let backward = current[head]
        current[head] += 1
        arcs[forward] = ResidualArc(residual: capacity, cost: cost, head: head, mate: backward)
        arcs[backward] = ResidualArc(residual: 0, cost: 0 - cost, head: tail, mate: forward)
        position[index] = forward
    }

    /// Sends flow over a residual arc.
    @inline(__always)
    func push(_ amount: Int64, from tail: Int32, over arc: Int32) {
        let record = arcs[arc]
        arcs[arc].residual = record.residual - amount
        arcs[record.mate].residual += amount
        excess[tail] -= amount
        excess[record.head] += amount
    }
}
