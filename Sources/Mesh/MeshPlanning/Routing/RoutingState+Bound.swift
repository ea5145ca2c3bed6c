public import Optimization

extension RoutingState {
    /// A lower bound on the cost of every routing of the present sessions, and the prices that prove it.
    public struct Certificate: Sendable, Hashable {
        /// Nanoseconds per unit of load, by the caller's link numbers.
        public var prices: [Int64]
        /// The bound, kbit/s * ns; see ``MeshTypes/CongestionCurve``.
        public var bound: Int128
    }

    /// The bound at the marginal prices of the present loads, improved by steps along what the cheapest trees at
    /// those prices would load.
    ///
    /// Each step recomputes the bound and keeps the better one; between steps prices move halfway to the marginal
    /// prices of the mean of the loads so far (Frank and Wolfe's direction, taken in the prices).
    /// - Complexity: O(distinct sources * kinds * (sites + links) log sites) a step, where a kind is a latency weight
    ///   with a number of receivers.
    public func certificate(steps: Int = 0, monitor: StopMonitor? = nil) -> Certificate {
        var prices = loads.indices.map { congestion.marginal(loads[$0], capacity: network.capacity[$0]) }
        let demands = boundDemands()
        var shadow = [Int64](repeating: 0, count: loads.count)
        var best = Certificate(prices: prices, bound: bound(prices, demands: demands, loads: &shadow))
        var mean = loads.map { Double($0) }
        for step in 0..<max(0, steps) {
            if monitor?.stopReason != nil || best.bound >= cost.total { break }
            let share = 1 / Double(step + 2)
            for link in mean.indices {
                mean[link] += share * (Double(shadow[link]) - mean[link])
                prices[link] = congestion.interpolatedPrice(mean[link], capacity: network.capacity[link])
            }
            shadow = Array(repeating: 0, count: loads.count)
            let bound = bound(prices, demands: demands, loads: &shadow)
            if bound > best.bound { best = Certificate(prices: prices, bound: bound) }
        }
        return Certificate(prices: network.places.map { best.prices[Int($0)] }, bound: best.bound)
    }

    /// Streams that are alike for the bound: same source, weight and receivers' count.
    struct BoundDemand {
        var source: Int
        var weight: Int64
        var count: Int64
        /// Rate and receivers of each stream.
        var streams: [(rate: Int64, receivers: [Int])] = []
    }

    private struct BoundKind: Hashable {
        var source: Int
        var weight: Int64
        var count: Int
    }

    func boundDemands() -> [BoundDemand] {
        var numbers: [BoundKind: Int] = [:]
        var demands: [BoundDemand] = []
        for slot in slots.values.sorted() {
            for stream in sessions[Int(slot)].streams {
                for source in stream.sources {
                    let receivers = Set(stream.receivers).subtracting([source.site]).sorted()
                    guard !receivers.isEmpty else { continue }
                    let kind = BoundKind(source: source.site, weight: stream.latencyWeight, count: receivers.count)
                    let number = numbers[kind] ?? demands.count
                    if number == demands.count {
                        numbers[kind] = number
                        demands.append(
                            BoundDemand(source: kind.source, weight: kind.weight, count: Int64(kind.count)))
                    }
                    demands[number].streams.append((source.rate, receivers))
                }
            }
        }
        return demands.sorted { ($0.source, $0.weight, $0.count) < ($1.source, $1.weight, $1.count) }
    }

    /// The bound at some prices; adds to `loads` what trees of the cheapest paths at them carry.
    private func bound(_ prices: [Int64], demands: [BoundDemand], loads: inout [Int64]) -> Int128 {
        var search = PathSearch()
        var scratch = TreeScratch(siteCount: siteCount)
        var total: Int128 = 0
        var known: (source: Int, weight: Int64) = (-1, -1)
        var bare = PathTree(link: [], length: [])
        var full = bare
        for demand in demands {
            if known != (demand.source, demand.weight) {
                known = (demand.source, demand.weight)
                bare = search.tree(
                    from: demand.source, network: network, lengths: boundLengths(demand.weight, 0, nil))
                full = search.tree(
                    from: demand.source, network: network,
                    lengths: boundLengths(demand.weight, options.carriage, prices))
            }
            let shared =
                demand.count == 1
                ? full
                : search.tree(
                    from: demand.source, network: network,
                    lengths: boundLengths(demand.weight * demand.count, options.carriage, prices))
            for (rate, receivers) in demand.streams {
                var (divided, felt, most): (Int128, Int128, Int64) = (0, 0, 0)
                scratch.begin(at: demand.source)
                for receiver in receivers where shared.length[receiver] < PathTree.unreachable {
                    divided += Int128(shared.length[receiver])
                    felt += Int128(bare.length[receiver])
                    most = max(most, full.length[receiver] - bare.length[receiver])
                    _ = scratch.add(receiver, along: full, network: network)
                }
                let scaled = Int128(rate) * divided
                let first = scaled / Int128(demand.count)
                total += max(first, Int128(rate) * (felt + Int128(most)))
                for link in scratch.links { loads[Int(link)] += rate }
            }
        }
        for link in prices.indices { total -= congestion.conjugate(prices[link], capacity: network.capacity[link]) }
        return total
    }

    /// Lengths are cut off so that no sum of them overflows; shorter ones only lower the bound.
    private func boundLengths(_ weight: Int64, _ carriage: Int64, _ prices: [Int64]?) -> [Int64] {
        (0..<network.linkCount).map { link in
            guard network.isUsable(link) else { return PathTree.unreachable }
            let price = prices.map { $0[link] } ?? 0
            let length = Int128(weight + carriage) * Int128(network.latency[link]) + Int128(price)
            return Int64(min(length, Int128(1) << 43))
        }
    }
}
