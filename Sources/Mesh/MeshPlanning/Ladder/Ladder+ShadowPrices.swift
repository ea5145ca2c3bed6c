import MeshTypes
import Optimization

extension Ladder {
    /// The most sessions that are asked what a server at a site would be worth to them.
    private static let bidderLimit = 12

    /// What one more free server would save, by site: only where all are rented can it save anything.
    ///
    /// An estimate from below: each session that wants the site is planned anew with the server, the others staying as
    /// they are; the highest saving counts. Stops when it must, with the sites that it came to.
    func shadowPrices() -> [SiteID: Double] {
        var prices: [SiteID: Double] = [:]
        let bidders = sessionsInNeed()
        for site in world.sites.indices where free[site] == 0 && world.sites[site].freeServers > 0 {
            var best = 0.0
            for index in bidders.lazy.filter({ wants($0, site) }).prefix(Self.bidderLimit) {
                if monitor.stopReason != nil { return prices }
                var available = zip(free, drafts[index].servers).map { $0 + $1 }
                available[site] += 1
                best = max(best, drafts[index].objective - replanned(index, available: available).objective)
            }
            if best > 1e-6 { prices[world.sites[site].id] = best }
        }
        return prices
    }
}
