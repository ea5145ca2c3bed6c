import Optimization
import TestSupport

/// Small flow problems from seeds, of every kind that a solver must know: feasible and not, bounded and not.
enum RandomFlows {
    static func problem(seed: UInt64) throws -> FlowProblem {
        var random = SplitMix64(seed: seed)
        return switch seed % 5 {
        case 0: try general(&random, rule: .equal, feasible: true)
        case 1: try general(&random, rule: .atMost, feasible: random.chance(0.7))
        case 2: try general(&random, rule: .equal, feasible: false)
        case 3: try assignment(&random)
        default: try large(&random)
        }
    }

    /// Any graph, with self-loops and parallel arcs, negative costs, lower bounds and unlimited arcs. Feasible ones take
    /// their supplies from a flow.
    private static func general(
        _ random: inout SplitMix64, rule: FlowProblem.SupplyRule, feasible: Bool
    ) throws -> FlowProblem {
        let nodes = random.integer(1...9)
        var supplies = [Int64](repeating: 0, count: nodes)
        var arcs: [FlowProblem.Arc] = []
        let leastCost = random.chance(0.5) ? -4 : 1
        for _ in 0..<random.integer(0...22) {
            let lower = random.chance(0.2) ? Int64(random.integer(1...4)) : 0
            let upper = random.chance(0.25) ? FlowProblem.unlimited : lower + Int64(random.integer(0...9))
            let arc = FlowProblem.Arc(
                tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)), lower: lower,
                upper: upper,
                cost: Int64(random.integer(leastCost...12)))
            arcs.append(arc)
            let flow = Int64(random.integer(Int(lower)...Int(min(upper, lower + 6))))
            supplies[Int(arc.tail)] += flow
            supplies[Int(arc.head)] -= flow
        }
        if !feasible {
            for node in supplies.indices where random.chance(0.4) { supplies[node] += Int64(random.integer(-5...5)) }
            if random.chance(0.7) { supplies[0] -= supplies.reduce(0, +) }
        }
        return try FlowProblem(supplies: supplies, arcs: arcs, supplyRule: rule)
    }

    /// Clusters to sites to a sink, as the planner builds them.
    private static func assignment(_ random: inout SplitMix64) throws -> FlowProblem {
        let clusters = random.integer(1...6)
        let sites = random.integer(1...4)
        let sink = clusters + sites
        var supplies = [Int64](repeating: 0, count: sink + 1)
        var arcs: [FlowProblem.Arc] = []
        for cluster in 0..<clusters {
            supplies[cluster] = Int64(random.integer(0...8))
            supplies[sink] -= supplies[cluster]
            for site in 0..<sites where random.chance(0.8) {
                arcs.append(.init(tail: cluster, head: clusters + site, cost: Int64(random.integer(0...400))))
            }
        }
        for site in 0..<sites {
            arcs.append(
                .init(tail: clusters + site, head: sink, upper: Int64(random.integer(4...30)), cost: 0))
        }
        return try FlowProblem(supplies: supplies, arcs: arcs)
    }

    /// Flows and costs in the billions: rounding a floating-point answer would not do.
    private static func large(_ random: inout SplitMix64) throws -> FlowProblem {
        let nodes = random.integer(2...6)
        var supplies = [Int64](repeating: 0, count: nodes)
        var arcs: [FlowProblem.Arc] = []
        for _ in 0..<random.integer(3...14) {
            let upper = Int64(random.integer(0...900_000_000))
            let arc = FlowProblem.Arc(
                tail: random.integer(0...(nodes - 1)), head: random.integer(0...(nodes - 1)), upper: upper,
                cost: Int64(random.integer(-400_000_000...400_000_000)))
            arcs.append(arc)
            let flow = Int64(random.integer(0...Int(upper)))
            supplies[Int(arc.tail)] += flow
            supplies[Int(arc.head)] -= flow
        }
        if random.chance(0.2) { supplies[nodes - 1] += 1 }
        return try FlowProblem(supplies: supplies, arcs: arcs)
    }
}
