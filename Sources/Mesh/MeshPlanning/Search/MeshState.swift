import DenseMatrices
import MeshTypes

/// A mesh under construction and its exact cost, kept up to date move by move.
///
/// With `n` the participants at each site, `L` the summed access latency of the `S` served and `Q = n' D n`, the
/// latencies of all ordered pairs sum to `2 (S - 1) L + Q`. Moving `w` participants from `a` to `b` changes `Q` by
/// `w (pull[b] - pull[a]) - w^2 coupling[a, b]` where `coupling = D + D'` and `pull = coupling n`, and changes `pull` by
/// one axpy. All of these are whole microseconds in doubles: sums are exact and do not drift.
///
/// Where not everyone interacts with everyone alike, there is a pull for each class of participants,
/// `pull[c] = sum over q of t(c, q) D[:, a(q)] + t(q, c) D[a(q), :]'`, and a multiplier of its latency,
/// `partners[c] = sum over q of t(c, q) + t(q, c)`, each including the participant itself; a move is then one axpy a
/// class, and still constant time to price.
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
    /// What a participant of each class feels of the others at each site; a row a class.
    private(set) var pull: [Double]
    /// Sites in use, in the order of their opening.
    private(set) var open: [Int] = []
    private(set) var served = 0.0
    /// By class: weights to and from the served, themselves included, and the access latencies that they weigh.
    private(set) var partners: [Double]
    private(set) var partnerLatency: [Double]
    /// By class: access latency of the served.
    private(set) var classLatency: [Double]
    /// Access latency of all the served, each multiplied by its partners.
    private(set) var latencySum = 0.0
    private(set) var pairSum = 0.0
    private(set) var excess = 0.0
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
        let classes = space.interaction.count
        pull = Array(repeating: 0, count: classes * sites)
        partners = Array(repeating: 0, count: classes)
        partnerLatency = partners
        classLatency = partners
        unserved = space.groups.weight.reduce(0, +)
    }

    /// The cost of the mesh, missing spares priced out of reach.
    var objective: Double {
        space.scale * (latencySum + pairSum) + rent + spareCost + excess
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
        let (row, own) = (group * space.siteCount, space.groups.interactionClass[group])
        let pullRow = own * space.siteCount
        if source >= 0 && target >= 0 {
            pairSum +=
                weight * (pull[pullRow + target] - pull[pullRow + source])
                - weight * weight * space.interaction.weight[own * (space.interaction.count + 1)]
                * space.coupling[source * space.siteCount + target]
        } else if target >= 0 {
            pairSum += weight * pull[pullRow + target]
        } else {
            pairSum -= weight * pull[pullRow + source]
        }
        if source >= 0 {
            serve(own, count: -weight, latency: -space.groups.latency[row + source])
            pullAxpy(-weight, own, source)
            change(source, count: -weight, load: -groupLoad)
            if !space.groups.excess.isEmpty { excess -= space.groups.excess[row + source] }
        }
        if target >= 0 {
            serve(own, count: weight, latency: space.groups.latency[row + target])
            pullAxpy(weight, own, target)
            change(target, count: weight, load: groupLoad)
            if !space.groups.excess.isEmpty { excess += space.groups.excess[row + target] }
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

    /// Takes participants of a class into the sums over the served, or out of them.
    private mutating func serve(_ own: Int, count added: Double, latency: Double) {
        let (classes, mutual) = (space.interaction.count, space.interaction.mutual)
        served += added
        unserved -= added
        classLatency[own] += latency
        latencySum = 0
        for other in 0..<classes {
            let weight = mutual[other * classes + own]
            partners[other] += weight * added
            partnerLatency[other] += weight * latency
            latencySum += multiplier(other, partners[other]) * classLatency[other]
        }
    }

    /// What the latency of one of a class is multiplied by, given the weights of all the served: nobody is a partner of
    /// themselves, but somebody alone in a session hears its own echo.
    @inline(__always)
    func multiplier(_ own: Int, _ partners: Double) -> Double {
        if space.participantCount == 1 { return 2 }
        return max(0, partners - space.interaction.mutual[own * (space.interaction.count + 1)])
    }

    /// Adds what `factor` participants of a class at a site are to each class.
    private mutating func pullAxpy(_ factor: Double, _ own: Int, _ site: Int) {
        let (classes, sites) = (space.interaction.count, space.siteCount)
        guard classes > 1 else { return BLAS.axpy(factor, space.coupling, from: site * sites, to: &pull) }
        let from = site * sites
        for other in 0..<classes {
            let to = factor * space.interaction.weight[other * classes + own]
            let back = factor * space.interaction.weight[own * classes + other]
            let row = other * sites
            if to == back {
                for place in 0..<sites { pull[row + place] += to * space.coupling[from + place] }
            } else {
                for place in 0..<sites {
                    pull[row + place] += to * space.arrivals[from + place] + back * space.departures[from + place]
                }
            }
        }
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
