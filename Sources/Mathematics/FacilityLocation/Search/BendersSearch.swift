import Optimization

/// Branch and bound over the open variables, best bound first, with Benders cuts at every node.
///
/// A node's bound is never the linear program's word: the rows' duals combine the cuts' prices into prices of the
/// node, and their Lagrangian bound, recomputed from the problem, is the bound. So each leaf carries its proof.
struct BendersSearch<Subproblem: BendersSubproblem, Incumbent: IncumbentSource> {
    let problem: FacilityProblem
    let limits: SearchLimits
    /// More than any solution costs: a part of the search whose bound comes to that much holds none.
    let worstCost: Double
    var subproblem: Subproblem
    var incumbent: Incumbent
    var master: BendersMaster
    var tree: SearchTree
    var queue = NodeQueue<SearchNode>()
    var pseudocosts: Pseudocosts
    /// Nodes whose relaxation was solved.
    private(set) var nodeCount = 0
    /// Nodes whose relaxation the linear solver gave up.
    private(set) var failureCount = 0
    /// The best prices of the root.
    private(set) var rootPrices: [Double] = []
    private var observer: BracketObserver

    private var trial: [Double]
    private var cutPrices: [Double]
    private var values: [Double]

    /// What processing a node came to.
    private enum Outcome {
        case pruned
        case waiting
        case stopped(Termination)
    }

    init(
        problem: FacilityProblem, limits: SearchLimits, subproblem: Subproblem, incumbent: Incumbent,
        master: BendersMaster, tree: SearchTree, worstCost: Double, observer: BracketObserver
    ) {
        self.observer = observer
        self.worstCost = worstCost
        self.problem = problem
        self.limits = limits
        self.subproblem = subproblem
        self.incumbent = incumbent
        self.master = master
        self.tree = tree
        pseudocosts = Pseudocosts(count: subproblem.fixings.states.count)
        trial = Array(repeating: 0, count: problem.customerCount)
        cutPrices = trial
        values = Array(repeating: 0, count: subproblem.groups.count)
    }

    /// The least bound at which a part of the search is done with.
    var cutoff: Double { limits.cutoff(incumbent: incumbent.cost, worst: worstCost) }

    /// Searches below `root` until everything is pruned or a limit is met; returns the limit. What is left waiting
    /// becomes leaves with the bounds they have.
    mutating func run(root: SearchNode) throws(SolverError) -> Termination? {
        var root = root
        var stop: Termination?
        switch try process(&root, isRoot: true) {
        case .pruned: break
        case .waiting: queue.push(root)
        case .stopped(let reason):
            queue.push(root)
            stop = reason
        }
        rootPrices = root.prices
        master.markRootCuts()
        tell()
        while stop == nil, let node = queue.pop() {
            if node.bound >= cutoff {
                addLeaf(node)
            } else if let reason = limits.monitor.stopReason ?? limits.nodeStop(nodeCount) {
                queue.push(node)
                stop = reason
            } else {
                stop = try branch(node)
                tell()
            }
        }
        while let node = queue.pop() { addLeaf(node) }
        return stop
    }

    /// The cuts that a search of a similar problem may start with.
    var usefulCuts: [PriceCut] { master.usefulCuts }

    /// Tells who listens where the search stands.
    private mutating func tell() {
        let bound = min(queue.leastBound ?? .infinity, tree.leastBound)
        observer.note(incumbent, prices: [], bound: min(bound, incumbent.cost))
    }

    private mutating func addLeaf(_ node: SearchNode) {
        tree.addLeaf(node.place, prices: node.prices, bound: node.bound, depth: node.depth)
    }

    /// Splits a node in two and processes both.
    private mutating func branch(_ node: SearchNode) throws(SolverError) -> Termination? {
        var stop: Termination?
        for isOpen in [true, false] {
            let facility = node.branching.facility
            var child = node
            child.place = tree.fix(facility, open: isOpen, below: node.place)
            child.depth += 1
            child.fixings.fix(facility, open: isOpen, slots: tree.slots)
            if stop != nil {
                queue.push(child)
                continue
            }
            subproblem.fixings = child.fixings
            child.bound = max(node.bound, subproblem.evaluate(child.prices))
            switch try process(&child, isRoot: false) {
            case .pruned: break
            case .waiting: queue.push(child)
            case .stopped(let reason):
                queue.push(child)
                stop = reason
            }
            if stop == nil {
                pseudocosts.record(
                    facility, open: isOpen, rise: min(child.bound, cutoff) - node.bound,
                    distance: isOpen ? 1 - node.branching.fraction : node.branching.fraction)
            }
        }
        return stop
    }

