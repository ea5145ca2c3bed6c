import Optimization
import TestSupport

/// Seeded random flow problems that mix every feature: lower bounds, arcs without a limit, negative costs, parallel
/// arcs, self-loops, both supply rules. Most are built round a flow, so that they are feasible; some are not, and some
/// do not even balance.
enum RandomFlow {
    /// A problem of 1 to `largest` nodes.
    static func problem(seed: UInt64, largest: Int) throws -> FlowProblem {
        var random = SplitMix64(seed: seed)
        let nodeCount = random.integer(1...largest)
        let arcs = arcs(nodeCount: nodeCount, random: &random)
        let isPlanted = random.chance(0.8)
        var supplies = [Int64](repeating: 0, count: nodeCount)
        for arc in arcs where isPlanted {
            let room = arc.upper == FlowProblem.unlimited ? 20 : arc.upper - arc.lower
            let flow = arc.lower + (random.chance(0.5) ? Int64(random.integer(0...Int(room))) : 0)
            supplies[Int(arc.tail)] += flow
            supplies[Int(arc.head)] -= flow
        }
        for _ in 0..<(isPlanted ? 0 : random.integer(0...nodeCount)) {
            let amount = Int64(random.integer(1...8))
            supplies[random.integer(0...(nodeCount - 1))] += amount
            supplies[random.integer(0...(nodeCount - 1))] -= amount
        }
        if random.chance(0.05) { supplies[0] += Int64(random.integer(-3...3)) }
        return try FlowProblem(supplies: supplies, arcs: arcs, supplyRule: random.chance(0.3) ? .atMost : .equal)
    }

    private static func arcs(nodeCount: Int, random: inout SplitMix64) -> [FlowProblem.Arc] {
        let hasLower = random.chance(0.3)
        let hasNegative = random.chance(0.4)
        let hasNegativeUnlimited = random.chance(0.25)
        let unlimitedShare = random.element(of: [0, 0, 0.3, 0.8])
        let largestCost = random.element(of: [3, 50, 10_000])
        return (0..<random.integer(0...(nodeCount * random.integer(1...6)))).map { _ in
            let lower = hasLower && random.chance(0.3) ? Int64(random.integer(0...4)) : 0
            let isUnlimited = random.chance(unlimitedShare)
            let capacity = Int64(random.integer(0...20))
            let isSigned = isUnlimited ? hasNegativeUnlimited : hasNegative
            return FlowProblem.Arc(
                tail: random.integer(0...(nodeCount - 1)), head: random.integer(0...(nodeCount - 1)), lower: lower,
                upper: isUnlimited ? FlowProblem.unlimited : lower + capacity,
                cost: Int64(random.integer((isSigned ? -largestCost / 3 : 0)...largestCost)))
        }
    }
}
