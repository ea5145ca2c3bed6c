/// How the bound of a ``SessionPlan`` was made, so that a checker recomputes or verifies it.
public enum BoundCertificate: Sendable, Hashable, Codable {
    /// The path bound, over the sites that are allowed: recomputed.
    case path
    /// The path bound with every site of the snapshot allowed for everybody, whatever caps and free servers say; its
    /// rent is over the free servers as ever. Weaker, and it needs no upkeep when servers are taken and given back:
    /// recomputed.
    case openPath
    /// The path bound with the least allowed access latencies of both ends for each path, or nothing where some two sites
    /// with free servers have no way between them. The weakest, and quick: recomputed.
    case access
    /// A search through all plans of the snapshot, which found none cheaper; all sessions say so or none, and there are no pool
    /// prices. The bounds hold together: what each session costs in the plan sums to the least that all can cost. Verified by searching
    /// again, which only small snapshots allow.
    case search
    /// Potentials on the sites, and prices of a facility problem: verified, not trusted.
    case potentials(PairPotentials)
}

/// The data of a bound by potentials: what makes it is hard to find and easy to check.
///
/// Two ways of bounding meet. *Potentials*: a function `g` on sites is *short* when `|g(j) - g(h)| <= d[j, h] / 2`. Then
/// for two participants `d[j, h] >= (g_p(j) - g_q(j)) - (g_p(h) - g_q(h))`: the cost of a pair falls apart into costs of
/// one participant each, and what is left is a facility location problem. *Prices*: by Lagrange, for any value `v[p]` of
/// serving a participant, and any price `k[j]` of a load unit, that problem costs at least what the formula below says.
///
/// `J` are the sites with free servers, all of which must be reachable from each other; `R` the participants with an
/// allowed site; `w(p, q) = t(p, q) + t(q, p)` with the weights of ``Interaction``; `sigma = latencyValue * N / S` the
/// cost of a weighted millisecond; `W[p]` the sum of `w(p, q)` over all other `q` of `R`.
///
/// 1. The half-lengths `h[i, j]` between sites of `J`, whole microseconds: `(d[i, j] + d[j, i]) / 4` rounded down, or,
///    where some pair of participants weighs differently by direction, `min(d[i, j], d[j, i]) / 2` rounded down; then
///    shortened to the shortest paths over such half-lengths.
/// 2. The potential of `p`, in group `a`: `g_p(j) = least over i of sites of tables[a][i] + h[i, j]`, short by
///    construction, whatever the table says.
/// 3. The cost of `p` at an allowed `j` of `J`: `c[p, j] = sigma * (W[p] (l[p, j] + g_p(j)) - sum over q of w(p, q) g_q(j))`
///    `+ excess + move price if p would be moved + k[j] * load[p]`.
/// 4. The worth of opening `j`, with `b` load units on a server, the price `r` of one (pool price included), and `f` free servers, but no
///    more than the server limit less redundancy: servers are whole, and carry whom it pays most to serve,
///    `rho[j] = least over n = 1 ... f of n (r - u - k b) - G(n b)`, with the session's server value `u >= 0`, where `G(x)` is the most that load `x` gains: of the `p` with
///    `v[p] > c[p, j]`, by `(v[p] - c[p, j]) / load[p]`, the largest first, the last one by the fraction.
/// 5. What leaving out `p` costs at least: `e[p] = unservedPrice - sigma * sum over q of w(p, q) (A[q] + B[p])`, where
///    `A[q] = max(0, most over allowed j of l[q, j] + g_q(j))` and `B[p] = max(0, most over j of -g_p(j))`.
/// 6. With `m` the most sites that site limit, server limit and redundancy allow, and at least one site open,
///
///        bound = min(|R| * unservedPrice,
///                    sum over R of v[p] + the sum of the m least rho that are negative, or the least rho where none is
///                    + min(u N + sum over R of min(0, e[p] - v[p]), the least sum of e[p] - v[p] over K of R or more)
///                    + redundancy * cheapest server)
///                + (participants outside R) * unservedPrice
///
///    where `N` is the load of R over the largest load per server of `J`, rounded up, and `K` what fewer than `N` such servers do not
///    carry of that load, over the largest load of R, rounded up. A plan rents `N` servers or more for its load, which are worth `u` each, or it leaves
///    out `K` or more: so whole servers count over all sites together too.
///
/// A session of one has no pairs, and no such bound. Source of the parts: Kleinberg, Tardos, "Approximation algorithms for
/// classification problems with pairwise relationships" (2002), whose earthmover relaxation the potentials are dual to;
/// Cornuejols, Fisher, Nemhauser (1977) for the Lagrangian of the facility problem; Dantzig (1957) for the knapsack. Whole
/// servers bound at least as high as any load price does, so that the planner states none.
public struct PairPotentials: Sendable, Hashable, Codable {
    /// The sites that tables have a value for; some with free servers, each once.
    public var sites: [SiteID]
    /// The group of each participant of the session, by identifier: the number of its table.
    public var groups: [Int]
    /// Microseconds, by group and site of `sites`.
    public var tables: [[Int64]]
    /// The value `v` of serving each participant of the session, by identifier; of those without an allowed site it is
    /// not used.
    public var values: [Double]
    /// The price `k` of a load unit at a site, 0 or more; 0 where none is stated.
    public var loadPrices: [SiteID: Double]
    /// The value `u` of a server to the session, 0 or more.
    public var serverValue: Double

    /// Creates the data.
    public init(
        sites: [SiteID], groups: [Int], tables: [[Int64]], values: [Double], loadPrices: [SiteID: Double] = [:],
        serverValue: Double = 0
    ) {
        self.sites = sites
        self.groups = groups
        self.tables = tables
        self.values = values
        self.loadPrices = loadPrices
        self.serverValue = serverValue
    }
}
