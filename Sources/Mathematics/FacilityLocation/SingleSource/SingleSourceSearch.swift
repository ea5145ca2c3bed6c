import Optimization

/// Branch and bound for whole customers: volume steps at every node, branching on facilities first, then on who serves
/// whom.
///
/// Sources: Holmberg, Ronnqvist, Yuan, "An exact algorithm for the capacitated facility location problems with single
/// sourcing", EJOR 113 (1999), for the relaxation; the branching and the certificate are this project's.
struct SingleSourceSearch {
    /// What a node branches on.
    enum Branching {
        /// A slot.
        case facility(Int)
        case pair(customer: Int, facility: Int)
    }

    /// A part of the search that waits.
    struct Node: BoundedNode {
        var part: SearchNode
        var pairs: PairFixings
        var branching: Branching
        var stepLength: Double

        var bound: Double { part.bound }
    }

    let problem: FacilityProblem
    let limits: SearchLimits
    let worstCost: Double
    var oracle: SingleSourceOracle
    var incumbent: SingleSourceIncumbent
    var tree: SearchTree
    private var queue = NodeQueue<Node>()
    private(set) var nodeCount = 0
    private(set) var stepCount = 0
    /// The best prices of the root.
    private(set) var rootPrices: [Double] = []
    private var observer: BracketObserver
    private var gradient: [Double]

    init(
        problem: FacilityProblem, limits: SearchLimits, worstCost: Double, oracle: SingleSourceOracle,
        incumbent: SingleSourceIncumbent, observer: BracketObserver
    ) {
        self.observer = observer
        self.problem = problem
        self.limits = limits
        self.worstCost = worstCost
        tree = SearchTree(slots: oracle.slots.isPlain ? nil : oracle.slots)
        self.oracle = oracle
        self.incumbent = incumbent
        gradient = Array(repeating: 0, count: problem.customerCount)
    }

    private var cutoff: Double { limits.cutoff(incumbent: incumbent.cost, worst: worstCost) }

    /// Searches everything, from prices to start with; returns the limit that ended it, if one did.
    mutating func run(prices: [Double]) -> Termination? {
        var root = Node(
            part: SearchNode(
                place: SearchTree.root, depth: 0, fixings: oracle.fixings, prices: prices, bound: -.infinity,
                branching: (0, 0)),
            pairs: oracle.pairs, branching: .facility(0), stepLength: 1)
        var stop = process(&root, rounds: 30)
        rootPrices = root.part.prices
        tell()
        while stop == nil, let node = queue.pop() {
            if node.bound >= cutoff {
                addLeaf(node)
            } else if let reason = limits.monitor.stopReason ?? limits.nodeStop(nodeCount) {
                queue.push(node)
                stop = reason
            } else {
                stop = branch(node)
                tell()
            }
        }
        while let node = queue.pop() { addLeaf(node) }
        return stop
    }

    /// Tells who listens where the search stands.
    private mutating func tell() {
        let bound = min(queue.leastBound ?? .infinity, tree.leastBound)
        observer.note(incumbent, prices: [], bound: min(bound, incumbent.cost))
    }

    private mutating func addLeaf(_ node: Node) {
        tree.addLeaf(
            node.part.place, prices: node.part.prices, bound: node.bound, depth: node.part.depth)
    }

    private mutating func branch(_ node: Node) -> Termination? {
        var stop: Termination?
        for isTaken in [true, false] {
            var child = node
            child.part.depth += 1
            switch node.branching {
            case .facility(let facility):
                child.part.place = tree.fix(facility, open: isTaken, below: node.part.place)
                child.part.fixings.fix(facility, open: isTaken, slots: oracle.slots)
            case .pair(let customer, let facility):
                child.part.place = tree.fix(
                    facility, serves: isTaken, customer: customer, below: node.part.place)
                if isTaken {
                    child.pairs.servedBy[customer] = Int32(facility)
                    child.part.fixings.fix(oracle.slots.starts[facility], open: true, slots: oracle.slots)
                } else {
                    child.pairs.isRefused[customer * problem.facilityCount + facility] = true
                }
            }
            if stop != nil {
                queue.push(child)
            } else {
                stop = process(&child, rounds: 4)
            }
        }
        return stop
    }

