internal import Optimization

/// Answers the pricing problem: at given link prices, a shortest path for every commodity and the Lagrangian bound.
///
/// One search a source serves all commodities that begin there. On sparse networks that many sources use, the searches
/// are those of a contraction hierarchy, else Dijkstra's.
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

    /// With fewer sources a hierarchy is not worth its building.
    private static let fewestSources = 16

    private let network: RoutingNetwork
    private let search: PathSearch<Double>
    private let labels: TargetLabels?
    /// The hierarchy that is searched, with the weights of the last pricing; `nil` where there is none.
    let hierarchy: ContractionHierarchy?
    private var trace: [Int32] = []
    /// How many times the paths of all commodities were priced.
    private(set) var rounds = 0

    /// How many links, shortcuts among them, were looked at by all searches.
    var linksScanned: Int { search.arcsScanned + (hierarchy?.edgesScanned ?? 0) }

    /// Prepares the searches; where it is stopped on the way, the first pricing says so.
    init(_ network: RoutingNetwork, monitor: StopMonitor) {
        self.network = network
        search = PathSearch(network.graph)
        let targets = Set(network.routable.map { network.problem.commodities[Int($0)].target }).sorted()
        guard network.sourceRanges.count >= Self.fewestSources,
            let hierarchy = ContractionHierarchy(network.graph, monitor: monitor),
            2 * hierarchy.meanSearch < Double(network.linkCount),
            let labels = TargetLabels(hierarchy, targets: targets)
        else {
            (hierarchy, labels) = (nil, nil)
            return
        }
        (self.hierarchy, self.labels) = (hierarchy, labels)
    }

    /// Prices all commodities, and adds to the pool each path that is cheaper than all that the pool holds by more than
    /// `tolerance` times its cost; none with an infinite tolerance. Returns `nil` when stopped.
    func price(
        _ prices: [Double], pool: inout PathPool, tolerance: Double, monitor: StopMonitor
    ) -> Pricing? {
        if monitor.stopReason != nil { return nil }
        rounds += 1
        let weights = zip(network.costs, prices).map { $0 + $1 }
        var meter = SearchMeter(monitor)
        var pricing = Pricing(bound: 0)
        for link in prices.indices where prices[link] > 0 {
            pricing.bound -= network.conjugate(of: link, at: prices[link])
        }
        if let hierarchy, let labels {
            hierarchy.load(costs: weights)
            guard labels.refresh(meter: &meter) else { return nil }
        } else {
            search.load(costs: weights)
        }
        for range in network.sourceRanges {
            if meter.isStopped(after: hierarchy == nil ? network.linkCount : 64) { return nil }
            let source = network.problem.commodities[Int(network.routable[range.lowerBound])].source
            if let hierarchy { hierarchy.search(from: source) } else { search.run(from: Int(source)) }
            for position in range {
                if meter.isStopped(after: 32) { return nil }
                let commodity = Int(network.routable[position])
                let target = network.problem.commodities[commodity].target
                let distance = labels?.distance(to: target) ?? search.distances[target]
                priceCommodity(
                    commodity, distance: distance, weights: weights, pool: &pool, tolerance: tolerance, into: &pricing)
            }
        }
        return pricing
    }

    @inline(__always)
    private func priceCommodity(
        _ commodity: Int, distance: Double, weights: [Double], pool: inout PathPool, tolerance: Double,
        into pricing: inout Pricing
    ) {
        let demand = network.problem.commodities[commodity]
        let best = min(distance, demand.dropPenalty)
        guard best < .infinity else {
            pricing.unreachable = pricing.unreachable ?? commodity
            return
        }
        pricing.bound += demand.volume * best
        guard distance < .infinity, tolerance < .infinity else { return }
        let limit = distance + tolerance * distance
        var path = Int(pool.newestPaths[commodity])
        while path >= 0 {
            if pool.price(of: path, weights: weights) <= limit { return }
            path = Int(pool.olderPaths[path])
        }
        if let hierarchy {
            hierarchy.path(to: demand.target, into: &trace)
            pool.add(trace, to: commodity)
        } else {
            search.traceBack(from: demand.target, into: &trace)
            pool.add(trace.reversed(), to: commodity)
        }
        pricing.addedPaths += 1
    }
}

extension PathSearch {
    /// Fills `trace` with the arcs of the path that the last search found to `node`, last arc first.
    func traceBack(from node: Int32, into trace: inout [Int32]) {
        trace.removeAll(keepingCapacity: true)
        var current = node
        while parentSlots[current] >= 0 {
            let arc = graph.outgoing.arcs[Int(parentSlots[current])]
            trace.append(arc)
            current = graph.tails[Int(arc)]
        }
    }
}
