import Optimization

/// When a search ends, and from which bound on a part of it is done with.
struct SearchLimits {
    let monitor: StopMonitor
    let interrupter: Interrupter?
    let linearCriteria: StoppingCriteria
    private var nodeLimit: Int?
    private let relativeGap: Double
    /// What every cost is short of: the constant that was folded away.
    private let offset: Double

    init(criteria: StoppingCriteria, interrupter: Interrupter?, offset: Double = 0) {
        self.offset = offset
        monitor = StopMonitor(criteria: criteria, interrupter: interrupter)
        self.interrupter = interrupter
        linearCriteria = StoppingCriteria(deadline: criteria.deadline(startingAt: .now))
        nodeLimit = criteria.nodeLimit
        relativeGap = criteria.relativeGap
    }

    /// The same limits with at most so many nodes.
    func tightened(nodeLimit: Int) -> SearchLimits {
        var limits = self
        limits.nodeLimit = min(self.nodeLimit ?? nodeLimit, nodeLimit)
        return limits
    }

    /// Why a search with this many nodes must stop.
    func nodeStop(_ nodes: Int) -> Termination? {
        nodeLimit.map { nodes >= $0 } ?? false ? .limitReached(.nodes) : nil
    }

    /// The least bound that proves `incumbent` within the gap asked for; rounding of 1e-9 is allowed. Without an
    /// incumbent, `worst`, which no solution costs.
    func cutoff(incumbent: Double, worst: Double) -> Double {
        guard incumbent < .infinity else { return worst }
        let exact = incumbent - 1e-9 * max(1, abs(incumbent))
        guard relativeGap > 0 else { return exact }
        let total = incumbent + offset
        let wide = total > 0 ? total / (1 + relativeGap) : total / max(1e-9, 1 - relativeGap)
        return min(exact, wide - offset)
    }
}

/// Tells when further rounds of cuts at a node no longer pay.
struct TailingOff {
    private(set) var rounds = 0
    private let patience: Int
    private let share: Double
    private let limit: Int
    private var checked: Double
    private var slow = 0

    init(isRoot: Bool, bound: Double) {
        patience = isRoot ? 12 : 2
        share = isRoot ? 0.01 : 0.03
        limit = isRoot ? 2000 : 60
        checked = bound
    }

    /// Whether to stop after another round: a run of rounds each of which closed little of what is open.
    mutating func isDone(bound: Double, cutoff: Double) -> Bool {
        rounds += 1
        let gap = cutoff - bound
        slow = bound - checked < share * gap ? slow + 1 : 0
        checked = bound
        return slow >= patience || rounds >= limit
    }
}

/// How much the bound rose when a facility was fixed, a unit of distance: the guide to the next branching.
///
/// Source: Benichou et al., "Experiments in mixed-integer linear programming", Mathematical Programming 1 (1971).
struct Pseudocosts {
    private var rises: [Double]
    private var counts: [Int]

    init(count: Int) {
        rises = Array(repeating: 0, count: 2 * count)
        counts = Array(repeating: 0, count: 2 * count)
    }

    mutating func record(_ facility: Int, open: Bool, rise: Double, distance: Double) {
        let index = 2 * facility + (open ? 1 : 0)
        rises[index] += max(0, rise) / max(distance, 1e-6)
        counts[index] += 1
    }

    /// The free facility whose two branches promise most; a fractional one if there is any, else any free one.
    func choose(openness: [Double], fixings: Fixings) -> (facility: Int, fraction: Double)? {
        var means = [0.0, 0.0]
        for side in 0...1 {
            var (sum, count) = (0.0, 0)
            for facility in openness.indices where counts[2 * facility + side] > 0 {
                sum += rises[2 * facility + side] / Double(counts[2 * facility + side])
                count += 1
            }
            means[side] = count > 0 ? sum / Double(count) : 1
        }
        var best: (facility: Int, fraction: Double)?
        var bestScore = -1.0
        for facility in openness.indices where fixings.states[facility] == .free {
            let fraction = openness[facility]
            let rise = { (side: Int) -> Double in
                let count = counts[2 * facility + side]
                return count > 0 ? rises[2 * facility + side] / Double(count) : means[side]
            }
            let isFractional = min(fraction, 1 - fraction) > 1e-6
            let score =
                isFractional
                ? max(1e-9, rise(0) * fraction) * max(1e-9, rise(1) * (1 - fraction)) + 1e-30 : 0
            if score > bestScore {
                bestScore = score
                best = (facility, fraction)
            }
        }
        return best
    }
}
