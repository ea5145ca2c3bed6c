/// A pair that could be measured next.
public struct ProbeCandidate: Sendable, Hashable {
    /// The node that would measure.
    public var from: Int
    /// The node that would answer.
    public var to: Int
    /// How uncertain the latency is: half the width of its interval in the logarithm, or any figure that grows with it.
    public var uncertainty: Double
    /// How much depends on it; see `DecisionSensitivity`. 0 is nothing.
    public var sensitivity: Double
    /// Seconds since it was last probed; infinite when it never was.
    public var age: Double

    /// Creates a candidate.
    public init(from: Int, to: Int, uncertainty: Double, sensitivity: Double, age: Double = .infinity) {
        self.from = from
        self.to = to
        self.uncertainty = uncertainty
        self.sensitivity = sensitivity
        self.age = age
    }
}

/// Chooses which pairs to measure next.
///
/// A pair is worth its uncertainty times what depends on it. Probes of one node tell of each other, since they share its
/// access link and place: each probe chosen lowers what the others of its two nodes are worth by a tenth of what is
/// left. So the worth of a set has diminishing returns, and taking the best pair again and again is within
/// 1 - 1/e of the best set where only the budget limits (Nemhauser, Wolsey, Fisher, 1978), half of it with limits on
/// nodes (Fisher, Nemhauser, Wolsey, 1978). Worths only fall, so a heap of stale worths finds the best without looking at
/// all (Minoux, 1978).
public struct ProbePlanner: Sendable, Hashable {
    /// The most probes of a plan.
    public var budget: Int
    /// The most that one node sends in a plan.
    public var mostFromOneNode = 16
    /// The most that one node has to answer in a plan.
    public var mostToOneNode = 64
    /// A pair is left alone for this long after a probe, seconds.
    public var leastInterval = 10.0
    /// What a node's other pairs keep of their worth when one is probed.
    public var keptWorth = 0.9

    /// A planner with a budget.
    public init(budget: Int) { self.budget = max(0, budget) }

    /// The pairs to probe, the most worth first, as positions in `candidates`.
    ///
    /// Pairs that are worth nothing, that are not finite, or that were probed just now, are never chosen. Equal worths
    /// go by position.
    ///
    /// - Complexity: O(candidates + budget * log candidates) when few nodes are near their limits.
    public func plan(_ candidates: [ProbeCandidate]) -> [Int] {
        var heap = WorthHeap()
        for (index, candidate) in candidates.enumerated() {
            let worth = candidate.uncertainty * candidate.sensitivity
            guard worth > 0, worth.isFinite, candidate.age >= leastInterval, candidate.from != candidate.to else {
                continue
            }
            heap.append(WorthHeap.Entry(worth: worth, candidate: index, probesSeen: 0))
        }
        heap.order()
        var chosen: [Int] = []
        var sent: [Int: Int] = [:]
        var answered: [Int: Int] = [:]
        while chosen.count < budget, let entry = heap.first {
            let candidate = candidates[entry.candidate]
            let (fromHere, toThere) = (sent[candidate.from, default: 0], answered[candidate.to, default: 0])
            guard fromHere < mostFromOneNode, toThere < mostToOneNode else {
                heap.removeFirst()
                continue
            }
            let probes = fromHere + toThere
            guard probes == entry.probesSeen else {
                var worth = candidate.uncertainty * candidate.sensitivity
                for _ in 0..<probes { worth *= keptWorth }
                heap.replaceFirst(WorthHeap.Entry(worth: worth, candidate: entry.candidate, probesSeen: probes))
                continue
            }
            heap.removeFirst()
            chosen.append(entry.candidate)
            sent[candidate.from] = fromHere + 1
            answered[candidate.to] = toThere + 1
        }
        return chosen
    }
}

/// A binary heap of worths, the greatest first; of equal ones the first candidate.
private struct WorthHeap {
    struct Entry {
        var worth: Double
        var candidate: Int
        /// How many probes of its nodes the worth accounts for.
        var probesSeen: Int

        func isBefore(_ other: Entry) -> Bool {
            worth != other.worth ? worth > other.worth : candidate < other.candidate
        }
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func append(_ entry: Entry) { entries.append(entry) }

    mutating func order() {
        for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(index) }
    }

    mutating func replaceFirst(_ entry: Entry) {
        entries[0] = entry
        sink(0)
    }

    mutating func removeFirst() {
        let last = entries.removeLast()
        if !entries.isEmpty { replaceFirst(last) }
    }

    private mutating func sink(_ start: Int) {
        var index = start
        let entry = entries[index]
        while true {
            var child = 2 * index + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].isBefore(entries[child]) { child += 1 }
            guard entries[child].isBefore(entry) else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = entry
    }
}
