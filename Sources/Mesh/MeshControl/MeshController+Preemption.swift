import MeshPlanning
import MeshTypes

/// How far one tick goes in taking servers from sessions that pay less.
struct PreemptionLimits {
    /// Servers that may change hands.
    var servers = 16
    /// Exchanges that may be tried, kept or not: each plans two sessions.
    var trials = 12
    /// Members without a server who are looked at, a session.
    static let members = 256
}

extension MeshController {
    /// Servers at a site that a session could give up, and what that would be worth at worst.
    private struct Offer {
        var site: Int32
        var holder: Int
        var servers: Int
        /// What those who could then be served are worth, less what all who lose their server are, as if none of them found another.
        var gain: Double
        /// What the holder pays for each who is left out.
        var price: Double
    }

    /// Lets sessions that lack servers take some from sessions that pay less for each who is left out.
    ///
    /// By what they pay, the dearest first. What is taken counts as failed for those who were there: they are moved without a price
    /// where there is room, else declined. An exchange is planned for both sessions first, and kept if the sum of what both pay for
    /// those who are left out falls; so no tick leaves that sum higher than it was, and sessions that pay the same never take from each
    /// other. What falls short of strict order: where a server carries many who pay little in place of a few who pay more, they
    /// stay.
    ///
    /// - Complexity: O(different prices) when nobody lacks a server or nobody pays less; else O(sessions + their sites), and for a session in
    ///   want O(members looked at * sites) and two plans an exchange, of which there are ``PreemptionLimits``.
    mutating func preempt(_ gauge: inout WorkGauge) -> [Directive] {
        guard servesByPrice, !serving.short.isEmpty, let lowest = serving.lowestPrice else { return [] }
        let waiting = inServingOrder(serving.short.filter { price(of: $0) > lowest })
        guard let highest = waiting.first.map({ price(of: $0) }) else { return [] }
        let holders = holders(payingLessThan: highest)
        var limits = PreemptionLimits()
        var directives: [Directive] = []
        for number in waiting {
            var tried: Set<[Int]> = []
            while limits.servers > 0, limits.trials > 0,
                let offer = bestOffer(for: number, holders, limits.servers, tried)
            {
                let members = (sessions[number]?.members.count ?? 0) + (sessions[offer.holder]?.members.count ?? 0)
                guard gauge.begin(members: members) else { return directives }
                limits.trials -= 1
                if let done = take(offer, for: number) {
                    directives += done
                    limits.servers -= offer.servers
                    tally.explanation.preemptedServers += offer.servers
                } else {
                    tried.insert([Int(offer.site), offer.holder])
                }
                gauge.finish(members: members)
                // One exchange of doubtful use a session and tick; others are tried in the next ones.
                if offer.gain <= 0 { break }
            }
        }
        return directives
    }

    /// Lines up sessions that lack servers once some have become free, those first that pay most for each who is left out: the sweep
    /// would come to them late and in no order.
    ///
    /// - Complexity: O(1) when nobody lacks a server.
    mutating func lineUpShort() {
        guard !serving.short.isEmpty else { return }
        // In turn, as the first may be out of reach of what is free.
        let waiting = inServingOrder(Array(serving.short))
        let start = waiting.count > Self.lineUpLength ? tickNumber * (Self.lineUpLength / 2) % waiting.count : 0
        let half = waiting.prefix(Self.lineUpLength / 2)
        let others = (0..<min(waiting.count, Self.lineUpLength)).map { waiting[(start + $0) % waiting.count] }
        for number in (half + others).prefix(Self.lineUpLength) { queue.add(number) }
    }

    /// The most sessions that are lined up for servers that became free.
    private static let lineUpLength = 16

    private func price(of number: Int) -> Double { sessions[number]?.policy.unservedPrice ?? 0 }

    /// The sessions with servers at each site that pay less than a price.
    private func holders(payingLessThan price: Double) -> [Int32: [Int]] {
        var holders: [Int32: [Int]] = [:]
        for number in sessions.indices where sessions[number] != nil && self.price(of: number) < price {
            for holding in sessions[number]?.holdings ?? [] where holding.servers > 0 {
                holders[holding.site, default: []].append(number)
            }
        }
        return holders
    }

    /// The exchange that would serve a session best; those that may help nobody come last, one a tick in turn.
    private func bestOffer(
        for number: Int, _ holders: [Int32: [Int]], _ most: Int, _ tried: Set<[Int]>
    ) -> Offer? {
        guard let session = sessions[number] else { return nil }
        var offers: [Offer] = []
        for (site, want) in wants(of: session) {
            for holder in holders[site] ?? [] where price(of: holder) < session.policy.unservedPrice {
                guard !tried.contains([Int(site), holder]),
                    let offer = offer(site, holder, want, at: session.policy.unservedPrice, most)
                else { continue }
                offers.append(offer)
            }
        }
        offers.sort { ($1.gain, $0.price, $0.site, $0.holder) < ($0.gain, $1.price, $1.site, $1.holder) }
        if let first = offers.first, first.gain > 0 { return first }
        return offers.isEmpty ? nil : offers[tickNumber % offers.count]
    }

