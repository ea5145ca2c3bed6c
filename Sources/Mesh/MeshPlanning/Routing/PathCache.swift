/// Shortest-path trees by metric and source, computed when first asked for and dropped when a change may matter.
///
/// A metric is a latency weight and a level of care about loss: at level 0 lengths are prices alone; at 1 and 2 losses
/// add to them, at 3 they are losses. Lengths follow *posted* prices, which are taken up now and then.
struct PathCache: Sendable {
    struct Metric: Sendable, Hashable {
        var weight: Int64
        var level: Int
    }

    /// The most latency weights that have trees of their own; others use those of the nearest weight.
    static let weightLimit = 16
    static let levelCount = 4
    private static let longest = Int64(1) << 43

    private(set) var weights: [Int64] = []
    /// By metric, weight first; empty until used.
    private(set) var lengths: [[Int64]] = []
    private var trees: [[PathTree?]] = []
    private var search = PathSearch()
    private let carriage: Int64
    /// 2^16 times the nanoseconds that a nanoneper is worth at level 1.
    private(set) var lossWorth: Int64
    /// How many searches were made.
    private(set) var searchCount = 0

    init(carriage: Int64, network: RoutingNetwork) {
        self.carriage = carriage
        lossWorth = Self.lossWorth(network)
    }

    /// The number of a weight's metric at level 0; the levels follow it.
    mutating func metric(ofWeight weight: Int64) -> Int {
        if let known = weights.firstIndex(of: weight) { return known * Self.levelCount }
        if weights.count == Self.weightLimit {
            let nearest = weights.indices.min { abs(weights[$0] - weight) < abs(weights[$1] - weight) }
            return (nearest ?? 0) * Self.levelCount
        }
        weights.append(weight)
        for _ in 0..<Self.levelCount {
            lengths.append([])
            trees.append([])
        }
        return (weights.count - 1) * Self.levelCount
    }

    /// The tree of a source under a metric.
    mutating func tree(_ metric: Int, from source: Int, network: RoutingNetwork, prices: [Int64]) -> PathTree {
        if lengths[metric].isEmpty { prepare(metric, network: network, prices: prices) }
        if let known = trees[metric][source] { return known }
        searchCount += 1
        let tree = search.tree(from: source, network: network, lengths: lengths[metric])
        trees[metric][source] = tree
        return tree
    }

    /// A tree that is there already.
    func knownTree(_ metric: Int, from source: Int) -> PathTree? {
        trees[metric].isEmpty ? nil : trees[metric][source]
    }

    private mutating func prepare(_ metric: Int, network: RoutingNetwork, prices: [Int64]) {
        lengths[metric] = (0..<network.linkCount).map { length(metric, $0, network: network, price: prices[$0]) }
        trees[metric] = Array(repeating: nil, count: network.siteCount)
    }

    /// Level 1 weighs a typical lossy link's loss like its latency.
    private static func lossWorth(_ network: RoutingNetwork) -> Int64 {
        var (latency, loss): (Int128, Int128) = (1, 1)
        for link in 0..<network.linkCount where network.loss[link] > 0 {
            latency += Int128(network.latency[link])
            loss += Int128(network.loss[link])
        }
        return Int64(clamping: latency * 1000 * 65536 / loss)
    }

    private func length(_ metric: Int, _ link: Int, network: RoutingNetwork, price: Int64) -> Int64 {
        guard network.isUsable(link) else { return PathTree.unreachable }
        let weight = weights[metric / Self.levelCount]
        let latency = network.latency[link]
        let base = (weight + carriage) * latency + price
        let loss = network.loss[link]
        switch metric % Self.levelCount {
        case 0: return base
        case 1: return min(Self.longest, base + Int64(clamping: Int128(loss) * Int128(lossWorth) >> 16))
        case 2: return min(Self.longest, base + Int64(clamping: Int128(loss) * Int128(lossWorth) >> 12))
        default: return loss << 10 + latency >> 17
        }
    }

    /// Takes up what changed at some links, and drops the trees that it may change.
    ///
    /// A longer link matters to trees that use it; a shorter one to trees in which it would be a shortcut.
    /// - Complexity: O(known trees * links).
    mutating func update(_ links: [Int], network: RoutingNetwork, prices: [Int64]) {
        for metric in lengths.indices where !lengths[metric].isEmpty {
            var changes: [(link: Int, length: Int64, isLonger: Bool)] = []
            for link in links {
                let length = length(metric, link, network: network, price: prices[link])
                let before = lengths[metric][link]
                guard length != before else { continue }
                lengths[metric][link] = length
                changes.append((link, length, length > before))
            }
            guard !changes.isEmpty else { continue }
            for source in trees[metric].indices {
                guard let tree = trees[metric][source] else { continue }
                let matters = changes.contains { change in
                    let to = Int(network.to[change.link])
                    if change.isLonger { return tree.link[to] == Int32(change.link) }
                    let from = tree.length[Int(network.from[change.link])]
                    return from < PathTree.unreachable && from + change.length < tree.length[to]
                }
                if matters { trees[metric][source] = nil }
            }
        }
    }
}
