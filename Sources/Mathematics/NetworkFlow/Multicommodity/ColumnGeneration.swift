internal import Optimization

/// What a master leaves for the next solve: its columns, rows and basis, and the network that they belong to.
struct MasterMemory: Sendable {
    var graph: CompressedGraph
    var segmentStarts: [Int32]
    var routable: [Int32]
    var ends: [Int64]
    var pool: PathPool
    var shape: PathMaster.Shape
    var basis: Basis
}

/// The rounds of column generation; see ``ColumnGenerationRouter``.
struct ColumnGeneration {
    /// The held-back part of the capacities that keeps a solution of the program feasible in spite of its tolerance.
    static let toleranceMargin = 5e-8
    /// The same where volumes are counted in small units (``ColumnGenerationRouter``).
    static let strictMargin = 5e-10
    /// The largest cost of overload that is tried, relative to the first.
    private static let overloadEffort = 1e6

    private let network: RoutingNetwork
    private let oracle: PathOracle
    private var pool: PathPool
    private var master: PathMaster
    private let firstOverloadCost: Double
    private var basis: Basis?
    private var programSolves = 0
    private(set) var answer: RoutingAnswer
    /// Whether it ended because the tolerance of the program's solver lets nothing more be seen.
    private(set) var isStalled = false

    init(_ balancing: PriceBalancing, network: RoutingNetwork, memory: MasterMemory?, margin: Double) {
        self.network = network
        oracle = balancing.oracle
        answer = balancing.answer
        let prices = balancing.balancer.prices
        let weights = zip(network.costs, prices).map { $0 + $1 }
        // Dearer than every path and every congestion segment.
        firstOverloadCost = 10 * (balancing.pool.highestPrice(weights) + (network.segmentSlopes.max() ?? 0))
        let held = network.holdingBack(margin)
        if let memory, memory.fits(network) {
            pool = memory.pool
            pool.refreshBaseCosts(network)
            basis = memory.basis
            master = PathMaster(held, shape: memory.shape, overloadCost: firstOverloadCost)
            return
        }
        pool = balancing.pool
        var shape = PathMaster.Shape(keys: pool.newestPaths, knownPaths: pool.count)
        let flows = pool.flows
        for commodity in network.routable {
            let paths = pool.paths(of: Int(commodity))
            // The path that carries most, the oldest of equals.
            var key: Int?
            for path in paths where key.map({ flows[path] >= flows[$0] }) ?? true { key = path }
            shape.keys[Int(commodity)] = Int32(key ?? -1)
            shape.columns += paths.filter { $0 != key }.reversed().map { .path(Int32($0)) }
        }
        let loads = pool.loads(linkCount: network.linkCount)
        for link in loads.indices {
            let width = network.segmentWidths[network.segments(of: link).lowerBound]
            if prices[link] > 0 || loads[link] > width { shape.rows.append(.link(Int32(link))) }
        }
        for row in shape.rows { shape.columns += PathMaster.ownColumns(of: row, in: network) }
        master = PathMaster(held, shape: shape, overloadCost: firstOverloadCost)
    }

    /// Deterministic counters.
    var statistics: SolverStatistics {
        SolverStatistics([
            "rounds": oracle.rounds, "links-scanned": oracle.linksScanned, "programs": programSolves,
            "paths": pool.count, "rows": master.shape.rows.count, "columns": master.shape.columns.count,
        ])
    }

    /// What the next solve may start from.
    var memory: MasterMemory? {
        basis.map {
            MasterMemory(
                graph: network.graph, segmentStarts: network.segmentStarts, routable: network.routable,
                ends: network.commodityEnds, pool: pool, shape: master.shape, basis: $0)
        }
    }

    /// The master at the start.
    func program() -> LinearProgram { master.program(pool) }

