import Optimization

/// A 0-1 knapsack with any weights whose load may cost something: the undominated pairs of load and gain, item by item,
/// without those that can no longer come to the best known.
///
/// Source: Nemhauser and Ullmann, "Discrete dynamic programming and capital allocation", Management Science 15 (1969).
/// - Complexity: O(items * pairs kept); they are bounded by ``stateLimit`` and ``workLimit``, after which the fractional
///   knapsack gives an upper bound instead.
struct LoadKnapsack {
    /// An item on offer; `index` is the caller's.
    struct Item {
        var index: Int32
        var weight: Double
        var gain: Double
        var ratio: Double
    }

    /// A load and a gain, the item that came last and the state before it.
    private struct State {
        var load: Double
        var gain: Double
        var item: Int32
        var before: Int32
    }

    /// The most states that are kept, and looked at, in all: a solve takes a few milliseconds at most, so that a search can
    /// be stopped between two of them.
    static let stateLimit = 20_000
    static let workLimit = 400_000

    private var items: [Item] = []
    private var states: [State] = []
    private var front: [Int32] = []
    private var merged: [Int32] = []
    private var steps: [CongestionStep] = []
    /// The items of the best choice after ``solve(start:limit:steps:)``.
    private(set) var taken: [Int32] = []

    mutating func clear() { items.removeAll(keepingCapacity: true) }

    mutating func offer(_ index: Int, weight: Double, gain: Double) {
        items.append(
            Item(index: Int32(index), weight: weight, gain: gain, ratio: weight > 0 ? gain / weight : .infinity))
    }

    private func congestion(at load: Double) -> Double {
        var total = 0.0
        var before = 0.0
        for step in steps where load > step.load {
            total += (step.unitCost - before) * (load - step.load)
            before = step.unitCost
        }
        return total
    }

    /// The most that a choice of items gains, less what its load and `start` together cost, and marks it in ``taken``;
    /// the load may come to `limit`.
    mutating func solve(start: Double, limit: Double, steps: [CongestionStep]) -> Double {
        self.steps = steps
        items.sort { ($0.ratio, $1.index) > ($1.ratio, $0.index) }
        states = [State(load: start, gain: 0, item: -1, before: -1)]
        front = [0]
        var best = max(-congestion(at: start), greedy(start: start, limit: limit))
        var last: Int32 = 0
        var lastNet = -congestion(at: start)
        var work = 0
        for (place, item) in items.enumerated() {
            work += front.count
            guard states.count + front.count <= Self.stateLimit, work <= Self.workLimit else {
                return fractional(start: start, limit: limit)
            }
            let next = place + 1 < items.count ? items[place + 1].ratio : 0
            extend(item, at: place, limit: limit)
            var kept = 0
            for state in merged {
                let (load, gain) = (states[Int(state)].load, states[Int(state)].gain)
                let net = gain - (steps.isEmpty ? 0 : congestion(at: load))
                if net > lastNet {
                    lastNet = net
                    last = state
                    best = max(best, net)
                }
                // What is left can enter at the next item's ratio at most, and load costs more and more.
                let reach = next > 0 && limit > load ? min(next * (limit - load), remaining(after: place)) : 0
                guard net + reach >= best - 1e-12 * abs(best) else { continue }
                merged[kept] = state
                kept += 1
            }
            merged.removeLast(merged.count - kept)
            swap(&front, &merged)
        }
        taken.removeAll(keepingCapacity: true)
        var state = last
        while state >= 0, states[Int(state)].item >= 0 {
            taken.append(items[Int(states[Int(state)].item)].index)
            state = states[Int(state)].before
        }
        return lastNet
    }

    /// The gain of all items after a place.
    private func remaining(after place: Int) -> Double { suffixes[place + 1] }
    private var suffixes: [Double] = []

    /// Merges the front with itself moved by an item, both by rising load; who has no more gain than a lighter one goes.
    private mutating func extend(_ item: Item, at place: Int, limit: Double) {
        merged.removeAll(keepingCapacity: true)
        var mover = 0
        var stayer = 0
        var most = -Double.infinity
        while mover < front.count || stayer < front.count {
            let moved = mover < front.count ? states[Int(front[mover])].load + item.weight : .infinity
            let stayed = stayer < front.count ? states[Int(front[stayer])].load : .infinity
            let gain = mover < front.count ? states[Int(front[mover])].gain + item.gain : 0
            if stayed < moved || (stayed == moved && stayer < front.count && states[Int(front[stayer])].gain >= gain) {
                if states[Int(front[stayer])].gain > most {
                    most = states[Int(front[stayer])].gain
                    merged.append(front[stayer])
                }
                stayer += 1
            } else {
                if moved <= limit, gain > most {
                    most = gain
                    states.append(State(load: moved, gain: gain, item: Int32(place), before: front[mover]))
                    merged.append(Int32(states.count - 1))
                }
                mover += 1
            }
        }
    }

    /// What taking items in their order gains at its best; also sums up what each place leaves.
    private mutating func greedy(start: Double, limit: Double) -> Double {
        suffixes = Array(repeating: 0, count: items.count + 1)
        for place in items.indices.reversed() { suffixes[place] = suffixes[place + 1] + items[place].gain }
        var (load, gain, best) = (start, 0.0, -Double.infinity)
        for item in items where load + item.weight <= limit {
            let after = gain + item.gain
            guard after - congestion(at: load + item.weight) > gain - congestion(at: load) else { continue }
            load += item.weight
            gain = after
            best = max(best, gain - congestion(at: load))
        }
        return best
    }

    /// An upper bound by items in part; what enters whole is marked as taken.
    private mutating func fractional(start: Double, limit: Double) -> Double {
        var walk = CongestedKnapsack()
        taken.removeAll(keepingCapacity: true)
        var idle = 0.0
        for item in items {
            if item.weight > 0 {
                walk.append(ratio: item.ratio, weight: item.weight)
            } else {
                idle += item.gain
                taken.append(item.index)
            }
        }
        let moved = steps.map { CongestionStep(load: max(0, $0.load - start), unitCost: $0.unitCost) }
        walk.fill(capacities: [max(0, limit - start)], steps: moved)
        var load = start
        for item in items where item.weight > 0 {
            load += item.weight
            guard load <= start + walk.stops[0].load else { break }
            taken.append(item.index)
        }
        return walk.stops[0].profit + idle - congestion(at: start)
    }
}
