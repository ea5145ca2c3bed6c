public import Optimization

extension RoutingState {
    /// What a rebalancing did.
    public struct Rebalance: Sendable, Hashable {
        /// Trees that were looked at.
        public var examined = 0
        /// Trees that a cheaper one took the place of.
        public var rerouted = 0
        /// The keys of their sessions, ascending.
        public var keys: [Int] = []
        /// Whether every tree was looked at since the last gain. Another call may still find one, from shortest paths that
        /// are known by then.
        public var isSettled = false
    }

    /// Reroutes trees that gain, one at a time, until none does or the budget is spent.
    ///
    /// Every reroute lowers the total cost, which is convex in the loads (a potential game, Rosenthal 1973): so it ends.
    /// Trees over priced links come first, those over the dearest links before the others; then all sessions in turn,
    /// from where the last call stopped.
    /// - Parameters:
    ///   - budget: The most trees to look at.
    ///   - monitor: Watched after every tree.
    public mutating func rebalance(budget: Int, monitor: StopMonitor? = nil) -> Rebalance {
        var report = Rebalance()
        var keys: Set<Int> = []
        post()
        var goesOn = rebalanceHotLinks(budget: budget, monitor: monitor, report: &report, keys: &keys)
        var quiet = 0
        while goesOn, quiet < sessions.count, report.examined < budget {
            if cursor >= sessions.count { cursor = 0 }
            let isBetter = examine(cursor, onlyPriced: false, budget: budget, report: &report, keys: &keys)
            quiet = isBetter ? 0 : quiet + 1
            if report.examined < budget { cursor += 1 }
            goesOn = monitor?.stopReason == nil
            // Settled means settled at the prices of the loads that there are.
            if quiet >= sessions.count, post() { quiet = 0 }
            if quiet % 64 == 63 { postIfDue() }
        }
        report.isSettled = goesOn && quiet >= sessions.count && report.examined < budget
        report.keys = keys.sorted()
        return report
    }

    private mutating func rebalanceHotLinks(
        budget: Int, monitor: StopMonitor?, report: inout Rebalance, keys: inout Set<Int>
    ) -> Bool {
        var isSeen: Set<Int32> = []
        for link in hotLinks() {
            for slot in users[Int(network.from[link])].sorted() where !isSeen.contains(slot) {
                guard sessions[Int(slot)].links.contains(Int32(link)) else { continue }
                isSeen.insert(slot)
                guard report.examined < budget, monitor?.stopReason == nil else { return false }
                _ = examine(Int(slot), onlyPriced: true, budget: budget, report: &report, keys: &keys)
            }
            postIfDue()
        }
        return monitor?.stopReason == nil
    }

    /// The links that have a price at the present loads, the dearest first.
    private func hotLinks() -> [Int] {
        var hot: [(price: Int64, link: Int)] = []
        for link in loads.indices where network.capacity[link] != CongestionTable.unlimited {
            let price = congestion.marginal(loads[link], capacity: network.capacity[link])
            if price > 0 { hot.append((price, link)) }
        }
        hot.sort { (left, right) -> Bool in
            left.price != right.price ? left.price > right.price : left.link < right.link
        }
        return hot.map(\.link)
    }

    /// Looks at a session's trees; says whether one was replaced.
    private mutating func examine(
        _ slot: Int, onlyPriced: Bool, budget: Int, report: inout Rebalance, keys: inout Set<Int>
    ) -> Bool {
        guard sessions[slot].trees.contains(where: { $0.count > 0 || !$0.defects.isNone }) else { return false }
        var session = RoutingSession()
        swap(&session, &sessions[slot])
        defer { swap(&session, &sessions[slot]) }
        var isBetter = false
        for tree in session.trees.indices where report.examined < budget {
            guard !onlyPriced || session.links[session.range(tree)].contains(where: { isPriced(Int($0)) }) else {
                continue
            }
            report.examined += 1
            guard improve(tree, of: &session) else { continue }
            report.rerouted += 1
            isBetter = true
        }
        if isBetter {
            keys.insert(session.key)
            session.version += 1
            register(&session, slot: slot)
        }
        return isBetter
    }