    /// Solves the master and prices, in turn, until the gap is reached.
    mutating func run(
        _ resident: any ResidentLinearProgram, gap: Double, roundLimit: Int, interrupter: Interrupter?,
        monitor: StopMonitor
    ) throws(SolverError) -> PriceBalancing.Outcome {
        if let basis { resident.basis = basis }
        // The last solve may have found paths after its last program.
        try master.addNewPaths(pool, to: resident)
        var values: [Double] = []
        var duals: [Double] = []
        var round = 0
        while round < roundLimit {
            let criteria = StoppingCriteria(timeLimit: monitor.timeLeft)
            programSolves += 1
            let outcome: ResidentOutcome
            do throws(SolverError) {
                outcome = try resident.solve(cutoff: nil, criteria: criteria, interrupter: interrupter)
            } catch {
                guard error.code == .numericalFailure else { throw error }
                isStalled = true
                return .stopped(answer.hasRouting ? .feasible : .limitReached(.iterations))
            }
            if case .stopped(let reason) = outcome { return .stopped(reason) }
            guard outcome == .optimal else {
                throw SolverError(.internalInconsistency, "the master program ended \(outcome)")
            }
            resident.columnValues(into: &values)
            resident.rowDuals(into: &duals)
            master.readFlows(values, into: &pool)
            basis = resident.basis
            let violated = violatedRows()
            if !violated.isEmpty {
                try master.add(violated, pool: pool, to: resident)
                continue
            }
            round += 1
            let prices = master.prices(duals)
            pool.clearNegativeFlows(keys: master.shape.keys, of: network)
            guard let isFeasible = noteRouting(prices: prices, monitor: monitor) else {
                return .stopped(monitor.stopReason ?? .cancelled)
            }
            guard let pricing = oracle.price(prices, pool: &pool, tolerance: 1e-9, monitor: monitor) else {
                return .stopped(monitor.stopReason ?? .cancelled)
            }
            answer.note(bound: pricing.bound, prices: prices)
            if answer.gap <= max(gap, RoutingAnswer.optimalGap) { return .reached }
            if pricing.addedPaths > 0 {
                try master.addNewPaths(pool, to: resident)
            } else if isFeasible {
                // The program is solved to the tolerance of its solver.
                isStalled = true
                return .stopped(.feasible)
            } else if let metric = network.violatedMetric(prices, monitor: monitor) {
                return .infeasible(.metric(metric))
            } else if master.overloadCost < firstOverloadCost * Self.overloadEffort {
                try master.raiseOverloadCost(by: 100, in: resident)
            } else {
                isStalled = true
                return .stopped(.limitReached(.iterations))
            }
        }
        return .stopped(.limitReached(.iterations))
    }

    /// Repairs the flows if they nearly fit, and takes note of the routing; says whether there is one, or `nil` when it
    /// has to stop on the way.
    ///
    /// Where capacities leave no slack, what is held back of them shows up as overload, possibly on another link: the
    /// repair finds the room that the program did not see.
    private mutating func noteRouting(prices: [Double], monitor: StopMonitor) -> Bool? {
        var (excess, volume) = (0.0, 0.0)
        for (load, link) in zip(pool.loads(linkCount: network.linkCount), network.problem.links) {
            excess += max(0, load - link.capacity)
            volume += load
        }
        guard excess <= 1e-5 * volume else { return false }
        switch RouteRepair.repair(
            pool, network: network, prices: prices, hierarchy: nil, monitor: monitor)
        {
        case .repaired(let repaired): answer.note(repaired)
        case .failed: return false
        case .stopped: return nil
        }
        return true
    }

    /// The rows that the flows violate and that the program does not have.
    private func violatedRows() -> [PathMaster.Row] {
        var rows: [PathMaster.Row] = []
        for commodity in network.routable where !master.hasRow(forCommodity: Int(commodity)) {
            let volume = network.problem.commodities[Int(commodity)].volume
            if pool.flows[Int(master.shape.keys[Int(commodity)])] < -1e-9 * volume {
                rows.append(.commodity(commodity))
            }
        }
        let loads = pool.loads(linkCount: network.linkCount)
        for link in loads.indices where !master.hasRow(forLink: link) {
            let width = master.network.segmentWidths[network.segments(of: link).lowerBound]
            if loads[link] > width * (1 + 1e-9) { rows.append(.link(Int32(link))) }
        }
        return rows
    }
}

extension MasterMemory {
    /// Whether the memory speaks of the same links and commodities; volumes, capacities and costs may differ.
    func fits(_ network: RoutingNetwork) -> Bool {
        graph == network.graph && segmentStarts == network.segmentStarts && routable == network.routable
            && ends == network.commodityEnds
    }
}

extension RoutingNetwork {
    /// The ends of each routable commodity in one number, negative for those that may be dropped.
    var commodityEnds: [Int64] {
        routable.map {
            let commodity = problem.commodities[Int($0)]
            let ends = Int64(commodity.source) << 32 | Int64(commodity.target)
            return commodity.dropPenalty < .infinity ? -1 - ends : ends
        }
    }

    /// The link that a segment belongs to.
    func link(ofSegment segment: Int) -> Int {
        var (low, high) = (0, linkCount - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if Int(segmentStarts[middle]) <= segment { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

extension PathPool {
    /// Sets key flows that rounding made negative to zero, and scales the other flows of the commodity to its volume.
    mutating func clearNegativeFlows(keys: [Int32], of network: RoutingNetwork) {
        for commodity in network.routable where flows[Int(keys[Int(commodity)])] < 0 {
            flows[Int(keys[Int(commodity)])] = 0
            let paths = paths(of: Int(commodity))
            let routed = paths.reduce(0) { $0 + flows[$1] }
            for path in paths { flows[path] *= network.problem.commodities[Int(commodity)].volume / routed }
        }
    }

    /// The price of the dearest path; 1 if that is 0.
    func highestPrice(_ weights: [Double]) -> Double {
        let highest = (0..<count).reduce(0) { max($0, price(of: $1, weights: weights)) }
        return highest > 0 ? highest : 1
    }
}
