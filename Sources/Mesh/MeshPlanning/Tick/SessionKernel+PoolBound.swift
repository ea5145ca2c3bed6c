import MeshTypes

/// The certificate's bound over all sites of the pool.
extension SessionKernel {
    /// What a member costs at a site, by the tangent: everything of it but the transit and the latency.
    private struct MemberTerms {
        /// Cost of a microsecond.
        var slope: Float
        /// Where the transit of the member's kind is.
        var pulls: Int
        /// Cost of a site that is not the last one.
        var moves: Float
        var base: Int
        /// The latency above which there is excess, its price, and the longest that is allowed.
        var softCap: Float
        var excessPrice: Float
        var cap: Float

        /// The cost at a latency; `transit` is the pull of the member's kind there.
        @inline(__always)
        func cost(_ there: Float, _ transit: Float) -> Float {
            slope * there + transit + excessPrice * max(0, there - softCap) + (there > cap ? 1e30 : 0)
        }
    }

    /// The bound of the best prices over all sites of the pool; closed sites with a surplus become suggestions.
    ///
    /// One pass over members and sites finds the sites where all gains together pay for a server; servers are counted there only.
    mutating func boundOverAll(
        _ session: inout TickSession, _ world: TickSurroundings, limit: Int
    ) -> Double {
        loadPulls(world)
        var sum = 0.0
        for member in 0..<memberCount { sum += Double(certificate.best[member]) }
        let promising = promisingSites(session, world)
        var found: [(surplus: Double, site: Int32)] = []
        for site in promising {
            certificate.gains.removeAll()
            for number in 0..<memberCount {
                let gain = certificate.best[number] - cost(number, at: site, session, world)
                if gain > 0 { certificate.gains.add(gain: Double(gain), load: Double(load[number])) }
            }
            found.append((bestServers(at: site, world).value, Int32(site)))
        }
        found.sort { ($1.surplus, $0.site) < ($0.surplus, $1.site) }
        for entry in found.prefix(limit) where entry.surplus > 0 { sum -= entry.surplus }
        session.suggestions = found.prefix(6).map(\.site).filter { !session.position(of: $0).isHeld }
        let spares = Double(session.policy.redundancy) * world.rent.cheapest
        // Single precision errs by a few parts in ten million of each term.
        return sum - 1e-6 * abs(sum) + spares
    }

    private func terms(_ number: Int, _ session: TickSession, _ sites: Int) -> MemberTerms {
        let (policy, member, own) = (session.policy, session.members[number], Int(kind[number]))
        let isCapped = policy.latencyCap != nil && policy.capRelaxation == 0
        let hasExcess = policy.softCapPrice > 0 && policy.softLatencyCap != nil
        return MemberTerms(
            slope: Float(scale * partners(own)), pulls: own * sites,
            moves: member.base != Int32(SessionProblem.nowhere) ? Float(movePrice) : 0, base: Int(member.base),
            softCap: hasExcess ? Float(policy.softLatencyCap?.microseconds ?? 0) : 0,
            excessPrice: hasExcess ? Float(policy.softCapPrice / 1000) : 0,
            cap: isCapped ? Float(policy.latencyCap?.microseconds ?? 0) : .infinity)
    }

    /// What a member costs at any site of the pool.
    private func cost(_ number: Int, at site: Int, _ session: TickSession, _ world: TickSurroundings) -> Float {
        if isPinned[number], state.place[number] >= 0 {
            let place = Int(state.place[number])
            return Int(candidate[place]) == site ? certificate.cost[number * candidateCount + place] : 1e30
        }
        let terms = terms(number, session, world.field.siteCount)
        let there = Float(world.field.access[Int(session.members[number].node) * world.field.stride + site])
        return terms.cost(there, certificate.pull[terms.pulls + site]) + (site == terms.base ? 0 : terms.moves)
    }

    /// The sites of each kind where the transit alone is below the price of somebody of it: nobody gains elsewhere. `nil` where that
    /// is so many that to look at all of them in a row is quicker.
    ///
    /// - Complexity: O(members + kinds * sites).
    private func nearSites(_ sites: Int) -> [[Int32]?] {
        var highest = Array(repeating: Float(0), count: kindCount)
        for number in 0..<memberCount {
            highest[Int(kind[number])] = max(highest[Int(kind[number])], certificate.best[number])
        }
        return (0..<kindCount).map { own in
            var near: [Int32] = []
            near.reserveCapacity(sites / 3 + 1)
            for site in 0..<sites where certificate.pull[own * sites + site] < highest[own] {
                if near.count * 3 > sites { return nil }
                near.append(Int32(site))
            }
            return near
        }
    }

    /// Sites where the gains of all members pay for one server.
    private mutating func promisingSites(_ session: TickSession, _ world: TickSurroundings) -> [Int] {
        let sites = world.field.siteCount
        certificate.excess.reserve(sites)
        // Strips at hand: a store through one could else change where the others are.
        let (excess, pull) = (certificate.excess, certificate.pull)
        for site in 0..<sites { excess[site] = -certificate.serverPrice[site] }
        let near = nearSites(sites)
        unsafe world.field.access.withUnsafeBufferPointer { access in
            for (number, member) in session.members.enumerated() {
                let price = certificate.best[number]
                if isPinned[number], state.place[number] >= 0 {
                    let place = Int(state.place[number])
                    let cost = certificate.cost[number * candidateCount + place]
                    excess[Int(candidate[place])] += max(0, price - cost)
                    continue
                }
                let terms = terms(number, session, sites)
                let row = Int(member.node) * world.field.stride
                let latencies = unsafe UnsafeBufferPointer(rebasing: access[row..<row + sites])
                let (slope, pulls, left) = (terms.slope, terms.pulls, price - terms.moves)
                if let near = near[Int(kind[number])] {
                    for site in near {
                        let cost = unsafe terms.cost(Float(latencies[Int(site)]), pull[pulls + Int(site)])
                        excess[Int(site)] += max(0, left - cost)
                    }
                } else if terms.excessPrice > 0 || terms.cap < .infinity {
                    for site in 0..<sites {
                        let cost = unsafe terms.cost(Float(latencies[site]), pull[pulls + site])
                        excess[site] += max(0, left - cost)
                    }
                } else {
                    for site in 0..<sites {
                        excess[site] += unsafe max(0, left - (slope * Float(latencies[site]) + pull[pulls + site]))
                    }
                }
                // Staying costs no move.
                if terms.moves > 0, terms.base >= 0 {
                    let stay = unsafe terms.cost(Float(latencies[terms.base]), pull[pulls + terms.base])
                    excess[terms.base] += max(0, price - stay) - max(0, left - stay)
                }
            }
        }
        return (0..<sites).filter { excess[$0] > 0 }
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
