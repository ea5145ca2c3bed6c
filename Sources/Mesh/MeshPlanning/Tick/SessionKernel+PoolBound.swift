import MeshTypes

/// The certificate's bound over all sites of the pool.
extension SessionKernel {
    /// What a member costs at a site, by the tangent: everything of it but the transit and the latency.
    struct MemberTerms {
        /// Cost of a microsecond.
        var slope: Float
        /// Where the transit of the member's kind is.
        var pulls: Int
        /// Cost of a site that is not the last one.
        var moves: Float
        var base: Int
    }

    /// What the policy asks of latencies, for somebody who has still to be named.
    private func blankCost(_ policy: SessionPolicy) -> SiteVectors.Cost {
        let isCapped = policy.latencyCap != nil && policy.capRelaxation == 0
        let hasExcess = policy.softCapPrice > 0 && policy.softLatencyCap != nil
        return SiteVectors.Cost(
            left: 0, slope: 0, softCap: hasExcess ? Float(policy.softLatencyCap?.microseconds ?? 0) : 0,
            excessPrice: hasExcess ? Float(policy.softCapPrice / 1000) : 0,
            // No lower than it is: whoever is let in by rounding is counted exactly afterwards.
            cap: isCapped ? Float(policy.latencyCap?.microseconds ?? 0).nextUp : .infinity)
    }

    /// The bound of the best prices over all sites of the pool; closed sites with a surplus become suggestions.
    ///
    /// One pass over members and sites, in single precision, finds the sites where all gains together pay for a server, or
    /// might; servers are counted there only, in double precision from the numbers themselves. The bound is rounded down by
    /// more than that can err: by a part of all that is added and subtracted, as the terms may cancel.
    mutating func boundOverAll(
        _ session: inout TickSession, _ world: TickSurroundings, limit: Int
    ) -> Double {
        loadPulls(world)
        loadTerms(session, world.field.siteCount)
        var (sum, size) = (0.0, 0.0)
        for member in 0..<memberCount {
            sum += Double(certificate.best[member])
            size += abs(Double(certificate.best[member]))
        }
        let blank = blankCost(session.policy)
        let promising = promisingSites(session, world, blank, priceSum: size)
        var found: [(surplus: Double, site: Int32)] = []
        for site in promising {
            countGains(at: site, session, world)
            let entry = world.pool.entries[site]
            let price = entry.usable > 0 ? entry.price + entry.scarcity : 1e30
            let value = certificate.gains.best(
                price: price, perServer: entry.loadPerServer, servers: min(entry.usable, serverLimit)
            ).value
            found.append((value, Int32(site)))
        }
        found.sort { ($1.surplus, $0.site) < ($0.surplus, $1.site) }
        // What was counted at a site: prices, costs of those who gain, which are no higher, moves and servers.
        let counted = 2 * size + Double(memberCount) * movePrice
        for entry in found.prefix(limit) where entry.surplus > 0 {
            sum -= entry.surplus
            size += 2 * counted + abs(entry.surplus)
        }
        session.suggestions = found.prefix(6).map(\.site).filter { !session.position(of: $0).isHeld }
        let spares = Double(session.policy.redundancy) * world.rent.cheapest
        return sum - Double(memberCount + 64) * 0x1p-52 * (size + abs(sum) + spares) + spares
    }

    private mutating func loadTerms(_ session: TickSession, _ sites: Int) {
        certificate.terms.reserve(memberCount)
        for (number, member) in session.members.enumerated() {
            let own = Int(kind[number])
            certificate.terms[number] = MemberTerms(
                slope: Float(scale * partners(own)), pulls: own * sites,
                moves: member.base != Int32(SessionProblem.nowhere) ? Float(moveCharge) : 0, base: Int(member.base))
        }
    }

    /// Counts what each member would gain at a site of the pool, in double precision.
    private mutating func countGains(at site: Int, _ session: TickSession, _ world: TickSurroundings) {
        certificate.gains.removeAll()
        let policy = session.policy
        let cap =
            policy.capRelaxation == 0 ? policy.latencyCap.map { Double($0.microseconds) } ?? .infinity : .infinity
        let softCap = policy.softLatencyCap.map { Double($0.microseconds) } ?? .infinity
        let excessPrice = policy.softCapPrice / 1000
        let pulls = exactPulls(at: site, world)
        let stride = world.field.stride
        unsafe world.field.access.withUnsafeBufferPointer { access in
            for (number, member) in session.members.enumerated() {
                let own = Int(kind[number])
                let price = Double(certificate.best[number])
                let charge: Double
                if isPinned[number], state.place[number] >= 0 {
                    let place = Int(state.place[number])
                    let there = latency[number * candidateCount + place]
                    guard Int(candidate[place]) == site, there < Self.forbidden else { continue }
                    charge =
                        scale * (partners(own) * there + state.pull[own * candidateCount + place])
                        + further[number * candidateCount + place]
                } else {
                    let there = unsafe Double(access[Int(member.node) * stride + site])
                    guard there <= cap else { continue }
                    let terms = certificate.terms[number]
                    charge =
                        scale * partners(own) * there + pulls[own]
                        + (there > softCap ? excessPrice * (there - softCap) : 0)
                        + (terms.moves > 0 && site != terms.base ? movePrice : 0)
                }
                if price > charge { certificate.gains.add(gain: price - charge, load: Double(load[number])) }
            }
        }
    }