    /// Solves a node's relaxation with cuts, tightens it, and leaves it pruned or with a facility to branch on.
    private mutating func process(_ node: inout SearchNode, isRoot: Bool) throws(SolverError) -> Outcome {
        if node.bound >= cutoff {
            addLeaf(node)
            return .pruned
        }
        nodeCount += 1
        try master.enter(node.fixings)
        subproblem.fixings = node.fixings
        var progress = TailingOff(isRoot: isRoot, bound: node.bound)
        while true {
            let outcome: ResidentOutcome
            do throws(SolverError) {
                outcome = try master.solve(criteria: limits.linearCriteria, interrupter: limits.interrupter)
            } catch {
                // The program only guides the search: without it the node's prices stay, and branching goes on.
                guard error.code == .numericalFailure else { throw error }
                failureCount += 1
                return try settle(&node)
            }
            switch outcome {
            case .optimal: break
            case .stopped(let reason): return .stopped(reason)
            case .infeasible:
                // The count and capacity rows are the only ones that can clash, and the bound knows both.
                guard subproblem.evaluate(node.prices) == .infinity else { return try settle(&node) }
                node.bound = .infinity
                addLeaf(node)
                return .pruned
            case .unbounded, .cutoffReached:
                // Every estimate has a cut: what has no bound is the linear solver's arithmetic.
                failureCount += 1
                return try settle(&node)
            }
            trial = node.prices
            master.combinePrices(into: &trial)
            let value = subproblem.evaluate(trial)
            if value > node.bound {
                node.bound = value
                swap(&node.prices, &trial)
                if node.bound < cutoff { try tighten(&node) }
            }
            if node.bound >= cutoff {
                addLeaf(node)
                return .pruned
            }
            if let reason = limits.monitor.stopReason { return .stopped(reason) }
            if let reason = try subproblem.separate(
                at: master.openness, prices: &cutPrices, values: &values, monitor: limits.monitor)
            {
                return .stopped(reason)
            }
            let isIntegral = master.openness.allSatisfy { min($0, 1 - $0) < 1e-6 }
            if isIntegral || progress.rounds % (isRoot ? 4 : 16) == 0 {
                try incumbent.improve(openness: master.openness, isIntegral: isIntegral, monitor: limits.monitor)
            }
            let violated = subproblem.groups.indices.filter {
                values[$0] - master.estimates[$0] > 1e-9 * max(1, abs(values[$0])) + 1e-10 / master.scale
            }
            let isDone = progress.isDone(bound: node.bound, cutoff: cutoff)
            if violated.isEmpty || isDone {
                return try settle(&node)
            }
            try master.dropIdleCuts(patience: 12, keeping: 3 * master.openness.count + 2 * values.count)
            try master.addCuts(of: violated, prices: cutPrices, subproblem: &subproblem)
        }
    }

    /// Chooses where to branch; a node in which everything is fixed gets the exact prices of its only solution.
    private mutating func settle(_ node: inout SearchNode) throws(SolverError) -> Outcome {
        if let choice = pseudocosts.choose(openness: master.openness, fixings: node.fixings) {
            node.branching = choice
            return .waiting
        }
        let openness = node.fixings.states.map { $0 == .open ? 1.0 : 0 }
        if let reason = try subproblem.separate(
            at: openness, prices: &cutPrices, values: &values, monitor: limits.monitor)
        {
            return .stopped(reason)
        }
        try incumbent.improve(openness: openness, isIntegral: true, monitor: limits.monitor)
        let exact = subproblem.evaluate(cutPrices)
        if exact > node.bound {
            node.bound = exact
            node.prices = cutPrices
        }
        addLeaf(node)
        return .pruned
    }

    /// Fixes the facilities whose other state the node's prices rule out; each becomes a leaf.
    private mutating func tighten(_ node: inout SearchNode) throws(SolverError) {
        let before = node.fixings
        tree.tighten(&node, bound: subproblem.bound, cutoff: cutoff, problem: problem)
        guard node.fixings != before else { return }
        try master.enter(node.fixings)
        subproblem.fixings = node.fixings
        node.bound = max(node.bound, subproblem.bound.value(fixings: node.fixings, problem: problem))
    }
}
