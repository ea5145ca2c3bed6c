internal import Optimization

/// The paths that are known, and what flows on each: the columns of the routing problem.
///
/// Paths lie one after the other in one array. Those of a commodity are chained, newest first. A commodity that may be
/// dropped has, as its first path, one without links that costs its penalty.
struct PathPool: Sendable {
    /// The links of all paths; path `p` takes `links[starts[p] ..< starts[p + 1]]`.
    private(set) var links: [Int32] = []
    private(set) var starts: [Int32] = [0]
    /// The commodity of each path, and the next older path of the same commodity (-1 for none).
    private(set) var commodities: [Int32] = []
    private(set) var olderPaths: [Int32] = []
    /// The newest path of each commodity; -1 while it has none.
    private(set) var newestPaths: [Int32]
    /// What a unit costs on each path apart from its links: 0, or the penalty of dropping it.
    private(set) var baseCosts: [Double] = []
    /// What flows on each path.
    var flows: [Double] = []
    /// The round in which each path was last of use.
    private(set) var lastUses: [Int32] = []
    /// The present round.
    var round: Int32 = 0

    /// How many paths there are.
    var count: Int { commodities.count }

    init(_ network: RoutingNetwork) {
        newestPaths = Array(repeating: -1, count: network.problem.commodities.count)
        for commodity in network.routable where network.problem.commodities[Int(commodity)].dropPenalty < .infinity {
            let penalty = network.problem.commodities[Int(commodity)].dropPenalty
            add([Int32](), to: Int(commodity), baseCost: penalty)
        }
    }

    /// Adds a path, without flow.
    mutating func add(_ path: some Sequence<Int32>, to commodity: Int, baseCost: Double = 0) {
        links.append(contentsOf: path)
        starts.append(Int32(links.count))
        commodities.append(Int32(commodity))
        olderPaths.append(newestPaths[commodity])
        newestPaths[commodity] = Int32(count - 1)
        baseCosts.append(baseCost)
        flows.append(0)
        lastUses.append(round)
    }

    /// Takes over the routes of an earlier solve where they still lead from source to target; a commodity whose volume
    /// has changed keeps the shares of its paths.
    mutating func adopt(_ routes: [PathFlow], of network: RoutingNetwork) {
        var routed = Array(repeating: 0.0, count: newestPaths.count)
        let first = count
        for route in routes where newestPaths.indices.contains(route.commodity) && !route.links.isEmpty {
            let commodity = network.problem.commodities[route.commodity]
            guard commodity.volume > 0, route.volume > 0, network.leads(route.links, along: commodity) else { continue }
            add(route.links, to: route.commodity)
            flows[count - 1] = route.volume
            routed[route.commodity] += route.volume
        }
        for path in first..<count {
            let commodity = Int(commodities[path])
            flows[path] *= network.problem.commodities[commodity].volume / routed[commodity]
        }
    }

    /// Takes over the drop penalties of a problem that has the same commodities.
    mutating func refreshBaseCosts(_ network: RoutingNetwork) {
        for path in 0..<count where isDrop(path) {
            baseCosts[path] = network.problem.commodities[Int(commodities[path])].dropPenalty
        }
    }

    /// Forgets the paths without flow that were of no use for `age` rounds; those that stay keep their order.
    mutating func forgetIdlePaths(age: Int32) {
        for path in 0..<count where flows[path] > 0 || isDrop(path) { lastUses[path] = round }
        guard lastUses.contains(where: { $0 + age <= round }) else { return }
        let old = self
        (links, starts, commodities, olderPaths) = ([], [0], [], [])
        (baseCosts, flows, lastUses) = ([], [], [])
        for commodity in newestPaths.indices { newestPaths[commodity] = -1 }
        for path in 0..<old.count where old.lastUses[path] + age > old.round {
            add(old.links[old.slots(of: path)], to: Int(old.commodities[path]), baseCost: old.baseCosts[path])
            flows[count - 1] = old.flows[path]
            lastUses[count - 1] = old.lastUses[path]
        }
    }

    /// The links of a path.
    @inline(__always)
    func slots(of path: Int) -> Range<Int> { Int(starts[path])..<Int(starts[path + 1]) }

    /// Whether a path stands for dropping the commodity.
    @inline(__always)
    func isDrop(_ path: Int) -> Bool { starts[path] == starts[path + 1] }

    /// What a unit costs on a path when links cost `weights`.
    @inline(__always)
    func price(of path: Int, weights: [Double]) -> Double {
        var total = baseCosts[path]
        for slot in slots(of: path) { total += weights[Int(links[slot])] }
        return total
    }

    /// What flows on all paths of a commodity, what is dropped included.
    func flow(of commodity: Int) -> Double {
        var (total, path) = (0.0, Int(newestPaths[commodity]))
        while path >= 0 {
            total += flows[path]
            path = Int(olderPaths[path])
        }
        return total
    }

    /// What flows on the paths of a commodity that lead somewhere.
    func routed(of commodity: Int) -> Double {
        var (total, path) = (0.0, Int(newestPaths[commodity]))
        while path >= 0 {
            if !isDrop(path) { total += flows[path] }
            path = Int(olderPaths[path])
        }
        return total
    }

    /// The paths of a commodity, newest first.
    func paths(of commodity: Int) -> [Int] {
        var found: [Int] = []
        var path = newestPaths[commodity]
        while path >= 0 {
            found.append(Int(path))
            path = olderPaths[Int(path)]
        }
        return found
    }

    /// The load of each link.
    func loads(linkCount: Int) -> [Double] {
        var loads = Array(repeating: 0.0, count: linkCount)
        for path in 0..<count where flows[path] > 0 {
            for slot in slots(of: path) { loads[Int(links[slot])] += flows[path] }
        }
        return loads
    }
}
