internal import Optimization

extension RoutingNetwork {
    /// The prices scaled to lengths, if as such they prove that there is no routing: what must be routed needs more room
    /// than there is. `nil` when they do not.
    ///
    /// - Complexity: one search a source.
    func violatedMetric(_ prices: [Double], monitor: StopMonitor) -> [Double]? {
        // Room on unlimited links must be free.
        let candidates = zip(prices, problem.links).map { $1.capacity < .infinity ? $0 : 0 }
        guard let top = candidates.max(), top > 0, let relaxed = feasibilityProblem else { return nil }
        let lengths = candidates.map { $0 / top }
        var unused = PathPool(relaxed)
        guard
            let pricing = PathOracle(relaxed, monitor: monitor).price(
                lengths, pool: &unused, tolerance: .infinity, monitor: monitor)
        else { return nil }
        let room = zip(lengths, problem.links).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1.capacity : 0) }
        // A checker takes less for rounding.
        return pricing.bound > 1.05e-9 * room ? lengths : nil
    }

    /// The problem of routing at all: nothing costs anything, and what may be dropped is. Its Lagrangian bound at link
    /// prices is positive just when they are a metric that no routing satisfies.
    var feasibilityProblem: RoutingNetwork? {
        let links = problem.links.map {
            MulticommodityProblem.Link(tail: Int($0.tail), head: Int($0.head), capacity: $0.capacity, cost: 0)
        }
        let commodities = problem.commodities.map {
            var commodity = $0
            if commodity.dropPenalty < .infinity { commodity.volume = 0 }
            return commodity
        }
        return (try? MulticommodityProblem(nodeCount: problem.nodeCount, links: links, commodities: commodities))
            .map(RoutingNetwork.init)
    }
}