    /// Members without a server, and servers that they need, at each site within their reach where the session may rent more.
    ///
    /// In order of sites.
    private func wants(of session: TickSession) -> [(site: Int32, want: (members: Int, load: Int, servers: Int))] {
        let policy = session.policy
        let rented = session.holdings.reduce(0) { $0 + Int($1.servers) }
        let room = (policy.serverLimit ?? .max) - rented
        guard room > 0 else { return [] }
        let mayOpen = session.holdings.count < (policy.siteLimit ?? .max)
        let component = session.holdings.first { $0.count > 0 }.map { world.pool.entries[Int($0.site)].component }
        let waiting = session.members.lazy.filter { $0.site < 0 }.prefix(PreemptionLimits.members)
        let reaches = waiting.map { member in
            (member, policy.latencyCap(afterWaiting: member.waiting(at: now.milliseconds))?.microseconds ?? .max)
        }
        let members = Array(reaches)
        var wants: [(site: Int32, want: (members: Int, load: Int, servers: Int))] = []
        for site in 0..<world.field.siteCount {
            let entry = world.pool.entries[site]
            guard entry.usable > 0, entry.rented <= entry.usable, component.map({ $0 == entry.component }) ?? true,
                mayOpen || session.position(of: Int32(site)).isHeld
            else { continue }
            var (count, load) = (0, 0)
            for (member, cap) in members {
                let latency = world.field.access[Int(member.node) * world.field.stride + site]
                guard Int64(latency) <= cap, latency < LatencyField.unreachable else { continue }
                count += 1
                load += Int(member.load)
            }
            guard count > 0 else { continue }
            let needed = (load + entry.loadPerServer - 1) / entry.loadPerServer
            wants.append((Int32(site), (count, load, min(room, needed))))
        }
        return wants
    }

    /// What a session could give up at a site, and what that is worth at worst.
    private func offer(
        _ site: Int32, _ holder: Int, _ want: (members: Int, load: Int, servers: Int), at price: Double, _ most: Int
    ) -> Offer? {
        guard let session = sessions[holder] else { return nil }
        let (position, isHeld) = session.position(of: site)
        guard isHeld else { return nil }
        let holding = session.holdings[position]
        let one = world.pool.entries[Int(site)].loadPerServer
        let servers = min(want.servers, Int(holding.servers), most)
        guard servers > 0 else { return nil }
        let kept = (Int(holding.servers) - servers) * one
        let displaced = Double(max(0, Int(holding.load) - kept)) / Double(max(1, holding.load)) * Double(holding.count)
        let helped = Double(want.members) * min(1, Double(servers * one) / Double(max(1, want.load)))
        let lowPrice = session.policy.unservedPrice
        return Offer(
            site: site, holder: holder, servers: servers,
            gain: helped.rounded(.down) * price - displaced.rounded(.up) * lowPrice, price: lowPrice)
    }

    /// Plans an exchange for both sessions, and carries it out if fewer are left out by what they pay; `nil` when not.
    private mutating func take(_ offer: Offer, for number: Int) -> [Directive]? {
        guard var giver = sessions[offer.holder], var taker = sessions[number] else { return nil }
        let (pool, budget) = (world.pool, world.moveBudget)
        let before = (giver: giver.figures, taker: taker.figures)
        let served = (giver: giver.served, taker: taker.served)
        let lost = giver.priceOfUnserved + taker.priceOfUnserved
        let planner = TickPlanner()
        var gauge = WorkGauge(limit: .max)
        giver.loseServers(offer.servers, at: offer.site, world.pool.entries[Int(offer.site)].loadPerServer)
        // Booked for nobody, so that the giver finds as many fewer.
        world.pool.entries[Int(offer.site)].rented += offer.servers
        let given = planner.plan(&giver, world, .update, &gauge)
        refreshDepartures(giver)
        planner.certify(&giver, world, departures)
        let givenWishes = planner.wishes
        world.pool.entries[Int(offer.site)].rented -= offer.servers
        world.pool.commit(given)
        world.moveBudget -= given.budgetedMoves
        let taken = planner.plan(&taker, world, .update, &gauge)
        refreshDepartures(taker)
        planner.certify(&taker, world, departures)
        (world.pool, world.moveBudget) = (pool, budget)
        guard taker.served > served.taker,
            giver.priceOfUnserved + taker.priceOfUnserved < lost - 1e-7
        else { return nil }
        return book(offer.holder, giver, given, givenWishes, before.giver, served.giver)
            + book(number, taker, taken, planner.wishes, before.taker, served.taker)
    }
}

extension TickSession {
    /// What the session pays for those who have no server.
    var priceOfUnserved: Double { policy.unservedPrice * Double(members.count - served) }

    /// Forgets where those were served for whom there is no room at a site once it has fewer servers, so that they owe no move: the
    /// last ones, as the search lets the first stay.
    fileprivate mutating func loseServers(_ count: Int, at site: Int32, _ loadPerServer: Int) {
        let (position, isHeld) = position(of: site)
        guard isHeld else { return }
        let room = (Int(holdings[position].servers) - count) * loadPerServer
        var load = 0
        for index in members.indices where members[index].site == site {
            if load + Int(members[index].load) <= room {
                load += Int(members[index].load)
            } else {
                members[index].base = -1
            }
        }
    }
}
