extension CertificateChecker {
    /// Checks the answer to a multicommodity problem: every path, every load, the objective, and the bound or the proof
    /// that there is no routing.
    ///
    /// - Complexity: O(links on paths + sources * (n + m) log n).
    public func verify(_ problem: MulticommodityProblem, _ result: MulticommodityResult) -> Verification {
        var verification = Verification()
        if let routes = result.routes {
            check(routes, of: problem, claiming: result, into: &verification)
        } else {
            verification.expect(
                result.objective == nil && result.linkLoads == nil, "an objective or loads without routes")
        }
        var provesInfeasible = false
        switch result.certificate {
        case .linkPrices(let prices):
            verification.provedBound = bound(at: prices, of: problem, into: &verification)
        case .metric(let lengths):
            provesInfeasible = isViolated(lengths, in: problem, into: &verification)
        case .none: break
        }
        if let bound = result.bound {
            let proved = verification.provedBound ?? -.infinity
            verification.expect(
                bound <= proved + tolerance * max(problem.costUnit, abs(proved)),
                "bound \(bound) is not proved, only \(proved)")
        }
        switch result.termination {
        case .optimal:
            guard let objective = result.objective, let proved = verification.provedBound else {
                verification.fail("optimal without routes or without a proved bound")
                break
            }
            verification.expect(
                objective - proved <= optimalityGap * max(problem.costUnit, abs(proved)),
                "the prices prove \(proved), too far below the objective \(objective) to be called optimal")
        case .infeasible:
            verification.expect(provesInfeasible, "infeasible, but the lengths do not prove it")
            verification.expect(result.routes == nil, "infeasible with routes")
        case .feasible: verification.expect(result.routes != nil, "feasible without routes")
        case .unbounded: verification.fail("unbounded; no cost is negative")
        case .limitReached, .cancelled, .unverified: break
        }
        return verification
    }

    // MARK: Routes

    private func check(
        _ routes: [PathFlow], of problem: MulticommodityProblem, claiming result: MulticommodityResult,
        into verification: inout Verification
    ) {
        let unit = problem.volumeUnit
        var routed = Array(repeating: 0.0, count: problem.commodities.count)
        var loads = Array(repeating: 0.0, count: problem.links.count)
        for (index, route) in routes.enumerated() {
            guard routed.indices.contains(route.commodity) else {
                return verification.fail("route \(index) is of no commodity")
            }
            guard route.volume >= 0, route.volume.isFinite else {
                return verification.fail("route \(index) carries \(route.volume)")
            }
            let commodity = problem.commodities[route.commodity]
            var node = commodity.source
            for link in route.links {
                guard loads.indices.contains(Int(link)), problem.links[Int(link)].tail == node else {
                    return verification.fail("route \(index) takes link \(link), which does not leave node \(node)")
                }
                node = problem.links[Int(link)].head
                loads[Int(link)] += route.volume
            }
            verification.expect(node == commodity.target, "route \(index) ends at \(node), not \(commodity.target)")
            routed[route.commodity] += route.volume
        }
        var cost = 0.0
        for (index, link) in problem.links.enumerated() {
            verification.expect(
                loads[index] <= link.capacity + tolerance * max(unit, link.capacity),
                "link \(index) carries \(loads[index]), more than \(link.capacity)")
            cost += link.cost(ofLoad: loads[index])
        }
        for (index, commodity) in problem.commodities.enumerated() {
            let slack = tolerance * max(unit, commodity.volume)
            let dropped = commodity.volume - routed[index]
            verification.expect(dropped >= -slack, "commodity \(index) is routed more than once")
            if commodity.dropPenalty == .infinity {
                verification.expect(dropped <= slack, "commodity \(index) lacks \(dropped) of its volume")
            } else {
                cost += commodity.dropPenalty * max(0, dropped)
            }
        }
        guard let objective = result.objective, let claimed = result.linkLoads, claimed.count == loads.count else {
            return verification.fail("routes without an objective or without one load a link")
        }
        verification.expect(
            abs(objective - cost) <= tolerance * max(problem.costUnit, abs(cost)),
            "objective \(objective), recomputed \(cost)")
        for (index, load) in loads.enumerated() {
            verification.expect(
                abs(load - claimed[index]) <= tolerance * max(unit, load),
                "link \(index) does not carry \(claimed[index])"
            )
        }
    }

