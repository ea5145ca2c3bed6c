import MeshTypes

/// The memory of certificates.
struct CertificateScratch {
    // Members by candidates: linear cost; a member each: price, best price, direction.
    var cost = Strip<Float>()
    var dual = Strip<Float>()
    var best = Strip<Float>()
    var cover = Strip<Float>()
    var opening = Strip<Float>()
    var surplus = Strip<Float>()
    // Kinds by sites of the pool; a site each.
    var pull = Strip<Float>()
    var excess = Strip<Float>()
    var openingAll = Strip<Float>()
    var rateAll = Strip<Float>()
    var coupling = Strip<Float>()

    func deallocate() {
        cost.deallocate()
        dual.deallocate()
        best.deallocate()
        cover.deallocate()
        opening.deallocate()
        surplus.deallocate()
        pull.deallocate()
        excess.deallocate()
        openingAll.deallocate()
        rateAll.deallocate()
        coupling.deallocate()
    }
}

/// A certificate of how good the allocation of servers is: a bound on the facility problem that the mesh, as it is, poses.
///
/// At the present mesh the interaction is replaced by its tangent: a member of kind `k` at site `j` costs
/// `c = scale (r l[j] + pull[k, j])`, with moves and excess on top, less the transit at present, which the tangent counts twice. What
/// remains is facility location over *all* sites of the pool: opening costs are the part of a server's price that does not go with
/// load, at scarcity prices; at most as many sites as the policy allows. For any prices `u` of members
///
///     sum of u[p] + sum over the most negative sites, as many as may open, of min(0, f[j] - sum over p of max(0, u[p] - c[p, j]))
///
/// is a lower bound (Lagrangian relaxation of "everyone is served"; Cornuéjols, Fisher, Nemhauser 1977). Prices are kept from
/// tick to tick and improved by subgradient steps on the candidates; the sites of the pool that the prices make worth opening
/// join as suggestions to the next search. The bound is rounded down by more than single precision can err.
extension SessionKernel {
    /// Subgradient steps of a certificate.
    static let certificateSteps = 30