    /// Puts a cheaper tree in the place of one, if there is one; says so.
    mutating func improve(_ tree: Int, of session: inout RoutingSession) -> Bool {
        statistics.examined += 1
        let stream = session.stream(of: tree)
        let source = session.source(of: tree)
        let old = Array(session.links[session.range(tree)])
        for link in old { addLoad(-source.rate, to: Int(link)) }
        scratch.begin(at: source.site)
        for link in old { scratch.append(Int(link), network: network) }
        let oldCost = scratch.cost(
            receivers: stream.receivers, weight: stream.latencyWeight, carriage: options.carriage, network: network)
        let oldTotal = exactCost(scratch, stream: stream, rate: source.rate)
        var oldDefects = scratch.defects(receivers: stream.receivers, tolerance: stream.lossTolerance)
        let isBroken = old.contains { !network.isUsable(Int($0)) }
        if isBroken { oldDefects.unreached = .max }

        var newDefects = buildCachedTree(stream, from: source.site)
        var newTotal = exactCost(scratch, stream: stream, rate: source.rate)
        var isNew = newDefects < oldDefects || (newDefects == oldDefects && newTotal < oldTotal)
        if needsExactTree(old: isBroken ? [] : old, isNew: isNew, rate: source.rate) {
            let defects = buildExactTree(stream, from: source.site, rate: source.rate)
            let total = exactCost(candidate, stream: stream, rate: source.rate)
            let isBetter =
                isNew
                ? defects < newDefects || (defects == newDefects && total < newTotal)
                : defects < oldDefects || (defects == oldDefects && total < oldTotal)
            if isBetter {
                swap(&scratch, &candidate)
                (newDefects, newTotal, isNew) = (defects, total, true)
            }
        }
        guard isNew else {
            for link in old { addLoad(source.rate, to: Int(link)) }
            return false
        }
        let cost = scratch.cost(
            receivers: stream.receivers, weight: stream.latencyWeight, carriage: options.carriage, network: network)
        let (felt, carried) = (
            Int128(source.rate) * (cost.latency - oldCost.latency),
            Int128(source.rate) * (cost.carriage - oldCost.carriage)
        )
        session.latencyCost += felt
        session.carriageCost += carried
        latencyCost += felt
        carriageCost += carried
        session.replace(tree, by: scratch.links, defects: newDefects)
        for link in scratch.links { addLoad(source.rate, to: Int(link)) }
        statistics.rerouted += 1
        return true
    }

    /// Whether load on the link costs something beyond its latency.
    private func isPriced(_ link: Int) -> Bool {
        postedPrices[link] > 0 || congestion.marginal(loads[link], capacity: network.capacity[link]) > 0
    }

    /// What `rate` more units on a link cost each, on the average.
    func averagePrice(adding rate: Int64, to link: Int) -> Int64 {
        let range = priceRanges[link]
        if range.contains(loads[link]), loads[link] + rate <= range.upperBound { return postedPrices[link] }
        return congestion.averagePrice(adding: rate, to: loads[link], capacity: network.capacity[link])
    }

    /// Whether prices at the tree's own rate differ from the posted ones somewhere on the trees in hand: only then can
    /// a search of its own find better.
    private func needsExactTree(old: [Int32], isNew: Bool, rate: Int64) -> Bool {
        func differs(_ link: Int32) -> Bool {
            averagePrice(adding: rate, to: Int(link)) != postedPrices[Int(link)]
        }
        return old.contains(where: differs) || scratch.links.contains(where: differs)
    }

    /// Takes up the marginal prices at the present loads; says whether any price changed.
    @discardableResult
    mutating func post() -> Bool {
        guard !pendingLinks.isEmpty else { return false }
        var isNew = false
        let links = pendingLinks.map { Int($0) }.sorted()
        pendingLinks.removeAll(keepingCapacity: true)
        for link in links {
            isPending[link] = false
            let price = congestion.marginal(loads[link], capacity: network.capacity[link])
            if price != postedPrices[link] { isNew = true }
            postedPrices[link] = price
            priceRanges[link] = congestion.range(of: loads[link], capacity: network.capacity[link])
        }
        paths.update(links, network: network, prices: postedPrices)
        return isNew
    }

    mutating func postIfDue() {
        if pendingLinks.count >= options.pendingPriceLimit { post() }
    }
}
