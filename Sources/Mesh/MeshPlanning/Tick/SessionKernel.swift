import MeshTypes

/// The search over one session's mesh in a tick: who moves where, which sites open and close.
///
/// The kernel takes a session into flat arrays over a short list of candidate sites, improves it there and writes it
/// back; its memory is used for one session after the other. What the members share is their *kind*: for
/// ``MeshTypes/Interaction/everyone`` there is one, an audience has publishers and listeners, neighbours have a kind a
/// cell. With `T[k, m]` the weight of a pair of kinds, `d` the routed latency and `n[m, g]` the members of a kind at a site,
///
///     pull[k, h] = sum over kinds m and sites g of n[m, g] (T[k, m] d[h, g] + T[m, k] d[g, h])
///
/// is what one member of kind `k` adds in transit when it goes to site `h`. A move from `j` to `h` changes the interaction by
/// `r (l[h] - l[j]) + pull[k, h] - pull[k, j] - T[k, k] (d[j, h] + d[h, j])`, where `r` is the member's weight over all served
/// others in both directions and the last term takes its own share out of the pull: constant time. Carrying it out costs
/// O(kinds * candidates). All sums are of whole microseconds times weights, in doubles.
///
/// References: the quadratic semi-assignment problem (Burkard, Çela, Pardalos, Pitsoulis 1998, section 6); local search over
/// sites after Whitaker (1983) and Resende, Werneck (2007). What it cannot see: gains that need two sites changed at once, apart
/// from a swap; members that would only move together.
package struct SessionKernel: ~Copyable {
    // The session's size here: members, candidate sites, kinds.
    var memberCount = 0
    var candidateCount = 0
    var kindCount = 0

    // A candidate each.
    var candidate = Strip<Int32>()
    var available = Strip<Int>()
    var loadPerServer = Strip<Int>()
    var price = Strip<Double>()
    // Pairs of candidates: there, and the transpose.
    var forward = Strip<Double>()
    var backward = Strip<Double>()

    // A member each.
    var kind = Strip<Int32>()
    var load = Strip<Int32>()
    /// The candidate that is the member's last site; ``none``, or ``beyond`` when that site could serve it but is no candidate.
    var home = Strip<Int32>()
    var isPinned = Strip<Bool>()
    // Members by candidates: latency in microseconds, further cost in cost units.
    var latency = Strip<Double>()
    var further = Strip<Double>()

    // Pairs of kinds: weight of an ordered pair, and of both directions.
    var weight = Strip<Double>()
    var bothWays = Strip<Double>()
    /// Cost of one microsecond of one pair of weight 1.
    var scale = 0.0
    /// Whether a single member hears its own echo.
    var isAlone = false

    var state = KernelState()
    var saved = KernelState()
    /// The mesh that a search from nothing is to beat.
    var standing = KernelState()

    // What the ranking of changes uses.
    var gains = Strip<Double>()
    var losses = Strip<Double>()
    var corrections = Strip<Double>()
    /// What the best other open site would change for each member, and whom only the lack of a server keeps from one.
    var alternatives = Strip<Double>()
    var blocked: [(site: Int, change: Double)] = []
    // Marks by site of the whole pool.
    var votes = Strip<Int32>()
    var sums = Strip<Int64>()
    /// A kind each: the weight of those at one place, there and back.
    var exchange = (there: Strip<Double>(), back: Strip<Double>())
    var certificate = CertificateScratch()

    /// The part of the network that the mesh is in.
    var meshComponent = 0
    var siteLimit = 0
    var serverLimit = 0
    var moveBudget = 0
    /// The price of a move, and what the search charges for one.
    var movePrice = 0.0
    var moveCharge = 0.0
    var unservedPrice = 0.0

    /// No last site that the member could have kept.
    static let none = Int32(-1)
    /// A last site that the member could have kept, beyond the candidates.
    static let beyond = Int32(-2)
    /// A latency that no member may have.
    static let forbidden = 1e15
    /// Gains below this are rounding.
    package static let tolerance = 1e-7

    package init() {}

    deinit {
        candidate.deallocate()
        available.deallocate()
        loadPerServer.deallocate()
        price.deallocate()
        forward.deallocate()
        backward.deallocate()
        kind.deallocate()
        load.deallocate()
        home.deallocate()
        isPinned.deallocate()
        latency.deallocate()
        further.deallocate()
        weight.deallocate()
        bothWays.deallocate()
        gains.deallocate()
        losses.deallocate()
        corrections.deallocate()
        alternatives.deallocate()
        votes.deallocate()
        sums.deallocate()
        exchange.there.deallocate()
        exchange.back.deallocate()
        state.deallocate()
        saved.deallocate()
        standing.deallocate()
        certificate.deallocate()
    }
}

/// What moves change, so that a trial can be taken back.
struct KernelState {
    /// The candidate that serves each member, or -1.
    var place = Strip<Int32>()
    /// Members of each kind at each candidate.
    var count = Strip<Double>()
    var pull = Strip<Double>()
    /// Served members of each kind, their summed latency, and the weight of one of the kind over all served.
    var served = Strip<Double>()
    var latencySum = Strip<Double>()
    var partners = Strip<Double>()
    /// Members, load and servers needed at each candidate.
    var members = Strip<Int>()
    var load = Strip<Int>()
    var servers = Strip<Int>()
    var figures = KernelFigures()

    mutating func copy(_ other: KernelState, members: Int, candidates: Int, kinds: Int) {
        place.copy(other.place, count: members)
        count.copy(other.count, count: kinds * candidates)
        pull.copy(other.pull, count: kinds * candidates)
        served.copy(other.served, count: kinds)
        latencySum.copy(other.latencySum, count: kinds)
        partners.copy(other.partners, count: kinds)
        self.members.copy(other.members, count: candidates)
        load.copy(other.load, count: candidates)
        servers.copy(other.servers, count: candidates)
        figures = other.figures
    }

    func deallocate() {
        place.deallocate()
        count.deallocate()
        pull.deallocate()
        served.deallocate()
        latencySum.deallocate()
        partners.deallocate()
        members.deallocate()
        load.deallocate()
        servers.deallocate()
    }
}

/// Sums that go with a ``KernelState``.
struct KernelFigures {
    /// Weighted pair latency of the served, microseconds.
    var interaction = 0.0
    /// Further cost of the served: moves, latency above the soft cap.
    var further = 0.0
    /// Rent of the servers that carry load, at scarcity prices.
    var rent = 0.0
    var unserved = 0
    var openSites = 0
    var servers = 0
    /// Members away from a home that they could have kept.
    var moves = 0
}
