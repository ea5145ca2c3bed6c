import Optimization

/// What the cost scaling method covers, and the numbers it needs of a network.
struct CostScalingScope {
    /// The largest absolute cost of an arc.
    let largestCost: Int64
    /// A capacity that stands for none: some optimal flow stays below it on every arc without a limit.
    let unlimitedCapacity: Int64
    /// Whether costs and capacities fit 32 bits.
    let fitsInt32: Bool

    /// The scope of a network, or `nil` where the method does not apply: a negative cost on an arc without a limit,
    /// or numbers so large that potentials or excesses could leave 64 bits.
    ///
    /// Without such arcs an optimal flow is a sum of paths from sources to sinks and of cycles, each through an arc of
    /// negative cost: no arc carries more than all the excesses and all the capacities of negative arcs.
    init?(_ network: FlowNetwork) {
        var largest: Int64 = 0
        var capacities: Int128 = 0
        var amounts: Int128 = 1
        var widest: Int64 = 0
        var unlimitedCount: Int128 = network.supplyRule == .atMost ? Int128(network.supplies.count) : 0
        for arc in network.arcs {
            largest = max(largest, abs(arc.cost))
            amounts += Int128(arc.lower)
            if arc.upper == FlowProblem.unlimited {
                if arc.cost < 0 { return nil }
                unlimitedCount += 1
            } else {
                capacities += Int128(arc.upper)
                widest = max(widest, arc.upper)
                if arc.cost < 0 { amounts += Int128(arc.upper - arc.lower) }
            }
        }
        for supply in network.supplies { amounts += 2 * Int128(abs(supply)) }
        let nodes = Int128(network.supplies.count) + 3
        let limit = Int128(1) << 60
        guard 64 * nodes * nodes * Int128(max(largest, 1)) < limit, capacities + unlimitedCount * amounts < limit
        else { return nil }
        largestCost = largest
        unlimitedCapacity = Int64(truncatingIfNeeded: amounts)
        if unlimitedCount > 0 { widest = max(widest, unlimitedCapacity) }
        fitsInt32 = max(widest, largest) < Int64(Int32.max)
    }
}
