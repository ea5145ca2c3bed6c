internal import Optimization

/// Answers the pricing problem: at given link prices, a shortest path for every commodity and the Lagrangian bound.
///
/// One search a source serves all commodities that begin there.
final class PathOracle {
    /// What a pricing found.
    struct Pricing {
        /// The Lagrangian bound at the prices; minus infinity where an unlimited link is priced too high.
        var bound: Double
        /// How many paths were added to the pool.
        var addedPaths = 0
        /// A commodity that has no path and may not be dropped.
        var unreachable: Int?
    }

    private let network: RoutingNetwork
    private let search: PathSearch<Double>
    private var trace: [Int32] = []
    /// How many times the paths of all commodities were priced.
    private(set) var rounds = 0

    /// How many links were looked at by all searches.
    var linksScanned: Int { search.arcsScanned }

    init(_ network: RoutingNetwork) {
        self.network = network
        search = PathSearch(network.graph)
    }

    /// Prices all commodities, and adds to the pool each path that is cheaper than all that the pool holds by more than
    /// `tolerance` times its cost. Returns `nil` when stopped.
    func price(
        _ prices: [Double], pool: inout PathPool, tolerance: Double, monitor: StopMonitor
    ) -> Pricing? {
        rounds += 1
        let weights = zip(network.costs, prices).map { $0 + $1 }
        search.load(costs: weights)
        var pricing = Pricing(bound: 0)
        for link in prices.indices where prices[link] > 0 {
            pricing.bound -= network.conjugate(of: link, at: prices[link])
        }
        for range in network.sourceRanges {
            if monitor.stopReason != nil { return nil }
            search.run(from: Int(network.problem.commodities[Int(network.routable[range.lowerBound])].source))
            for position in range {
                priceCommodity(
                    Int(network.routable[position]), weights: weights, pool: &pool, tolerance: tolerance,
                    into: &pricing)
            }
        }
        return pricing
    }

    @inline(__always)
    private func priceCommodity(
        _ commodity: Int, weights: [Double], pool: inout PathPool, tolerance: Double, into pricing: inout Pricing
    ) {
        let demand = network.problem.commodities[commodity]
        let distance = search.distances[demand.target]
        let best = min(distance, demand.dropPenalty)
        guard best < .infinity else {
            pricing.unreachable = pricing.unreachable ?? commodity
            return
        }
        pricing.bound += demand.volume * best
        guard distance < .infinity else { return }
        var cheapest = Double.infinity
        var path = Int(pool.newestPaths[commodity])
        while path >= 0 {
            cheapest = min(cheapest, pool.price(of: path, weights: weights))
            path = Int(pool.olderPaths[path])
        }
        guard distance < cheapest - tolerance * distance else { return }
        traceBack(from: Int(demand.target))
        pool.add(trace.reversed(), to: commodity)
        pricing.addedPaths += 1
    }

    /// Fills `trace` with the links of the path that the last search found to `node`, last link first.
    private func traceBack(from node: Int) {
        trace.removeAll(keepingCapacity: true)
        var current = node
        while search.parentSlots[current] >= 0 {
            let link = network.graph.outgoing.arcs[Int(search.parentSlots[current])]
            trace.append(link)
            current = Int(network.graph.tails[Int(link)])
        }
    }
}
