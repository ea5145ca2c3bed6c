package import MeshTypes

/// The least number of people that any plan leaves out: those without an allowed site, and those for whom the pool has not enough
/// whole servers.
///
/// A server belongs to one session. With `L` the largest load that any server of the pool carries, `n` servers of which `r` are
/// spares carry at most `f(n)` of a session's people: as many of their loads, least first, as `(n - r) * L` holds. No session rents more
/// than its policy or the pool allows. All sessions together carry at most the largest sum of `f` over servers that sum to those of the
/// pool (exactly by dynamic programming where that is quick, else by the concave hull of each `f`, which is exact where spares do not
/// bend it), and at most as many as the loads of all, least first, that the load of the whole pool holds.
///
/// The figure is exact where all servers are equal, all loads are equal and divide that of a server, everybody may go everywhere, and the
/// dynamic program is run; it is never above what a plan leaves out.
///
/// Source: Martello, Toth, "Knapsack Problems" (1990), sections 2.2 and 2.6, for the bound and the recursion.
package struct LeastUnserved: Sendable {
    /// Steps of the dynamic program, servers of the pool times servers that sessions can use, up to which it is run.
    static let exactLimit = 2_000_000

    private let servers: Int
    private let largest: Int
    private let capacity: Int
    private let roomiest: [Int]
    private var unreachable = 0
    private var reachable = 0
    /// For each session how many people 0, 1, 2, ... servers carry at most.
    private var carried: [[Int]] = []
    /// How many people have each load.
    private var people: [Int: Int] = [:]

    /// A pool, by what stands at each site and what a server there carries; sites without servers do not count.
    package init(pool: [(servers: Int, loadPerServer: Int)]) {
        let usable = pool.filter { $0.servers > 0 && $0.loadPerServer > 0 }
        servers = usable.reduce(0) { $0 + $1.servers }
        largest = usable.map(\.loadPerServer).max() ?? 0
        capacity = usable.reduce(0) { $0 + $1.servers * $1.loadPerServer }
        roomiest = usable.map(\.servers).sorted(by: >)
    }

    /// Counts a session.
    ///
    /// - Parameters:
    ///   - loads: the loads of those who have an allowed site.
    ///   - unreachable: how many have none.
    /// - Complexity: O(people log people); O(people) where loads are equal.
    package mutating func add(loads: [Int], unreachable: Int, policy: SessionPolicy) {
        self.unreachable += unreachable
        guard !loads.isEmpty else { return }
        reachable += loads.count
        let isEven = loads.allSatisfy { $0 == loads[0] }
        let ascending = isEven ? loads : loads.sorted()
        if isEven {
            people[loads[0], default: 0] += loads.count
        } else {
            for load in loads { people[load, default: 0] += 1 }
        }
        let sites = min(policy.siteLimit ?? roomiest.count, roomiest.count)
        let most = min(policy.serverLimit ?? .max, roomiest.prefix(max(0, sites)).reduce(0, +))
        var counts = [Int](repeating: 0, count: max(0, min(most, policy.redundancy)) + 1)
        var (room, held) = (0, 0)
        while counts.count <= most, held < ascending.count {
            room += largest
            while held < ascending.count, ascending[held] <= room {
                room -= ascending[held]
                held += 1
            }
            counts.append(held)
        }
        carried.append(counts)
    }

    /// The least number of people that any plan leaves out.
    ///
    /// - Complexity: O(servers of the pool * servers that sessions can use) up to ``exactLimit``, else O(u log u) for `u` servers that sessions can use.
    package var value: Int {
        unreachable + reachable - min(mostByServers, mostByLoad)
    }

    private var mostByServers: Int {
        let usable = carried.reduce(0) { $0 + $1.count - 1 }
        if usable <= servers { return carried.reduce(0) { $0 + ($1.last ?? 0) } }
        return servers * usable <= Self.exactLimit ? mostExactly : mostByHull
    }

    /// By dynamic programming over the sessions: `best[s]` is the most people that `s` servers carry.
    private var mostExactly: Int {
        var best = [Int](repeating: 0, count: servers + 1)
        for counts in carried {
            for all in stride(from: servers, to: 0, by: -1) {
                for own in 1..<max(1, min(counts.count, all + 1)) {
                    best[all] = max(best[all], best[all - own] + counts[own])
                }
            }
        }
        return best[servers]
    }

    /// By what a server more brings on the concave hull of each session's curve, the most first.
    private var mostByHull: Int {
        var steps: [(slope: Double, servers: Int)] = []
        for counts in carried {
            var (from, height) = (0, 0)
            while from < counts.count - 1 {
                var best = (slope: 0.0, to: from)
                for to in (from + 1)..<counts.count {
                    let slope = Double(counts[to] - height) / Double(to - from)
                    if slope >= best.slope { best = (slope, to) }
                }
                guard best.to > from, best.slope > 0 else { break }
                steps.append((best.slope, best.to - from))
                (from, height) = (best.to, counts[best.to])
            }
        }
        steps.sort { $0.slope > $1.slope }
        var (left, most) = (servers, 0.0)
        for step in steps where left > 0 {
            let taken = min(left, step.servers)
            most += step.slope * Double(taken)
            left -= taken
        }
        return Int((most + 1e-6).rounded(.down))
    }

    private var mostByLoad: Int {
        var (left, most) = (capacity, 0)
        for (load, count) in people.sorted(by: { $0.key < $1.key }) {
            let taken = load > 0 ? min(count, left / load) : count
            most += taken
            left -= taken * load
            if taken < count { break }
        }
        return most
    }
}