    /// Raises a node's bound; leaves it a leaf or waiting. Returns what stopped it, after putting it back.
    private mutating func process(_ node: inout Node, rounds: Int) -> Termination? {
        nodeCount += 1
        oracle.fixings = node.part.fixings
        oracle.pairs = node.pairs
        var volume = VolumeAscent(prices: node.part.prices, length: node.stepLength, oracle: &oracle)
        var slow = 0
        for _ in 0..<rounds where volume.bound < cutoff {
            let before = volume.bound
            let target = min(incumbent.cost, worstCost)
            volume.improve(
                oracle: &oracle, target: target, enough: max(0, target - cutoff), limit: 40, monitor: limits.monitor)
            complete(openness: volume.openness)
            slow = volume.bound - before < 0.03 * (target - before) ? slow + 1 : 0
            if slow == 2 || limits.monitor.stopReason != nil { break }
        }
        stepCount += volume.steps
        node.stepLength = min(1, 2 * volume.length)
        if volume.bound >= node.part.bound {
            node.part.bound = volume.bound
            node.part.prices = volume.prices
        }
        guard node.bound < cutoff else {
            addLeaf(node)
            return nil
        }
        _ = oracle.evaluate(node.part.prices)
        guard oracle.isComplete else {
            queue.push(node)
            return limits.monitor.stopReason ?? .cancelled
        }
        tree.tighten(&node.part, bound: oracle.bound, cutoff: cutoff, problem: problem)
        oracle.fixings = node.part.fixings
        node.part.bound = max(node.part.bound, oracle.evaluate(node.part.prices))
        oracle.unserved(node.part.prices, into: &gradient)
        complete(openness: volume.openness)
        guard node.bound < cutoff, let branching = choose(node, openness: volume.openness) else {
            addLeaf(node)
            return nil
        }
        node.branching = branching
        queue.push(node)
        return limits.monitor.stopReason
    }

    /// Makes a solution of what the facilities took at the last evaluation.
    private mutating func complete(openness: [Double]) {
        var draft = Array(repeating: -1, count: problem.customerCount)
        for facility in 0..<problem.facilityCount {
            guard let slot = oracle.chosenSlot(of: facility) else { continue }
            for customer in oracle.taken[slot] {
                let customer = Int(customer)
                let before = draft[customer]
                if before < 0
                    || problem.cost(customer: customer, facility: facility)
                        < problem.cost(customer: customer, facility: before)
                {
                    draft[customer] = facility
                }
            }
        }
        incumbent.complete(draft, isOpen: oracle.isChosen, monitor: limits.monitor)
        let rounded = openness.map { $0 > 0.5 }
        if rounded != oracle.isChosen { incumbent.complete(draft, isOpen: rounded, monitor: limits.monitor) }
    }

    /// A facility that the steps could not make up their mind about; else a customer whom several or none serve; else
    /// anything that is still free.
    private func choose(_ node: Node, openness: [Double]) -> Branching? {
        let states = node.part.fixings.states
        let free = states.indices.filter { states[$0] == .free }
        let split = free.min { (abs(openness[$0] - 0.5), $0) < (abs(openness[$1] - 0.5), $1) }
        if let split, abs(openness[split] - 0.5) < 0.45 { return .facility(split) }
        let torn = gradient.indices.filter { gradient[$0] != 0 && node.pairs.servedBy[$0] < 0 }
            .max { (problem.demands[$0], $1) < (problem.demands[$1], $0) }
        if let torn, let facility = bestServer(of: torn, node: node) {
            return .pair(customer: torn, facility: facility)
        }
        if let facility = split { return .facility(facility) }
        for customer in gradient.indices where node.pairs.servedBy[customer] < 0 {
            if let facility = bestServer(of: customer, node: node) {
                return .pair(customer: customer, facility: facility)
            }
        }
        return nil
    }

    /// The cheapest facility that may serve a customer, those first that took it in the relaxation.
    private func bestServer(of customer: Int, node: Node) -> Int? {
        let row = customer * problem.facilityCount
        let allowed = (0..<problem.facilityCount).filter {
            node.part.fixings.states[oracle.slots.starts[$0]] != .closed && !node.pairs.isRefused[row + $0]
                && problem.assignmentCosts[row + $0] < .infinity
        }
        let takers = allowed.filter { facility in
            oracle.chosenSlot(of: facility).map { oracle.taken[$0].contains(Int32(customer)) } ?? false
        }
        return (takers.isEmpty ? allowed : takers).min {
            (problem.assignmentCosts[row + $0], $0) < (problem.assignmentCosts[row + $1], $1)
        }
    }
}
