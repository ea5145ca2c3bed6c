extension RoutingState {
    /// Builds a tree from the cached paths into `scratch`: at the least level of care about loss at which nobody loses
    /// too much, else where the fewest do.
    mutating func buildCachedTree(_ stream: RoutingStream, from source: Int) -> TreeDefects {
        statistics.trees += 1
        let metric = paths.metric(ofWeight: stream.latencyWeight)
        var best = attach(stream, from: source, metric: metric)
        guard best.lossy > 0 else { return best }
        var level = 1
        var bestLevel = 0
        while level < PathCache.levelCount, best.lossy > 0 {
            let defects = attach(stream, from: source, metric: metric + level)
            if defects < best { (best, bestLevel) = (defects, level) }
            level += 1
        }
        if bestLevel != level - 1 { best = attach(stream, from: source, metric: metric + bestLevel) }
        return best
    }

    /// Attaches the receivers one by one, the nearest first, each from the source or from a receiver on the tree,
    /// whichever is cheaper: on the way from the source it joins the tree where the paths part, so that hops that are
    /// shared are paid once.
    private mutating func attach(_ stream: RoutingStream, from source: Int, metric: Int) -> TreeDefects {
        let tree = paths.tree(metric, from: source, network: network, prices: postedPrices)
        let receivers = stream.receivers
        scratch.begin(at: source)
        let isPlain = receivers.count <= 2 || metric % PathCache.levelCount == PathCache.levelCount - 1
        if isPlain {
            for receiver in receivers { _ = scratch.add(receiver, along: tree, network: network) }
        } else {
            attachByDistance(stream, tree: tree, metric: metric)
        }
        return scratch.defects(receivers: receivers, tolerance: stream.lossTolerance)
    }

    private mutating func attachByDistance(_ stream: RoutingStream, tree: PathTree, metric: Int) {
        let source = scratch.source
        let order = stream.receivers.filter { $0 != source && tree.length[$0] < PathTree.unreachable }.sorted {
            (tree.length[$0], $0) < (tree.length[$1], $1)
        }
        var attached: [(site: Int, tree: PathTree)] = []
        for receiver in order {
            var least = tree.length[receiver]
            var via = -1
            for (number, other) in attached.enumerated() {
                let length = stream.latencyWeight * scratch.delay[other.site] + other.tree.length[receiver]
                if length < least { (least, via) = (length, number) }
            }
            _ = scratch.add(receiver, along: via < 0 ? tree : attached[via].tree, network: network)
            if let own = paths.knownTree(metric, from: receiver) { attached.append((receiver, own)) }
        }
    }

    /// The tree that is best for a source at the present loads, in `candidate`; the tree's own load is taken off
    /// before. Lengths are exact for its rate. Two ways of building it are compared.
    ///
    /// - Complexity: O(receivers * (sites + links) log sites).
    mutating func buildExactTree(_ stream: RoutingStream, from source: Int, rate: Int64) -> TreeDefects {
        let lengths = exactLengths(weight: stream.latencyWeight, rate: rate, level: 0)
        let receivers = stream.receivers.filter { $0 != source }
        let tree = search.tree(from: source, network: network, lengths: lengths, targets: receivers)
        candidate.begin(at: source)
        for receiver in receivers { _ = candidate.add(receiver, along: tree, network: network) }
        let joined = candidate
        let joinedDefects = joined.defects(receivers: receivers, tolerance: stream.lossTolerance)
        let joinedCost = exactCost(joined, stream: stream, rate: rate)
        // Where load has no price, sharing hops gains nothing that shortest paths do not have.
        let isPriced = joined.links.contains { averagePrice(adding: rate, to: Int($0)) > 0 }
        guard isPriced || joinedDefects.lossy > 0 || options.carriage > stream.latencyWeight / 8 else {
            return joinedDefects
        }
        growExactTree(stream, from: source, lengths: lengths, receivers: receivers)
        let grownDefects = candidate.defects(receivers: receivers, tolerance: stream.lossTolerance)
        let grownCost = exactCost(candidate, stream: stream, rate: rate)
        var best = grownDefects
        if joinedDefects < grownDefects || (joinedDefects == grownDefects && joinedCost <= grownCost) {
            candidate = joined
            best = joinedDefects
        }
        guard best.lossy > 0 else { return best }
        let found = candidate
        for level in 1..<PathCache.levelCount {
            let careful = exactLengths(weight: stream.latencyWeight, rate: rate, level: level)
            let tree = search.tree(from: source, network: network, lengths: careful, targets: receivers)
            candidate.begin(at: source)
            for receiver in receivers { _ = candidate.add(receiver, along: tree, network: network) }
            let defects = candidate.defects(receivers: receivers, tolerance: stream.lossTolerance)
            if defects < best { return defects }
        }
        candidate = found
        return best
    }

    /// Takahashi and Matsuyama's heuristic with delays: the receiver that is cheapest to reach from any site of the
    /// tree comes next; starting at a site costs the delay that the tree has there.
    private mutating func growExactTree(
        _ stream: RoutingStream, from source: Int, lengths: [Int64], receivers: [Int]
    ) {
        candidate.begin(at: source)
        var missing = receivers
        var starts = [source]
        while !missing.isEmpty {
            var tree = PathTree(
                link: Array(repeating: -1, count: siteCount),
                length: Array(repeating: PathTree.unreachable, count: siteCount))
            for start in starts { tree.length[start] = stream.latencyWeight * candidate.delay[start] }
            search.extendToNearest(&tree, from: starts, network: network, lengths: lengths, targets: missing)
            let nearest = missing.filter { tree.length[$0] < PathTree.unreachable }.min {
                (tree.length[$0], $0) < (tree.length[$1], $1)
            }
            guard let nearest else { return }
            let known = candidate.links.count
            guard candidate.add(nearest, along: tree, network: network) else { return }
            for link in candidate.links[known...] { starts.append(Int(network.to[Int(link)])) }
            missing.removeAll { candidate.reaches($0) }
        }
    }

    private func exactLengths(weight: Int64, rate: Int64, level: Int) -> [Int64] {
        (0..<network.linkCount).map { link in
            guard network.isUsable(link) else { return PathTree.unreachable }
            let latency = network.latency[link]
            let price = averagePrice(adding: rate, to: link)
            let base = (weight + options.carriage) * latency + price
            switch level {
            case 0: return base
            case 1, 2:
                let factor = Int128(level == 1 ? 1 : 16) * Int128(paths.lossWorth)
                return min(Int64(1) << 43, base + Int64(clamping: Int128(network.loss[link]) * factor >> 16))
            default: return network.loss[link] << 10 + latency >> 17
            }
        }
    }

    /// What a tree would cost all in all at the present loads, which do not have it in them.
    func exactCost(_ tree: TreeScratch, stream: RoutingStream, rate: Int64) -> Int128 {
        let cost = tree.cost(
            receivers: stream.receivers, weight: stream.latencyWeight, carriage: options.carriage, network: network)
        var total = Int128(rate) * (cost.latency + cost.carriage)
        for link in tree.links.map({ Int($0) }) {
            let capacity = network.capacity[link]
            total +=
                congestion.cost(loads[link] + rate, capacity: capacity)
                - congestion.cost(loads[link], capacity: capacity)
        }
        return total
    }
}
