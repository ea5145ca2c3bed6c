import DenseMatrices
import MeshTypes

/// A mesh under construction and its exact cost, kept up to date move by move.
///
/// With `n` the participants at each site, `L` the summed access latency of the `S` served and `Q = n' D n`, the
/// latencies of all ordered pairs sum to `2 (S - 1) L + Q`. Moving `w` participants from `a` to `b` changes `Q` by
/// `w (pull[b] - pull[a]) - w^2 coupling[a, b]` where `coupling = D + D'` and `pull = coupling n`, and changes `pull` by
/// one axpy. All of these are whole microseconds in doubles: sums are exact and do not drift.
struct MeshState {
    let space: SearchSpace
    /// The site of each group, or -1.
    private(set) var site: [Int]
    /// Participants at each site.
    private(set) var count: [Double]
    /// Load at each site.
    private(set) var load: [Int]
    /// Servers that carry the load of each site.
    private(set) var servers: [Int]
    /// The most servers at each site; lowered to try life without one.
    var serverCap: [Int]
    /// The most sites; raised by one to swap sites.
    var siteLimit: Int
    /// `coupling` times `count`.
    private(set) var pull: [Double]
    /// Sites in use, in the order of their opening.
    private(set) var open: [Int] = []
    private(set) var served = 0.0
    private(set) var latencySum = 0.0
    private(set) var pairSum = 0.0
    private(set) var rent = 0.0
    private(set) var spareCost = 0.0
    private(set) var serverTotal = 0
    private(set) var moved = 0.0
    private(set) var budgetedMoves = 0.0
    private(set) var unserved: Double

    /// Nobody is served yet.
    init(_ space: SearchSpace) {
        self.space = space
        let sites = space.siteCount
        site = Array(repeating: -1, count: space.groups.count)
        count = Array(repeating: 0, count: sites)
        load = Array(repeating: 0, count: sites)
        servers = Array(repeating: 0, count: sites)
        serverCap = space.available
        siteLimit = space.siteLimit
        pull = Array(repeating: 0, count: sites)
        unserved = space.groups.weight.reduce(0, +)
    }

    /// The cost of the mesh, missing spares priced out of reach.
    var objective: Double {
        space.scale * (2 * space.partners(served) * latencySum + pairSum) + rent + spareCost
            + space.policy.movePrice * moved + space.policy.unservedPrice * unserved
    }

    /// Whether every spare that the policy asks for has a server.
    var hasAllSpares: Bool { spareCost < SearchSpace.missingSparePenalty }

    /// Servers that a load needs at a site.
    func serversNeeded(_ load: Int, at site: Int) -> Int {
        let one = space.loadPerServer[site]
        return (load + one - 1) / one
    }

    /// Whether serving a group at a site moves it; -1 moves nobody.
    func isMove(_ group: Int, to site: Int) -> Bool {
        let previous = space.groups.previous[group]
        return site >= 0 && previous != SessionProblem.nowhere && previous != site
    }

    /// Takes a group to a site, or to -1, without asking whether that is allowed.
    mutating func apply(_ group: Int, to target: Int) {
        let source = site[group]
        guard source != target else { return }
        let (weight, groupLoad) = (space.groups.weight[group], space.groups.load[group])
        let row = group * space.siteCount
        if source >= 0 && target >= 0 {
            pairSum +=
                weight * (pull[target] - pull[source])
                - weight * weight * space.coupling[source * space.siteCount + target]
        } else if target >= 0 {
            pairSum += weight * pull[target]
        } else {
            pairSum -= weight * pull[source]
        }
        if source >= 0 {
            latencySum -= space.groups.latency[row + source]
            pullAxpy(-weight, source)
            change(source, count: -weight, load: -groupLoad)
        } else {
            served += weight
            unserved -= weight
        }
        if target >= 0 {
            latencySum += space.groups.latency[row + target]
            pullAxpy(weight, target)
            change(target, count: weight, load: groupLoad)
        } else {
            served -= weight
            unserved += weight
        }
        let change = (isMove(group, to: target) ? weight : 0) - (isMove(group, to: source) ? weight : 0)
        moved += change
        if space.groups.isBudgeted[group] { budgetedMoves += change }
        site[group] = target
        if space.policy.redundancy > 0 { spareCost = spareCost(servers) }
    }

    private mutating func change(_ site: Int, count added: Double, load addedLoad: Int) {
        let wasOpen = count[site] > 0
        count[site] += added
        load[site] += addedLoad
        let needed = serversNeeded(load[site], at: site)
        rent += space.price[site] * Double(needed - servers[site])
        serverTotal += needed - servers[site]
        servers[site] = needed
        let isOpen = count[site] > 0
        if isOpen && !wasOpen { open.append(site) }
        if wasOpen && !isOpen { open.removeAll { $0 == site } }
    }

    /// `pull += factor * coupling[:, site]`; the coupling is symmetric.
    private mutating func pullAxpy(_ factor: Double, _ site: Int) {
        BLAS.axpy(factor, space.coupling, from: site * space.siteCount, to: &pull)
    }

    /// What the spares cost at the open sites, cheapest first, given the servers that carry load.
    func spareCost(_ servers: [Int]) -> Double {
        var wanted = space.policy.redundancy
        guard wanted > 0, served > 0 || servers.contains(where: { $0 > 0 }) else { return 0 }
        var cost = 0.0
        for site in space.candidatesByPrice where servers[site] > 0 {
            let spares = min(wanted, space.available[site] - servers[site])
            guard spares > 0 else { continue }
            cost += Double(spares) * space.price[site]
            wanted -= spares
            if wanted == 0 { return cost }
        }
        return cost + Double(wanted) * SearchSpace.missingSparePenalty
    }
}
