import Optimization

extension CostScalingKernel {
    /// Solves the network that was loaded.
    ///
    /// - Returns: The answer; `nil` when an arc without a limit came out full of the capacity that stands for none,
    ///   which round cycles of zero cost cannot be ruled out, so that the potentials prove nothing; or when potentials
    ///   came near the range of 64 bits.
    mutating func solve(_ network: FlowNetwork, scope: CostScalingScope) throws(SolverError) -> FlowResult? {
        let isFeasible = optimise()
        if let stopReason { return try stoppedResult(network, scope: scope, reason: stopReason) }
        if isOutOfRange { return nil }
        if !isFeasible {
            let reaches = nodesThatReachDeficits()
            // Under `atMost` the excess reaches the node of the slack; the other side then lacks what it must take in.
            let isCut = network.supplyRule != .equal
            let cut = network.supplies.indices.filter { reaches[$0] == isCut }
            return FlowResult(termination: .infeasible, certificate: .cut(cut), statistics: statistics)
        }
        let potentials = exactPotentials()
        let flows = flows(of: network, scope: scope)
        let cost = try FlowArithmetic.cost(of: flows, in: network)
        guard FlowArithmetic.bound(provedBy: potentials, for: network) == cost else { return nil }
        return FlowResult(
            termination: .optimal, flows: flows, objective: cost, bound: cost, certificate: .potentials(potentials),
            statistics: statistics)
    }

    /// Exact potentials of the problem's costs from those of a 1-optimal flow.
    ///
    /// Rounding down keeps `potential[head] <= cost + potential[tail]` on a residual arc unless it takes the two to
    /// different sides of a multiple of the cost's factor. A reduced cost of -1 or more in scaled costs does so only
    /// where the head lies on that multiple; there are fewer nodes than remainders, so a shift by a free remainder
    /// leaves none.
    ///
    /// - Complexity: O(n).
    private func exactPotentials() -> [Int64] {
        let factor = 1 << Int(costShift)
        let mask = Int64(factor - 1)
        var isTaken = [Bool](repeating: false, count: factor)
        for node in 0..<nodeCount { isTaken[Int(potential[node] & mask)] = true }
        let free = Int64(isTaken.firstIndex(of: false) ?? 0)
        return problemPotentials { ($0 - free) >> costShift }
    }

    /// Potentials of the problem's nodes; under `atMost` that of the slack is zero.
    private func problemPotentials(_ rounded: (Int64) -> Int64) -> [Int64] {
        let potentials = (0..<nodeCount).map { rounded(potential[$0]) }
        guard hasSlackNode, let slack = potentials.last else { return potentials }
        return potentials.dropLast().map { $0 - slack }
    }

    private func flows(of network: FlowNetwork, scope: CostScalingScope) -> [Int64] {
        network.arcs.enumerated().map { index, arc in
            let forward = position[index]
            let residual = Int64(truncatingIfNeeded: feasibleFlow == .saved ? saved[forward] : arcs[forward].residual)
            let isUnlimited = arc.upper == FlowProblem.unlimited
            return (isUnlimited ? arc.lower + scope.unlimitedCapacity : arc.upper) - residual
        }
    }

    /// What is in hand when the solve stops: the last feasible flow, and the bound that the present potentials prove.
    private func stoppedResult(
        _ network: FlowNetwork, scope: CostScalingScope, reason: Termination
    ) throws(SolverError) -> FlowResult {
        var result = FlowResult(termination: reason, statistics: statistics)
        for potentials in candidatePotentials(raised: network.supplyRule == .atMost) {
            guard let bound = FlowArithmetic.bound(provedBy: potentials, for: network) else { continue }
            result.bound = bound
            result.certificate = .potentials(potentials)
            break
        }
        guard feasibleFlow != .none else {
            result.solverMessage = "stopped before a feasible flow was found"
            return result
        }
        let flows = flows(of: network, scope: scope)
        result.objective = try FlowArithmetic.cost(of: flows, in: network)
        result.flows = flows
        result.solverMessage = "stopped with a feasible flow"
        return result
    }

    /// Potentials to prove a bound by, the likeliest first: the present ones once there is a feasible flow, and zeros.
    /// Under `atMost` only those of 0 or more prove anything.
    private func candidatePotentials(raised: Bool) -> [[Int64]] {
        let zeros = [Int64](repeating: 0, count: hasSlackNode ? nodeCount - 1 : nodeCount)
        if feasibleFlow == .none { return [zeros] }
        return [problemPotentials { $0 >> costShift }.map { raised ? max(0, $0) : $0 }, zeros]
    }

    /// The counters, by the names that thresholds use.
    private var statistics: SolverStatistics {
        SolverStatistics([
            "pushes": pushes, "relabels": relabels, "refinements": refinements, "global-updates": globalUpdates,
            "price-refinements": priceRefinements, "cycles-cancelled": cyclesCancelled,
            "arcs-scanned": arcsScanned,
        ])
    }
}