    /// Certifies the mesh that was searched last.
    ///
    /// - Complexity: O(members * (sites + steps * candidates) + kinds * sites * open sites).
    mutating func certify(_ session: inout TickSession, _ world: TickSurroundings) {
        let count = candidateCount
        guard memberCount > 0 else {
            session.figures.facilityBound = 0
            session.figures.isCertified = true
            return
        }
        let limit = min(siteLimit, world.field.siteCount)
        shareRent(session, world)
        loadCosts(session)
        improvePrices(limit: limit)
        for member in 0..<memberCount { session.members[member].dual = certificate.best[member] }
        let transit = scale * transitSum / 2
        let bound = boundOverAll(&session, world, limit: limit, candidates: count)
        session.figures.facilityBound = max(0, bound - transit)
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

    /// Parts each site's rent into what opening costs and what goes with load: any convex mixture of "one server" and "servers
    /// by the fraction" is no more than whole servers cost.
    private mutating func shareRent(_ session: TickSession, _ world: TickSurroundings) {
        let sites = world.field.siteCount
        certificate.openingAll.reserve(sites)
        certificate.rateAll.reserve(sites)
        certificate.opening.reserve(candidateCount)
        let total = (0..<memberCount).reduce(0) { $0 + Int(load[$1]) }
        let typical = max(1, total / max(1, state.figures.openSites))
        for site in 0..<sites {
            let entry = world.pool.entries[site]
            guard entry.usable > 0 else {
                certificate.openingAll[site] = 1e30
                certificate.rateAll[site] = 0
                continue
            }
            let priced = entry.price + entry.scarcity
            var expected = typical
            let (index, isHeld) = session.position(of: Int32(site))
            if isHeld { expected = max(1, Int(session.holdings[index].load)) }
            let part = min(1, Double(entry.loadPerServer) / Double(expected))
            certificate.openingAll[site] = Float(part * priced)
            certificate.rateAll[site] = Float((1 - part) * priced / Double(entry.loadPerServer))
        }
        for place in 0..<candidateCount { certificate.opening[place] = certificate.openingAll[Int(candidate[place])] }
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
                let rate = Double(certificate.rateAll[Int(candidate[place])]) * Double(load[member])
                let cost = Float(
                    scale * (partners * there + state.pull[own * count + place]) + further[member * count + place]
                        + rate)
                certificate.cost[member * count + place] = cost
                if cost < first { (first, second) = (cost, first) } else { second = min(second, cost) }
            }
            let known = session.members[member].dual
            let price = known.isNaN ? first + min(0.5 * (second - first), 0.05 * first) : known
            certificate.dual[member] = min(price.isFinite ? price : Float(unservedPrice), Float(unservedPrice))
        }
    }

    @inline(__always)
    private func partners(_ own: Int) -> Double {
        isAlone ? 2 : max(0, state.partners[own] - bothWays[own * kindCount + own])
    }

    /// Subgradient steps on the prices, over the candidates; leaves the best prices in `best`.
    private mutating func improvePrices(limit: Int) {
        let count = candidateCount
        var target = Float(objective + scale * transitSum / 2)
        var (bestBound, length, stalled) = (-Float.infinity, Float(1), 0)
        for _ in 0..<Self.certificateSteps {
            for place in 0..<count { certificate.surplus[place] = -certificate.opening[place] }
            var bound = Float(0)
            for member in 0..<memberCount {
                let price = certificate.dual[member]
                bound += price
                let row = member * count
                for place in 0..<count { certificate.surplus[place] += max(0, price - certificate.cost[row + place]) }
            }
            let chosen = worthOpening(count, limit: limit)
            for place in chosen { bound -= certificate.surplus[place] }
            if bound > bestBound {
                bestBound = bound
                certificate.best.copy(certificate.dual, count: memberCount)
                stalled = 0
            } else {
                stalled += 1
                if stalled == 4 {
                    length /= 2
                    stalled = 0
                    certificate.dual.copy(certificate.best, count: memberCount)
                    continue
                }
            }
            // How often each member is covered by the sites that the relaxation opens, against once.
            var norm = Float(0)
            for member in 0..<memberCount {
                var covered = Float(1)
                for place in chosen where certificate.cost[member * count + place] < certificate.dual[member] {
                    covered -= 1
                }
                certificate.cover[member] = covered
                norm += covered * covered
            }
            if norm == 0 { break }
            target = max(target, bestBound)
            let step = length * max(target - bound, 1e-6 * abs(target)) / norm
            for member in 0..<memberCount {
                let moved = certificate.dual[member] + step * certificate.cover[member]
                certificate.dual[member] = min(moved, Float(unservedPrice))
            }
        }
    }

    /// The candidates with a surplus, the largest first, as many as may open.
    private func worthOpening(_ count: Int, limit: Int) -> [Int] {
        var chosen: [Int] = []
        for place in 0..<count where certificate.surplus[place] > 0 { chosen.append(place) }
        guard chosen.count > limit else { return chosen }
        chosen.sort { (certificate.surplus[$1], $0) < (certificate.surplus[$0], $1) }
        return Array(chosen.prefix(limit))
    }

    /// The bound of the best prices over all sites of the pool; closed sites with a surplus become suggestions.
    private mutating func boundOverAll(
        _ session: inout TickSession, _ world: TickSurroundings, limit: Int, candidates: Int
    ) -> Double {
        let sites = world.field.siteCount
        loadPulls(world)
        certificate.excess.reserve(sites)
        for site in 0..<sites { certificate.excess[site] = -certificate.openingAll[site] }
        let policy = session.policy
        let softCap = policy.softLatencyCap.map { Float($0.microseconds) } ?? .infinity
        let excessPrice = policy.softCapPrice > 0 && softCap < .infinity ? Float(policy.softCapPrice / 1000) : 0
        let cap = policy.latencyCap.map { Float($0.microseconds) } ?? .infinity
        let isCapped = cap < .infinity && policy.capRelaxation == 0
        var sum = 0.0
        unsafe world.field.access.withUnsafeBufferPointer { access in
            for (number, member) in session.members.enumerated() {
                let own = Int(kind[number])
                let moves = member.base != Int32(SessionProblem.nowhere) ? Float(movePrice) : 0
                let price = certificate.best[number]
                sum += Double(price)
                let slope = Float(scale * partners(own))
                let row = Int(member.node) * world.field.stride
                let pulls = own * sites
                let size = Float(load[number])
                if isPinned[number], state.place[number] >= 0 {
                    let place = Int(state.place[number])
                    let cost = certificate.cost[number * candidateCount + place]
                    certificate.excess[Int(candidate[place])] += max(0, price - cost)
                    continue
                }
                if excessPrice > 0 || isCapped {
                    for site in 0..<sites {
                        let there = unsafe Float(access[row + site])
                        let cost =
                            slope * there + certificate.pull[pulls + site] + size * certificate.rateAll[site]
                            + (excessPrice > 0 ? excessPrice * max(0, there - softCap) : 0) + moves
                            + (isCapped && there > cap ? 1e30 : 0)
                        certificate.excess[site] += max(0, price - cost)
                    }
                } else {
                    for site in 0..<sites {
                        let cost =
                            unsafe slope * Float(access[row + site]) + certificate.pull[pulls + site]
                            + size * certificate.rateAll[site] + moves
                        certificate.excess[site] += max(0, price - cost)
                    }
                }
                // Staying costs no move.
                if moves > 0, member.base >= 0 {
                    let site = Int(member.base)
                    let there = unsafe Float(access[row + site])
                    let stay =
                        slope * there + certificate.pull[pulls + site] + size * certificate.rateAll[site]
                        + (excessPrice > 0 ? excessPrice * max(0, there - softCap) : 0)
                        + (isCapped && there > cap ? 1e30 : 0)
                    certificate.excess[site] += max(0, price - stay) - max(0, price - stay - moves)
                }
            }
        }
        var found: [(surplus: Float, site: Int32)] = []
        for site in 0..<sites where certificate.excess[site] > 0 {
            found.append((certificate.excess[site], Int32(site)))
        }
        found.sort { ($1.surplus, $0.site) < ($0.surplus, $1.site) }
        for entry in found.prefix(limit) { sum -= Double(entry.surplus) }
        session.suggestions = found.prefix(6).map(\.site).filter { !session.position(of: $0).isHeld }
        let spares = Double(session.policy.redundancy) * world.rent.cheapest
        // Single precision errs by a few parts in ten million of each term.
        return sum - 1e-6 * abs(sum) + spares
    }

    /// Latency there and back between every site of the pool and one.
    private func loadCoupling(
        routed: UnsafeBufferPointer<Int32>, arriving: UnsafeBufferPointer<Int32>, at line: Int, count: Int
    ) {
        let coupling = certificate.coupling
        for site in 0..<count {
            coupling[site] = unsafe Float(arriving[line + site]) + Float(routed[line + site])
        }
    }

    /// What every site of the pool pulls, from the mesh as it is.
    private mutating func loadPulls(_ world: TickSurroundings) {
        let (sites, stride) = (world.field.siteCount, world.field.stride)
        certificate.pull.fill(kindCount * sites, with: 0)
        certificate.coupling.reserve(sites)
        // Strips at hand: a store through one could else change where the others are.
        let (pull, coupling) = (certificate.pull, certificate.coupling)
        let row = { (at: Int) in at * stride }
        unsafe world.field.routed.withUnsafeBufferPointer { routed in
            unsafe world.field.arriving.withUnsafeBufferPointer { arriving in
                for place in 0..<candidateCount where state.members[place] > 0 {
                    let at = Int(candidate[place])
                    unsafe loadCoupling(routed: routed, arriving: arriving, at: at * stride, count: sites)
                    for own in 0..<kindCount {
                        var (there, back) = (0.0, 0.0)
                        for other in 0..<kindCount {
                            let members = state.count[other * candidateCount + place]
                            there += weight[own * kindCount + other] * members
                            back += weight[other * kindCount + own] * members
                        }
                        let (out, home) = (Float(scale * there), Float(scale * back))
                        let (pulls, line) = (own * sites, row(at))
                        if out == home {
                            guard out != 0 else { continue }
                            for site in 0..<sites { pull[pulls + site] += out * coupling[site] }
                            continue
                        }
                        for site in 0..<sites {
                            pull[pulls + site] +=
                                unsafe out * Float(arriving[line + site]) + home * Float(routed[line + site])
                        }
                    }
                }
            }
        }
    }
}
