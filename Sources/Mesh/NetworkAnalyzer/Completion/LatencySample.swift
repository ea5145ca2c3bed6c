/// One known latency between two nodes, as completion takes it.
public struct LatencySample: Sendable, Hashable {
    /// The node that measured, by number.
    public var from: Int
    /// The node it measured, by number.
    public var to: Int
    /// The round-trip time in milliseconds (any unit will do if all share it); positive and finite.
    public var milliseconds: Double
    /// How much it counts beside others, 0 to 1: stale or noisy measurements count less.
    public var weight: Double

    /// Creates a sample.
    public init(from: Int, to: Int, milliseconds: Double, weight: Double = 1) {
        self.from = from
        self.to = to
        self.milliseconds = milliseconds
        self.weight = weight
    }
}

/// The samples of unordered pairs in flat arrays: logarithms of latencies, the geometric mean where both ways are known.
struct PairSamples {
    let nodeCount: Int
    /// The lesser node of each pair.
    private(set) var first: [Int32] = []
    /// The greater node.
    private(set) var second: [Int32] = []
    /// Natural logarithm of the latency.
    private(set) var logs: [Float] = []
    private(set) var weights: [Float] = []
    /// Half of the range of the logarithms that were measured for the pair, mostly one of either direction.
    private(set) var halfRanges: [Float] = []

    var count: Int { logs.count }

    init(nodeCount: Int) { self.nodeCount = nodeCount }

    /// Takes what is usable: nodes that exist and differ, latencies and weights that are positive and finite.
    init(_ samples: [LatencySample], nodeCount: Int) {
        self.init(nodeCount: nodeCount)
        var order: [(key: Int, log: Float, weight: Float)] = []
        order.reserveCapacity(samples.count)
        for sample in samples {
            let (low, high) = (min(sample.from, sample.to), max(sample.from, sample.to))
            guard low >= 0, high < nodeCount, low != high else { continue }
            guard sample.milliseconds > 0, sample.milliseconds.isFinite, sample.weight > 0, sample.weight.isFinite
            else {
                continue
            }
            order.append((low * nodeCount + high, Float(logarithm(sample.milliseconds)), Float(sample.weight)))
        }
        order.sort { ($0.key, $0.log) < ($1.key, $1.log) }
        var index = 0
        while index < order.count {
            let (key, start) = (order[index].key, index)
            var (sum, total): (Float, Float) = (0, 0)
            var greatest: Float = 0
            while index < order.count, order[index].key == key {
                sum += order[index].log * order[index].weight
                total += order[index].weight
                greatest = max(greatest, order[index].weight)
                index += 1
            }
            // Logarithms of one pair are sorted.
            append(
                key / nodeCount, key % nodeCount, log: sum / total, weight: min(1, greatest),
                halfRange: (order[index - 1].log - order[start].log) / 2)
        }
    }

    mutating func append(_ low: Int, _ high: Int, log: Float, weight: Float, halfRange: Float = 0) {
        first.append(Int32(low))
        second.append(Int32(high))
        logs.append(log)
        weights.append(weight)
        halfRanges.append(halfRange)
    }

    /// Two parts: the samples at those positions, and the others.
    func split(_ isApart: (Int) -> Bool) -> (apart: PairSamples, rest: PairSamples) {
        var parts = (apart: PairSamples(nodeCount: nodeCount), rest: PairSamples(nodeCount: nodeCount))
        for index in 0..<count {
            let (low, high) = (Int(first[index]), Int(second[index]))
            let (log, weight, halfRange) = (logs[index], weights[index], halfRanges[index])
            if isApart(index) {
                parts.apart.append(low, high, log: log, weight: weight, halfRange: halfRange)
            } else {
                parts.rest.append(low, high, log: log, weight: weight, halfRange: halfRange)
            }
        }
        return parts
    }

    /// The median of the logarithms; 0 without samples.
    var medianLog: Float { OrderStatistics.median(logs) }
}
