import MeshTypes

/// The memory of certificates.
struct CertificateScratch {
    // Members by candidates: linear cost; a member each: price, best price, direction.
    var cost = Strip<Float>()
    var dual = Strip<Float>()
    var best = Strip<Float>()
    var cover = Strip<Float>()
    var surplus = Strip<Float>()
    // Kinds by sites of the pool; a site each.
    var pull = Strip<Float>()
    var excess = Strip<Float>()
    var serverPrice = Strip<Float>()
    var gains = ServerGains()
    /// A member each.
    var terms = Strip<SessionKernel.MemberTerms>()
    /// The candidates that the relaxation opens, and the gain a load unit from which on members are taken there.
    var chosen: [(place: Int, value: Double, threshold: Double)] = []
    var coupling = Strip<Float>()

    func deallocate() {
        cost.deallocate()
        dual.deallocate()
        best.deallocate()
        cover.deallocate()
        surplus.deallocate()
        pull.deallocate()
        excess.deallocate()
        serverPrice.deallocate()
        coupling.deallocate()
        terms.deallocate()
    }
}

/// A certificate of how good the allocation of servers is: a bound on the facility problem that the mesh, as it is, poses.
///
/// At the present mesh the interaction is replaced by its tangent: a member of kind `k` at site `j` costs
/// `c = scale (r l[j] + pull[k, j])`, with moves and excess on top, less the transit at present, which the tangent counts twice. What
/// remains is facility location over *all* sites of the pool, with servers that are rented whole, at scarcity prices, and at most
/// as many sites as the policy allows. For any prices `u` of members
///
///     sum of u[p] - sum over the best sites, as many as may open, of max(0, v[j]),
///     v[j] = most over n servers and members P that they carry of (sum over p in P of u[p] - c[p, j]) - n f[j]
///
/// is a lower bound (Lagrangian relaxation of "everyone is served"; Cornuéjols, Fisher, Nemhauser 1977; Beasley 1993 for
/// capacities). As ``ServerGains`` has it, `v` takes members by what they gain a load unit, and servers while they pay: a bound
/// no lower than with servers by the fraction, whose rent is at most that of whole ones. Prices are kept from
/// tick to tick and improved by subgradient steps on the candidates; the sites of the pool that the prices make worth opening
/// join as suggestions to the next search. Prices are looked for in single precision; the bound that they prove is computed in
/// double precision and rounded down by more than that can err.
extension SessionKernel {
    /// Subgradient steps of a certificate.
    static let certificateSteps = 30
    /// The gap at which they end.
    static let closeEnough = 0.001

    /// Certifies the mesh that was searched last.
    ///
    /// - Complexity: O(members * (sites + steps * candidates) + kinds * sites * open sites).
    mutating func certify(_ session: inout TickSession, _ world: TickSurroundings) {
        guard memberCount > 0 else {
            session.figures.facilityBound = 0
            session.figures.isCertified = true
            return
        }
        let limit = min(siteLimit, world.field.siteCount)
        loadServerPrices(world)
        loadCosts(session)
        improvePrices(world, limit: limit)
        for member in 0..<memberCount { session.members[member].dual = certificate.best[member] }
        let transit = scale * transitSum / 2
        let bound = boundOverAll(&session, world, limit: limit)
        session.figures.facilityBound = max(0, bound - transit * (1 + 1e-12))
        session.figures.isCertified = true
    }

    /// Twice the transit part of the interaction, microseconds.
    private var transitSum: Double {
        var sum = 0.0
        for index in 0..<kindCount * candidateCount where state.count[index] > 0 {
            sum += state.count[index] * state.pull[index]
        }
        return sum
    }

    private mutating func loadServerPrices(_ world: TickSurroundings) {
        let sites = world.field.siteCount
        certificate.serverPrice.reserve(sites)
        for site in 0..<sites {
            let entry = world.pool.entries[site]
            certificate.serverPrice[site] = entry.usable > 0 ? Float(entry.price + entry.scarcity) : 1e30
        }
    }

