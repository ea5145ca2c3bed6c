import Optimization

/// The solve by cost scaling of a problem that the network simplex method began.
struct Handover {
    let network: FlowNetwork
    let scope: CostScalingScope
    let monitor: StopMonitor
    let relabelLimit: Int
    /// What the network simplex method had when it was stopped.
    let inHand: FlowResult
    /// What made it hand over.
    let sign: String

    /// The answer; `nil` when cost scaling cannot give one, so that the network simplex method has to go on.
    func result() throws(SolverError) -> FlowResult? {
        let answer =
            if scope.fitsInt32 { try solve(Int32.self) } else { try solve(Int64.self) }
        guard var result = answer else { return nil }
        if case .limitReached = result.termination { keepBetter(of: &result) }
        if result.termination == .cancelled { keepBetter(of: &result) }
        result.statistics.add(inHand.statistics)
        result.statistics["handovers"] = 1
        let answered = "cost scaling took over: \(sign)"
        result.solverMessage = result.solverMessage.isEmpty ? answered : "\(result.solverMessage); \(answered)"
        return result
    }

    private func solve<Number: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
        _: Number.Type
    ) throws(SolverError) -> FlowResult? {
        var kernel = CostScalingKernel<Number>(network, scope: scope, monitor: monitor, relabelLimit: relabelLimit)
        return try kernel.solve(network, scope: scope)
    }

    /// A stopped solve returns the cheaper of the two flows and the higher of the two bounds.
    private func keepBetter(of result: inout FlowResult) {
        if let flows = inHand.flows, let cost = inHand.objective, result.objective.map({ cost < $0 }) ?? true {
            result.flows = flows
            result.objective = cost
            result.solverMessage = "stopped with a feasible flow"
        }
        if let bound = inHand.bound, result.bound.map({ bound > $0 }) ?? true {
            result.bound = bound
            result.certificate = inHand.certificate
        }
    }
}