    /// What one site of the pool pulls of each kind, from the mesh as it is.
    private func exactPulls(at site: Int, _ world: TickSurroundings) -> [Double] {
        var pulls = [Double](repeating: 0, count: kindCount)
        for place in 0..<candidateCount where state.members[place] > 0 {
            let cell = Int(candidate[place]) * world.field.stride + site
            let (from, to) = (Double(world.field.routed[cell]), Double(world.field.arriving[cell]))
            for own in 0..<kindCount {
                let (out, home) = exchange(of: own, with: place)
                pulls[own] += out * to + home * from
            }
        }
        return pulls
    }

    /// Sites where the gains of all members pay for one server, or might, as sums in single precision err.
    private mutating func promisingSites(
        _ session: TickSession, _ world: TickSurroundings, _ blank: SiteVectors.Cost, priceSum: Double
    ) -> [Int] {
        var cost = blank
        let sites = world.field.siteCount
        certificate.excess.reserve(sites)
        // Strips at hand: a store through one could else change where the others are.
        let (excess, pull) = (certificate.excess, certificate.pull)
        for site in 0..<sites { excess[site] = -certificate.serverPrice[site] }
        unsafe world.field.access.withUnsafeBufferPointer { access in
            // Waits for another to be added with.
            var waiting: SiteVectors.Row?
            for (number, member) in session.members.enumerated() {
                let price = certificate.best[number]
                if isPinned[number], state.place[number] >= 0 {
                    let place = Int(state.place[number])
                    let cost = certificate.cost[number * candidateCount + place]
                    excess[Int(candidate[place])] += max(0, price - cost)
                    continue
                }
                let terms = certificate.terms[number]
                let line = Int(member.node) * world.field.stride
                cost.left = price - terms.moves
                cost.slope = terms.slope
                let row = unsafe SiteVectors.Row(
                    cost: cost, latencies: UnsafeBufferPointer(rebasing: access[line..<line + sites]),
                    start: terms.pulls)
                if let first = unsafe waiting {
                    unsafe SiteVectors.addGains(to: excess, first, row, transit: pull)
                    unsafe waiting = nil
                } else {
                    unsafe waiting = row
                }
                // Staying costs no move.
                if terms.moves > 0, terms.base >= 0 {
                    let (at, transit) = unsafe (Float(access[line + terms.base]), pull[terms.pulls + terms.base])
                    excess[terms.base] -= cost.gain(at, transit)
                    cost.left = price
                    excess[terms.base] += cost.gain(at, transit)
                }
            }
            if let last = unsafe waiting { unsafe SiteVectors.addGains(to: excess, last, transit: pull) }
        }
        // Where a sum ends near 0 it was never larger than the price, and each step erred by less than 2^-23 of that. A gain
        // itself errs by as much of the price that it is the rest of, for each of the terms of its cost.
        let error = Float(memberCount + 2) * 0x1p-23
        let cancelled = Float(Double(candidateCount + 16) * 0x1p-23 * (priceSum + Double(memberCount) * movePrice))
        return (0..<sites).filter { excess[$0] > -error * certificate.serverPrice[$0] - cancelled }
    }

    /// What every site of the pool pulls, from the mesh as it is.
    private mutating func loadPulls(_ world: TickSurroundings) {
        let (sites, stride) = (world.field.siteCount, world.field.stride)
        certificate.pull.fill(kindCount * sites, with: 0)
        certificate.coupling.reserve(sites)
        let (pull, coupling) = (certificate.pull, certificate.coupling)
        unsafe world.field.routed.withUnsafeBufferPointer { routed in
            unsafe world.field.arriving.withUnsafeBufferPointer { arriving in
                for place in 0..<candidateCount where state.members[place] > 0 {
                    let row = Int(candidate[place]) * stride
                    let (from, to) = unsafe (
                        UnsafeBufferPointer(rebasing: routed[row..<row + sites]),
                        UnsafeBufferPointer(rebasing: arriving[row..<row + sites])
                    )
                    // What `coupling` holds: latencies there and back by these weights.
                    var loaded: (out: Float, home: Float)?
                    for own in 0..<kindCount {
                        let exact = exchange(of: own, with: place)
                        let (out, home) = (Float(exact.out), Float(exact.home))
                        guard out != 0 || home != 0 else { continue }
                        let weights = out == home ? (out: Float(1), home: Float(1)) : (out: out, home: home)
                        if loaded.map({ $0 != weights }) ?? true {
                            unsafe SiteVectors.combine(weights.out, to, weights.home, from, into: coupling)
                            loaded = weights
                        }
                        SiteVectors.add(out == home ? out : 1, coupling, to: pull, at: own * sites, count: sites)
                    }
                }
            }
        }
    }

    /// The cost of a microsecond from one of a kind to those at a place, and back.
    private func exchange(of own: Int, with place: Int) -> (out: Double, home: Double) {
        var (there, back) = (0.0, 0.0)
        for other in 0..<kindCount {
            let members = state.count[other * candidateCount + place]
            there += weight[own * kindCount + other] * members
            back += weight[other * kindCount + own] * members
        }
        return (scale * there, scale * back)
    }
}
