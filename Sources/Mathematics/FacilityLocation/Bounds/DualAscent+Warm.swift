import Optimization

extension DualAscent {
    /// Starts from prices that were good for a similar problem: what they offer beyond a facility's opening cost is
    /// taken back from all who offer, in proportion, so that no slack is negative. Prices then rise as usual.
    ///
    /// The shrunk prices are feasible in one pass: each offer to a facility shrinks at least to the part that the
    /// facility costs of all that it was offered.
    init(lists: ServiceLists, openingCosts: [Double], repairing prices: [Double]) {
        self.init(lists: lists, openingCosts: openingCosts)
        var offered = Array(repeating: 0.0, count: openingCosts.count)
        for customer in prices.indices {
            for entry in lists.starts[customer]..<lists.starts[customer + 1] {
                let offer = prices[customer] - lists.costs[entry]
                guard offer > 0 else { break }
                offered[Int(lists.facilities[entry])] += offer
            }
        }
        let parts = zip(openingCosts, offered).map { cost, offered in
            offered > max(0, cost) ? max(0, cost) / offered : 1
        }
        for customer in prices.indices where lists.starts[customer] < lists.starts[customer + 1] {
            var price = max(min(prices[customer], lists.ceilings[customer]), lists.costs[lists.starts[customer]])
            let full = price
            for entry in lists.starts[customer]..<lists.starts[customer + 1] {
                let cost = lists.costs[entry]
                guard cost < price else { break }
                let part = parts[Int(lists.facilities[entry])]
                if part < 1 { price = min(price, cost + (full - cost) * part) }
            }
            raise(customer, to: price)
        }
        let excess = 1e-12 * lists.worstCost
        if slacks.contains(where: { $0 < -excess }) {
            self.init(lists: lists, openingCosts: openingCosts)
        }
    }
}
