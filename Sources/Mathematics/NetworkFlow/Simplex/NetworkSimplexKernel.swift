import Optimization

/// The primal network simplex method on a spanning tree that hangs from an artificial root.
///
/// The problem is held with all lower bounds moved to zero. Each arc has one 16-byte record for pricing, stored in
/// the direction in which flow can still be pushed: as given while the arc is empty, reversed with negated cost while
/// it is full. So an arc is worth entering just when `cost + potential[tail] - potential[head]` is negative, without
/// a look at its state; tree arcs price out at zero by themselves. Flows of tree arcs live in the tree as the two
/// residual capacities between a node and its parent.
///
/// Sources: Ahuja, Magnanti, Orlin, "Network Flows" (1993), ch. 11; Cunningham (1976) for strongly feasible trees;
/// Kovacs (2015) for block search. The kernel's guide, `Documentation/Guides/NetworkFlow.md`, explains the choices.
///
/// Holds raw memory: not `Sendable`, one owner.
struct NetworkSimplexKernel: ~Copyable {
    /// An arc in the direction in which flow can be pushed, as long as it is not in the tree.
    struct ArcRecord: BitwiseCopyable {
        var tail: Int32
        var head: Int32
        var cost: Int64

        /// The record of an arc that never prices in: one that cannot carry flow, or was removed.
        static let dead = ArcRecord(tail: 0, head: 0, cost: 0)

        /// Turns the record round.
        @inline(__always) mutating func reverse() {
            swap(&tail, &head)
            cost = -cost
        }
    }

    /// A node of the spanning tree and the arc that joins it to its parent.
    struct TreeNode: BitwiseCopyable {
        /// The parent; ``none`` for the root.
        var parent: Int32
        /// The arc to the parent, ``artificialUp`` or ``artificialDown``.
        var pred: Int32
        /// How many nodes the subtree has, this one included.
        var size: Int32
        /// The last node of the subtree in preorder.
        var last: Int32
        /// How much more flow fits from the node to its parent.
        var up: Int64
        /// How much more flow fits from the parent to the node.
        var down: Int64

        static let detached = TreeNode(parent: none, pred: none, size: 1, last: none, up: 0, down: 0)
    }

    /// No node, no arc.
    static let none: Int32 = -1
    /// An artificial arc from the node to the root; it costs nothing.
    static let artificialUp: Int32 = -2
    /// An artificial arc from the root to the node, at ``artificialCost``.
    static let artificialDown: Int32 = -3
    /// The capacity that stands for none (2^62): arcs without a limit, and limits of 2^61 or more.
    static let unlimited = Int64(1) << 62
    /// The cost of an arc from the root (2^61): more than twice any path of arcs (``FlowProblem`` keeps those under
    /// 2^60), so that potentials tell nodes that hang on artificial arcs from others, and sums still fit 64 bits.
    static let artificialCost = Int64(1) << 61
    /// Flows and steps of this size or more only come of arcs without a limit (2^61).
    static let flowLimit = Int64(1) << 61

    /// How many nodes there are, the root not counted.
    var nodeCount: Int
    /// The root's number; nodes may be added below it.
    let root: Int32
    /// How many records are priced: the problem's arcs, and a slack arc a node when supplies are upper limits.
    var arcCount: Int
    /// Whether every node has a slack arc to the root.
    let hasSlack: Bool
    /// Whether an arc has, or had, a lower bound above zero.
    var hasLowerBounds = false
    /// Which record stands for which arc.
    var positions: ArcPositions
    var arcs: FlatStorage<ArcRecord>
    var capacities: FlatStorage<Int64>
    /// Whether the record is stored reversed.
    var reversed: FlatStorage<Bool>
    var potentials: FlatStorage<Int64>
    var tree: FlatStorage<TreeNode>
    /// The next node in preorder, cyclic over all nodes and the root.
    var thread: FlatStorage<Int32>
    /// The node before in preorder.
    var reverseThread: FlatStorage<Int32>

    // Nodes are renumbered as the tree changes; the root never is.
    /// By the problem's number: the kernel's.
    var kernelNumbers: FlatStorage<Int32>
    /// By the kernel's number: the problem's.
    var problemNumbers: FlatStorage<Int32>
    var nodesUpdatedWhenNumbered = 0
    /// How many nodes are updated before nodes are numbered anew.
    var renumberingPeriod = Int.max

    // Pricing.
    var blockSize = 1
    var nextArc = 0
    /// How many arcs in a row priced out since the last pivot.
    var cleanArcs = 0
    /// Arcs that priced in before and were not taken; the first ``candidateCount`` hold.
    var candidates: FlatStorage<Candidate>
    var candidateCount = 0

    // The pivot at hand.
    var entering: Int32 = none
    var enteringReducedCost: Int64 = 0
    var join: Int32 = none
    // The least residual between the join and the entering arc's tail, and between its head and the join.
    var blockingDown: Int64 = 0
    var blockingDownNode: Int32 = none
    var blockingUp: Int64 = 0
    var blockingUpNode: Int32 = none
    /// The node below the leaving arc; ``none`` when the entering arc itself blocks.
    var leavingNode: Int32 = none
    /// Whether the leaving arc lies on the path from the join to the entering arc's tail.
    var leavesOnTailSide = false
    var delta: Int64 = 0

    /// Why loading was stopped before there was a tree; `nil` when it was not.
    var loadingStopped: Termination?

    // Counters.
    var pivots = 0
    var degeneratePivots = 0
    var boundFlips = 0
    var arcsScanned = 0
    var nodesUpdated = 0

    /// Allocates room for `spareNodes` more nodes than there are; nothing is loaded yet. Memory is first written while
    /// the problem is loaded, since that is when the system provides it, which takes time.
    init(nodeCount: Int, arcCount: Int, hasSlack: Bool, spareNodes: Int) {
        let slackCount = hasSlack ? nodeCount : 0
        self.hasSlack = hasSlack
        self.nodeCount = nodeCount
        root = Int32(truncatingIfNeeded: nodeCount + spareNodes)
        self.arcCount = arcCount + slackCount
        positions = ArcPositions(arcCount: arcCount, slackCount: slackCount)
        arcs = FlatStorage(uninitializedCount: arcCount + slackCount)
        capacities = FlatStorage(uninitializedCount: arcCount + slackCount)
        reversed = FlatStorage(uninitializedCount: arcCount + slackCount)
        potentials = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        tree = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        thread = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        reverseThread = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        kernelNumbers = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        problemNumbers = FlatStorage(uninitializedCount: nodeCount + spareNodes + 1)
        candidates = FlatStorage(repeating: .none, count: Self.keptCandidates + Self.lanes)
    }

    deinit {
        arcs.deallocate()
        capacities.deallocate()
        reversed.deallocate()
        potentials.deallocate()
        tree.deallocate()
        thread.deallocate()
        reverseThread.deallocate()
        kernelNumbers.deallocate()
        problemNumbers.deallocate()
        candidates.deallocate()
    }
}