    private mutating func loadCosts(_ session: TickSession) {
        let count = candidateCount
        certificate.cost.reserve(memberCount * count)
        certificate.dual.reserve(memberCount)
        certificate.best.reserve(memberCount)
        certificate.cover.reserve(memberCount)
        certificate.surplus.reserve(count)
        for member in 0..<memberCount {
            let own = Int(kind[member])
            let partners = partners(own)
            var (first, second) = (Float.infinity, Float.infinity)
            for place in 0..<count {
                let there = latency[member * count + place]
                // Whoever may not move yet has one place.
                guard there < Self.forbidden, !isPinned[member] || state.place[member] == Int32(place) else {
                    certificate.cost[member * count + place] = 1e30
                    continue
                }
                let cost = Float(
                    scale * (partners * there + state.pull[own * count + place]) + further[member * count + place])
                certificate.cost[member * count + place] = cost
                // What a full server takes from each that it carries.
                let whole = cost + Float(price[place] * Double(load[member]) / Double(loadPerServer[place]))
                if whole < first { (first, second) = (whole, first) } else { second = min(second, whole) }
            }
            let known = session.members[member].dual
            let price = known.isNaN ? first + min(0.5 * (second - first), 0.05 * first) : known
            certificate.dual[member] = min(price.isFinite ? price : Float(unservedPrice), Float(unservedPrice))
        }
    }

    @inline(__always)
    func partners(_ own: Int) -> Double {
        isAlone ? 2 : max(0, state.partners[own] - bothWays[own * kindCount + own])
    }

    /// Subgradient steps on the prices, over the candidates; leaves the best prices in `best`.
    private mutating func improvePrices(_ world: TickSurroundings, limit: Int) {
        let count = candidateCount
        var target = objective + scale * transitSum / 2
        var (bestBound, length, stalled) = (-Double.infinity, 1.0, 0)
        let (cost, dual, cover) = (certificate.cost, certificate.dual, certificate.cover)
        for _ in 0..<Self.certificateSteps {
            var bound = chooseServers(world, limit: limit)
            for entry in certificate.chosen { bound -= entry.value }
            if bound > bestBound {
                bestBound = bound
                certificate.best.copy(dual, count: memberCount)
                stalled = 0
                if target - bound < Self.closeEnough * target { break }
            } else {
                stalled += 1
                if stalled == 4 {
                    length /= 2
                    stalled = 0
                    dual.take(certificate.best, count: memberCount)
                    continue
                }
            }
            // How often each member is covered by the sites that the relaxation opens, against once.
            var norm = Float(0)
            for member in 0..<memberCount {
                var covered = Float(1)
                for entry in certificate.chosen {
                    let gain = dual[member] - cost[member * count + entry.place]
                    if gain > 0, Double(gain) >= entry.threshold * Double(load[member]) { covered -= 1 }
                }
                cover[member] = covered
                norm += covered * covered
            }
            if norm == 0 { break }
            target = max(target, bestBound)
            let step = Float(length * max(target - bound, 1e-6 * abs(target))) / norm
            for member in 0..<memberCount {
                dual[member] = min(dual[member] + step * cover[member], Float(unservedPrice))
            }
        }
    }

    /// The candidates whose servers gain at the present prices, the best as many as may open; the sum of all prices.
    ///
    /// - Complexity: O(members * candidates), and a sort of the members at each candidate that needs two servers.
    private mutating func chooseServers(_ world: TickSurroundings, limit: Int) -> Double {
        let count = candidateCount
        let (cost, dual, surplus) = (certificate.cost, certificate.dual, certificate.surplus)
        for place in 0..<count { surplus[place] = -certificate.serverPrice[Int(candidate[place])] }
        var sum = 0.0
        for member in 0..<memberCount {
            let (own, row) = (dual[member], member * count)
            sum += Double(own)
            SiteVectors.addSurplus(of: own, over: cost, from: row, to: surplus, count: count)
        }
        certificate.chosen.removeAll(keepingCapacity: true)
        for place in 0..<count where surplus[place] > 0 {
            certificate.gains.removeAll()
            for member in 0..<memberCount {
                let gain = dual[member] - cost[member * count + place]
                if gain > 0 { certificate.gains.add(gain: Double(gain), load: Double(load[member])) }
            }
            let (value, threshold) = bestServers(at: Int(candidate[place]), world)
            if value > 0 { certificate.chosen.append((place, value, threshold)) }
        }
        if certificate.chosen.count > limit {
            certificate.chosen.sort { ($1.value, $0.place) < ($0.value, $1.place) }
            certificate.chosen.removeLast(certificate.chosen.count - limit)
        }
        return sum
    }

    /// The most that the session's servers at a site can gain from the members that were counted.
    mutating func bestServers(at site: Int, _ world: TickSurroundings) -> (value: Double, threshold: Double) {
        let entry = world.pool.entries[site]
        return certificate.gains.best(
            price: Double(certificate.serverPrice[site]), perServer: entry.loadPerServer,
            servers: min(entry.usable, serverLimit))
    }
}
