import Optimization

/// A fractional knapsack whose load costs more and more, of several capacities at once: items enter by falling ratio, as
/// long as the ratio is above what a unit of load costs.
///
/// - Complexity: O(n log n + steps + capacities).
struct CongestedKnapsack {
    /// Where a walk met a capacity, or ended.
    struct Stop {
        /// What the items gain less what their load costs.
        var profit: Double
        /// The load.
        var load: Double
        /// The ratio of the last item that entered; 0 where all of them did and nothing held them back.
        var critical: Double
    }

    private var items: [(ratio: Double, weight: Double)] = []
    /// One a capacity, in its order.
    private(set) var stops: [Stop] = []

    mutating func clear() { items.removeAll(keepingCapacity: true) }
    mutating func append(ratio: Double, weight: Double) { items.append((ratio, weight)) }

    /// Fills the knapsack up to each of the rising capacities.
    mutating func fill(capacities: ArraySlice<Double>, steps: [CongestionStep]) {
        stops.removeAll(keepingCapacity: true)
        items.sort { $0.ratio > $1.ratio }
        var next = capacities.startIndex
        var step = 0
        var slope = 0.0
        var state = Stop(profit: 0, load: 0, critical: 0)
        var isHeld = false
        walk: for item in items {
            var left = item.weight
            while true {
                while step < steps.count, state.load >= steps[step].load {
                    slope = steps[step].unitCost
                    step += 1
                }
                while next < capacities.endIndex, state.load >= capacities[next] {
                    stops.append(state)
                    next += 1
                }
                guard next < capacities.endIndex else { return }
                guard item.ratio > slope else {
                    isHeld = true
                    break walk
                }
                guard left > 0 else { break }
                // Up to whichever comes first, exactly.
                let border = min(capacities[next], step < steps.count ? steps[step].load : .infinity)
                let isWhole = state.load + left <= border
                let reach = isWhole ? state.load + left : border
                state.profit += (item.ratio - slope) * (reach - state.load)
                left = isWhole ? 0 : left - (reach - state.load)
                state.load = reach
                state.critical = item.ratio
                if isWhole { break }
            }
        }
        if !isHeld { state.critical = 0 }
        while next < capacities.endIndex {
            stops.append(state)
            next += 1
        }
    }
}
