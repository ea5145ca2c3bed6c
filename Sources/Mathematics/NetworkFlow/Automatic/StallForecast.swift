/// Judges by a network simplex run's counters whether cost scaling would be done sooner.
///
/// Work is counted in arcs scanned; a node that is moved with its subtree counts as ``nodeWork`` of them and a pivot as
/// ``pivotWork``, about what they cost. Two signs make it hand over:
///
/// - *Flow that cannot find its way.* More than half of the supply still runs over artificial arcs, and yet pivots spend
///   more on moving subtrees than on scanning arcs: long paths are being patched together. Where that was so, the runs
///   took ``pivotsToGo`` pivots a node more, ever dearer ones; elsewhere (NETGEN, GRIDGEN, assignments) the supply was
///   on its way by then.
/// - *Work without an end.* The run has cost ``patience`` times what cost scaling is expected to.
struct StallForecast {
    /// Work of cost scaling for each arc, from GOTO-8, NETGEN-8, GRIDGEN-8 and assignments: 500 to 2,400.
    static let scalingWork = 1_000
    static let nodeWork = 3
    static let pivotWork = 64
    /// Pivots for each node that are yet to come at the first sign, and how much dearer they will be.
    static let pivotsToGo = 7.5
    static let patience = 2

    /// How many pivots to run between two looks.
    let turn: Int
    /// Whether there is nothing left to decide.
    var isSettled = false
    private let nodeCount: Int
    private let scalingWork: Int
    private let firstInfeasibility: Int64
    private var lastPivots = 0
    private var lastScans = 0
    private var lastMoves = 0

    private let pivotsToHandover: Int?

    init(_ kernel: borrowing NetworkSimplexKernel, pivotsToHandover: Int?) {
        nodeCount = kernel.nodeCount
        self.pivotsToHandover = pivotsToHandover
        turn = pivotsToHandover ?? max(64, kernel.nodeCount / 16)
        scalingWork = Self.scalingWork * kernel.arcCount
        firstInfeasibility = kernel.artificialFlow
    }

    /// What shows that the run stalls; `nil` when nothing does.
    ///
    /// - Complexity: O(n), once a turn.
    mutating func signOfStalling(_ kernel: borrowing NetworkSimplexKernel) -> String? {
        if isSettled { return nil }
        if pivotsToHandover != nil { return "after \(kernel.pivots) pivots, as it was told to" }
        let pivots = max(1, kernel.pivots - lastPivots)
        let scans = kernel.arcsScanned - lastScans
        let moves = (kernel.nodesUpdated - lastMoves) * Self.nodeWork
        lastPivots = kernel.pivots
        lastScans = kernel.arcsScanned
        lastMoves = kernel.nodesUpdated
        let spent = kernel.arcsScanned + Self.nodeWork * kernel.nodesUpdated + Self.pivotWork * kernel.pivots
        if spent > Self.patience * scalingWork {
            return "after \(kernel.pivots) pivots that had cost more than twice what cost scaling should"
        }
        guard moves > scans else { return nil }
        let left = kernel.artificialFlow
        guard left > firstInfeasibility / 2 else { return nil }
        let perPivot = Double(scans + moves) / Double(pivots) + Double(Self.pivotWork)
        guard Self.pivotsToGo * Double(nodeCount) * perPivot > Double(scalingWork) else { return nil }
        let percent = Int(100 * Double(left) / Double(firstInfeasibility))
        return "after \(kernel.pivots) pivots \(percent) % of the supply was not on its way"
    }
}

extension NetworkSimplexKernel {
    /// How much flow artificial arcs carry, at the sources and at the sinks; O(n).
    var artificialFlow: Int64 {
        var sum: Int64 = 0
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) where tree[node].pred < 0 { sum += treeFlow(node) }
        return sum
    }
}
