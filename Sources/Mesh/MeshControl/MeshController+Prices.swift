import MeshPlanning
import MeshTypes

extension MeshController {
    /// How often a first plan goes through the sessions that are not settled, at most.
    private static let settlingRounds = 6
    /// The part of what is wished for at a sold-out site that its price rises by.
    private static let priceStep = 0.1
    /// Cost over bound up to which a session counts as settled.
    private static let settledGap = 1.005

    /// Raises the price of sold-out sites towards what others would have gained there, and lets it fall where servers are free.
    ///
    /// - Returns: the sites whose price rose.
    @discardableResult
    mutating func preparePrices() -> Set<Int32> {
        var raised: Set<Int32> = []
        for site in world.pool.entries.indices {
            let entry = world.pool.entries[site]
            if entry.free == 0, entry.usable > 0, let wish = wishes[site] {
                // A step towards the wish, but none that is large beside what the site costs already: sessions plan side by side, and
                // all would leave at once.
                let step = Self.priceStep * min(wish, 4 * (entry.price + entry.scarcity) + 100)
                world.pool.entries[site].scarcity = entry.scarcity + step
                raised.insert(Int32(site))
            } else if entry.scarcity > 0, entry.free > 0 {
                // A few free servers among many are churn; where half are, nothing is scarce. Sold out, the price stands.
                let free = Double(entry.free) / Double(max(1, entry.usable))
                let fallen = entry.scarcity * (1 - 0.5 * min(1, 2 * free))
                world.pool.entries[site].scarcity = fallen < 1e-3 ? 0 : fallen
            }
        }
        wishes.removeAll(keepingCapacity: true)
        return raised
    }

    /// Goes on after a first plan, in which sessions took servers in the order in which they came and looked at few sites: prices of
    /// sold-out sites rise, and those plan again who hold servers there or want some, and those whose certificates found sites that
    /// they lack. Nobody has to move for it yet; later ticks take one such step each, which is enough where little changes.
    ///
    /// - Complexity: a round as a plan of the sessions concerned; ends with the rounds, the time, or when few are.
    mutating func settleFirstPlan(
        _ planners: [TickPlanner], _ gauge: inout WorkGauge, _ report: inout TickReport
    ) -> [Directive] {
        guard tally.newSessions * 2 > sessionNumbers.count else { return [] }
        var directives: [Directive] = []
        for _ in 0..<Self.settlingRounds where !gauge.isOver {
            let raised = preparePrices()
            var concerned = 0
            for (number, session) in sessions.enumerated() {
                guard let session else { continue }
                let figures = session.figures
                guard
                    figures.unserved > 0 || figures.pricedTotal > Self.settledGap * figures.facilityBound
                        || session.holdings.contains(where: { raised.contains($0.site) })
                else { continue }
                queue.add(number, isUrgent: figures.unserved > 0)
                concerned += 1
            }
            directives += planWaiting(planners, &gauge, &report)
            guard concerned * 20 > sessionNumbers.count else { break }
        }
        return directives
    }
}