    // MARK: Proofs

    /// The bound that link prices prove; `nil` when they are no prices.
    private func bound(
        at prices: [Double], of problem: MulticommodityProblem, into verification: inout Verification
    ) -> Double? {
        guard isWeights(prices, of: problem, into: &verification) else { return nil }
        let lengths = zip(problem.links, prices).map { $0.cost + $1 }
        var bound = 0.0
        for (commodity, distance) in zip(problem.commodities, distances(lengths, of: problem))
        where commodity.volume > 0 {
            bound += commodity.volume * min(distance, commodity.dropPenalty)
        }
        for (link, price) in zip(problem.links, prices) {
            // The load that gains most fills the steps whose slope lies below the price.
            var slope = 0.0
            var start = 0.0
            let steps = link.congestion + [.init(start: link.capacity, slope: .infinity)]
            for step in steps {
                if price > slope { bound -= (price - slope) * (step.start - start) }
                (start, slope) = (step.start, step.slope)
            }
        }
        return bound
    }

    /// Whether what must be routed needs more room than there is, room being measured by these lengths.
    private func isViolated(
        _ lengths: [Double], in problem: MulticommodityProblem, into verification: inout Verification
    ) -> Bool {
        guard isWeights(lengths, of: problem, into: &verification) else { return false }
        var needed = 0.0
        for (commodity, distance) in zip(problem.commodities, distances(lengths, of: problem))
        where commodity.dropPenalty == .infinity && commodity.volume > 0 {
            needed += commodity.volume * distance
        }
        var room = 0.0
        for (link, length) in zip(problem.links, lengths) where length > 0 { room += length * link.capacity }
        return needed > room + tolerance * room
    }

    private func isWeights(
        _ weights: [Double], of problem: MulticommodityProblem, into verification: inout Verification
    ) -> Bool {
        verification.expect(
            weights.count == problem.links.count
                && weights.allSatisfy { $0 >= 0 && $0 < MulticommodityProblem.magnitudeLimit },
            "expected one price a link, 0 or more and finite")
    }

    /// The length of a shortest path of each commodity, by a plain Dijkstra a source.
    private func distances(_ lengths: [Double], of problem: MulticommodityProblem) -> [Double] {
        var leaving = Array(repeating: [Int](), count: problem.nodeCount)
        for (index, link) in problem.links.enumerated() { leaving[Int(link.tail)].append(index) }
        var bySource: [Int32: [Int]] = [:]
        for (index, commodity) in problem.commodities.enumerated() {
            bySource[commodity.source, default: []].append(index)
        }
        var answer = Array(repeating: Double.infinity, count: problem.commodities.count)
        for (source, commodities) in bySource {
            var distance = Array(repeating: Double.infinity, count: problem.nodeCount)
            var queue = NearestFirst()
            distance[Int(source)] = 0
            queue.insert(0, Int(source))
            while let (reached, node) = queue.removeNearest() {
                guard reached == distance[node] else { continue }
                for index in leaving[node] {
                    let head = Int(problem.links[index].head)
                    guard reached + lengths[index] < distance[head] else { continue }
                    distance[head] = reached + lengths[index]
                    queue.insert(distance[head], head)
                }
            }
            for index in commodities { answer[index] = distance[Int(problem.commodities[index].target)] }
        }
        return answer
    }
}

/// A textbook binary heap of nodes by distance.
private struct NearestFirst {
    private var entries: [(distance: Double, node: Int)] = []

    mutating func insert(_ distance: Double, _ node: Int) {
        entries.append((distance, node))
        var child = entries.count - 1
        while child > 0, entries[child].distance < entries[(child - 1) / 2].distance {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeNearest() -> (Double, Int)? {
        guard let top = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return (top.distance, top.node) }
        entries[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].distance < entries[least].distance {
                least = child
            }
            guard least != parent else { break }
            entries.swapAt(parent, least)
            parent = least
        }
        return (top.distance, top.node)
    }
}
