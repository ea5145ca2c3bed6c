import Optimization

/// The state of the cost scaling method: a residual network in rows by tail, potentials and excesses.
///
/// The reduced cost of a residual arc is `cost << costShift + potential[tail] - potential[head]`. Scaled by more than
/// the number of nodes, costs make every 1-optimal flow optimal. Flows are above their lower bounds; under
/// ``FlowProblem/SupplyRule/atMost`` one more node takes in what supply is left over.
///
/// `Number` holds costs and capacities: 32 bits where the problem's fit, which makes a record 16 bytes in place of 24.
struct CostScalingKernel<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>: ~Copyable {
    /// A residual arc, in the row of its tail.
    struct ResidualArc: BitwiseCopyable {
        var head: Int32
        /// The arc back, or its complement while that can take no flow: a search against the arcs then sees which
        /// arcs of its row it may follow without a look at their mates.
        var back: Int32
        /// How much more flow it can take.
        var residual: Number
        var cost: Number

        /// The number of the arc back.
        @inline(__always) var mate: Int32 { back ^ (back >> 31) }
    }

    let nodeCount: Int
    /// Whether the last node takes in what supply is left over.
    let hasSlackNode: Bool
    /// By how many bits costs are shifted.
    let costShift: Int64
    /// The largest absolute scaled cost.
    let largestCost: Int64
    /// Where the residual arcs that leave a node start; one entry more than nodes.
    let first: FlatStorage<Int32>
    let arcs: FlatStorage<ResidualArc>
    /// The forward residual arc of each arc of the problem.
    let position: FlatStorage<Int32>
    let potential: FlatStorage<Int64>
    let excess: FlatStorage<Int64>
    /// The residual arc of each node at which its search goes on.
    let current: FlatStorage<Int32>
    /// What a search notes of a node: its distance in epsilons, or its parent.
    let rank: FlatStorage<Int32>
    /// A ring of nodes that wait, each in it at most once; or all nodes in an order.
    let queue: FlatStorage<Int32>
    /// Whether a node is in the ring.
    let isWaiting: FlatStorage<Bool>
    /// The partial path at hand: its arcs, and the nodes that they join.
    let pathArcs: FlatStorage<Int32>
    let pathNodes: FlatStorage<Int32>
    var buckets: RankBuckets
    /// The residual capacities of the last feasible flow, where ``feasibleFlow`` is `saved`.
    let saved: FlatStorage<Number>
    var feasibleFlow = FeasibleFlow.none

    let monitor: StopMonitor
    let relabelLimit: Int
    /// Why the solve must stop.
    var stopReason: Termination?
    private var scannedAtLastLook = 0

    /// Whether a potential came near the range of 64 bits. Those of nodes with a path to a deficit cannot
    /// (``CostScalingScope``); other nodes fall with them at every global update, without a limit that is known.
    var isOutOfRange = false

    var pushes = 0
    var relabels = 0
    var refinements = 0
    var globalUpdates = 0
    var priceRefinements = 0
    var cyclesCancelled = 0
    var arcsScanned = 0

    /// Where a feasible flow is to be found.
    enum FeasibleFlow {
        /// There is none yet.
        case none
        /// The residual arcs are one.
        case present
        /// In ``CostScalingKernel/saved``.
        case saved
    }

    /// The longest partial path; LEMON's default too.
    static var pathLimit: Int { 4 }
    /// Below this (-2^61) differences of potentials could leave 64 bits.
    static var lowestPotential: Int64 { -1 << 61 }

    /// Makes room for a network that ``CostScalingScope`` admits, and loads it unless ``stopReason`` says otherwise.
    init(_ network: FlowNetwork, scope: CostScalingScope, monitor: StopMonitor, relabelLimit: Int) {
        hasSlackNode = network.supplyRule == .atMost
        nodeCount = network.supplies.count + (hasSlackNode ? 1 : 0)
        costShift = Int64(Int.bitWidth - (nodeCount + 1).leadingZeroBitCount)
        largestCost = scope.largestCost << costShift
        self.monitor = monitor
        self.relabelLimit = relabelLimit
        let arcCount = network.arcs.count + (hasSlackNode ? network.supplies.count : 0)
        first = FlatStorage(repeating: 0, count: nodeCount + 1)
        arcs = FlatStorage(repeating: ResidualArc(head: 0, back: 0, residual: 0, cost: 0), count: 2 * arcCount)
        position = FlatStorage(repeating: 0, count: arcCount)
        potential = FlatStorage(repeating: 0, count: nodeCount)
        excess = FlatStorage(repeating: 0, count: nodeCount)
        current = FlatStorage(repeating: 0, count: nodeCount)
        rank = FlatStorage(repeating: 0, count: nodeCount)
        queue = FlatStorage(repeating: 0, count: nodeCount)
        isWaiting = FlatStorage(repeating: false, count: nodeCount)
        pathArcs = FlatStorage(repeating: 0, count: Self.pathLimit)
        pathNodes = FlatStorage(repeating: 0, count: Self.pathLimit + 1)
        buckets = RankBuckets(rankLimit: min(16 * nodeCount + 16, 1 << 18), capacity: 2 * nodeCount)
        saved = FlatStorage(repeating: 0, count: 2 * arcCount)
        load(network, scope: scope)
    }

    deinit {
        first.deallocate()
        arcs.deallocate()
        position.deallocate()
        potential.deallocate()
        excess.deallocate()
        current.deallocate()
        rank.deallocate()
        queue.deallocate()
        isWaiting.deallocate()
        pathArcs.deallocate()
        pathNodes.deallocate()
        buckets.deallocate()
        saved.deallocate()
    }

    /// The reduced cost of a residual arc.
    @inline(__always)
    func reducedCost(_ record: ResidualArc, tailPotential: Int64) -> Int64 {
        (Int64(truncatingIfNeeded: record.cost) &<< costShift) &+ tailPotential &- potential[record.head]
    }

    /// Sends flow, more than none, over a residual arc.
    @inline(__always)
    func push(_ amount: Int64, from tail: Int32, over arc: Int32) {
        let arcs = arcs
        let record = arcs[arc]
        let mate = record.mate
        let change = Number(truncatingIfNeeded: amount)
        arcs[arc].residual = record.residual &- change
        arcs[arc].back = mate
        arcs[mate].residual &+= change
        if record.residual == change { arcs[mate].back = ~arc }
        excess[tail] &-= amount
        excess[record.head] &+= amount
    }

    /// Looks at the clock and the interrupter after every 2^16 arcs, some hundred microseconds.
    @inline(__always)
    mutating func mustStop() -> Bool {
        arcsScanned &- scannedAtLastLook < 1 << 16 ? stopReason != nil : lookWhetherToStop()
    }

    private mutating func lookWhetherToStop() -> Bool {
        scannedAtLastLook = arcsScanned
        if stopReason == nil { stopReason = monitor.stopReason }
        return stopReason != nil
    }
}
