import MeshTypes

/// Where somebody who just joined is served first: one look at the mesh's sites and at the sites nearest to the newcomer, all
/// others staying where they are.
///
/// The newcomer's pairs are weighed as in ``MeshTypes/Interaction/everyone``; the tick that follows knows better.
package struct FirstPlace {
    private let world: TickSurroundings
    private let session: TickSession
    /// Servers that the session has, and those that its load needs.
    private let rented: Int
    private let needed: Int

    /// A place, and what it adds.
    package struct Choice {
        package var site: Int32
        package var addedServers: Int
        /// Cost of the newcomer's pairs.
        package var interaction: Double
    }

    package init(_ world: TickSurroundings, _ session: TickSession) {
        self.world = world
        self.session = session
        rented = session.holdings.reduce(0) { $0 + Int($1.servers) }
        needed = session.holdings.reduce(0) { sum, holding in
            let one = world.pool.entries[Int(holding.site)].loadPerServer
            return sum + (Int(holding.load) + one - 1) / one
        }
    }

    /// The place of least cost; `nil` when no site within reach has room.
    ///
    /// - Complexity: O(sites of the mesh squared), or O(sites of the pool) when neither they nor the nearest have room.
    package func best(for member: TickMember) -> Choice? {
        let policy = session.policy
        // Sites that everybody left count until the session is planned anew: their servers are held still.
        let openSites = session.holdings.count
        let mayOpen = rented < (policy.serverLimit ?? .max) && openSites < (policy.siteLimit ?? .max)
        var best: (cost: Double, choice: Choice)?
        func consider(_ site: Int32) {
            guard let offer = offer(site, member, mayOpen: mayOpen) else { return }
            if best.map({ offer.cost < $0.cost }) ?? true { best = offer }
        }
        for holding in session.holdings { consider(holding.site) }
        if mayOpen {
            var found = 0
            for place in 0..<NearestSites.width where found < 3 {
                let site = world.nearest.sites[Int(member.node) * NearestSites.width + place]
                guard site >= 0, world.pool.entries[Int(site)].free > 0 else { continue }
                found += 1
                if !session.position(of: site).isHeld { consider(site) }
            }
            if best == nil { for site in 0..<Int32(world.field.siteCount) { consider(site) } }
        }
        return best?.choice
    }

    private func offer(
        _ site: Int32, _ member: TickMember, mayOpen: Bool
    ) -> (cost: Double, choice: Choice)? {
        let entry = world.pool.entries[Int(site)]
        let latency = world.field.access[Int(member.node) * world.field.stride + Int(site)]
        let cap = session.policy.latencyCap?.microseconds ?? .max
        guard entry.usable > 0, !entry.isSilent, latency < LatencyField.unreachable, Int64(latency) <= cap else {
            return nil
        }
        let (position, isHeld) = session.position(of: site)
        let held = isHeld ? session.holdings[position] : Holding(site: site, servers: 0, load: 0, count: 0)
        if !isHeld, !mayOpen { return nil }
        let load = Int(held.load + member.load)
        let own = (load + entry.loadPerServer - 1) / entry.loadPerServer
        let before = (Int(held.load) + entry.loadPerServer - 1) / entry.loadPerServer
        // Spares that the policy asks for stay spares.
        let spares = needed - before + own + session.policy.redundancy - rented
        let added = max(0, own - Int(held.servers), session.policy.redundancy > 0 ? spares : 0)
        guard added == 0 || (added <= entry.free && rented + added <= session.policy.serverLimit ?? .max) else {
            return nil
        }
        var others = 0.0
        var transit = 0.0
        let row = Int(site) * world.field.stride
        for holding in session.holdings where holding.count > 0 {
            let pair =
                Double(world.field.routed[row + Int(holding.site)])
                + Double(world.field.arriving[row + Int(holding.site)])
            if pair >= Double(LatencyField.unreachable) { return nil }
            others += Double(holding.count)
            transit += Double(holding.count) * pair
        }
        let scale = session.policy.latencyValue / 1000 / Double(max(1, session.members.count - 1))
        let interaction = scale * (2 * max(1, others) * Double(latency) + transit)
        var cost = interaction + Double(added) * (entry.price + entry.scarcity)
        if let soft = session.policy.softLatencyCap, Int64(latency) > soft.microseconds {
            cost += session.policy.softCapPrice * Double(Int64(latency) - soft.microseconds) / 1000
        }
        return (cost, Choice(site: site, addedServers: added, interaction: interaction))
    }
}
