import MeshTypes

/// The path bound of one session, recomputed from the words beside ``SessionPlan``. Participants are numbered by their
/// position among the members.
struct CheckedBound {
    let world: CheckedWorld
    let session: Session
    /// The participants of the session, by number.
    let members: [Int]
    let weights: CheckedInteraction
    /// Which of the bounds that are recomputed.
    let kind: Kind

    enum Kind {
        case path
        /// Every site counts as allowed for everybody.
        case open
        /// Access latencies stand for paths.
        case access
    }

    /// - Complexity: O(participants^2 * sites + participants * sites^2) over participants with different rows.
    func value() -> Double {
        let policy = session.policy
        let reachable = members.indices.filter { position in
            (0..<world.siteCount).contains { allows(members[position], $0) }
        }
        let excluded = Double(members.count - reachable.count) * policy.unservedPrice
        guard !reachable.isEmpty else { return excluded }

        let (half, full) = interaction(of: reachable)
        let pool = rent(of: reachable)
        var bound = half.reduce(0, +) + pool.rent
        for (place, position) in reachable.enumerated() {
            bound -= max(0, full[place] + Double(world.loads[members[position]]) * pool.rate - policy.unservedPrice)
        }
        return min(Double(reachable.count) * policy.unservedPrice, bound) + excluded
    }

    private func allows(_ member: Int, _ site: Int) -> Bool {
        kind == .open || world.allows(member, site, under: session.policy)
    }

    /// The least that the load can cost on fractions of the free servers, and the price of its last load unit.
    private func rent(of reachable: [Int]) -> (rent: Double, rate: Double) {
        let sites = world.snapshot.sites.filter { $0.freeServers > 0 && $0.loadPerServer > 0 }
        var left = Double(reachable.reduce(0) { $0 + world.loads[members[$1]] })
        var rent = 0.0
        var rate = 0.0
        let byUnitPrice = sites.sorted { $0.price * Double($1.loadPerServer) < $1.price * Double($0.loadPerServer) }
        for site in byUnitPrice where left > 0 {
            let used = min(left, Double(site.freeCapacity))
            rate = site.price / Double(site.loadPerServer)
            rent += used * rate
            left -= used
        }
        let cheapest = sites.map(\.price).min() ?? 0
        return (max(rent, cheapest) + Double(session.policy.redundancy) * cheapest, rate)
    }

    /// Half and full interaction charge of each participant at the least path latencies.
    private func interaction(of reachable: [Int]) -> (half: [Double], full: [Double]) {
        let rows = reachable.map { position in
            (0..<world.siteCount).map { site in
                allows(members[position], site) ? world.access(members[position], site) : CheckedWorld.unreachable
            }
        }
        let policy = session.policy
        let least = rows.map { $0.min() ?? 0 }
        let excess = least.map { access in
            policy.softLatencyCap.map { Double(max(0, access - $0.microseconds)) / 1000 * policy.softCapPrice } ?? 0
        }
        if members.count == 1 {
            let echo = weights.scale * 2 * Double(least[0]) + excess[0]
            return ([echo], [echo])
        }
        // Participants of the same row and role have the same paths; every pair of these is computed once.
        var classes: [Likeness: Int] = [:]
        let classOf = rows.indices.map { place in
            let likeness = Likeness(row: rows[place], role: weights.roles[reachable[place]])
            if let known = classes[likeness] { return known }
            classes[likeness] = classes.count
            return classes.count - 1
        }
        let distinct = classes.sorted { $0.value < $1.value }.map(\.key)
        var sizes = Array(repeating: 0.0, count: distinct.count)
        for number in classOf { sizes[number] += 1 }

        let (out, into) = pathSums(distinct, sizes: sizes)
        let half = classOf.indices.map { weights.scale * out[classOf[$0]] + excess[$0] }
        let full = classOf.indices.map { half[$0] + weights.scale * into[classOf[$0]] }
        return (half, full)
    }

    private struct Likeness: Hashable {
        let row: [Int64]
        let role: CheckedInteraction.Role
    }

    /// For each class of participants the weighted sum of the least path latencies to, and from, all others.
    private func pathSums(_ kinds: [Likeness], sizes: [Double]) -> (out: [Double], into: [Double]) {
        let count = world.siteCount
        // arrival[class][site]: the least latency from the site to a participant of the class.
        let arrival = kinds.map { likeness in
            (0..<count).map { from in
                var least = CheckedWorld.unreachable
                for to in 0..<count { least = min(least, world.routed[from * count + to] + likeness.row[to]) }
                return least
            }
        }
        var out = Array(repeating: 0.0, count: kinds.count)
        var into = out
        let isConnected = kind != .access || allSitesReachEachOther
        for (from, likeness) in kinds.enumerated() {
            for (to, ends) in arrival.enumerated() {
                let weight = weights.weight(likeness.role, kinds[to].role)
                guard weight > 0 else { continue }
                var least = Int64.max
                for site in 0..<count { least = min(least, likeness.row[site] + ends[site]) }
                if kind == .access {
                    // Without a way between all sites it may be that the two are never served together.
                    let apart = (likeness.row.min() ?? 0) + (kinds[to].row.min() ?? 0)
                    least = isConnected ? apart : 0
                }
                // No way from one to the other: they are never served together and the pair counts nothing.
                if least >= CheckedWorld.unreachable { continue }
                // Nobody is a pair with themselves.
                out[from] += weight * Double(least) * (from == to ? sizes[to] - 1 : sizes[to])
                into[to] += weight * Double(least) * (from == to ? sizes[from] - 1 : sizes[from])
            }
        }
        return (out, into)
    }

    private var allSitesReachEachOther: Bool {
        let sites = (0..<world.siteCount).filter { world.snapshot.sites[$0].freeServers > 0 }
        return sites.allSatisfy { from in
            sites.allSatisfy { world.routed[from * world.siteCount + $0] < CheckedWorld.unreachable }
        }
    }
}

extension BoundCertificate {
    /// How the bound is recomputed, where it is.
    var kind: CheckedBound.Kind {
        switch self {
        case .openPath: .open
        case .access: .access
        case .path, .search, .potentials: .path
        }
    }
}
