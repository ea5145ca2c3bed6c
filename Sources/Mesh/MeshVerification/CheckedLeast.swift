import MeshTypes

/// The least number of participants that any plan leaves out, recomputed from the words beside ``SessionPlan``.
struct CheckedLeast {
    /// Steps up to which the sum of what sessions' servers carry is made the largest exactly.
    private static let exactLimit = 2_000_000

    private let world: CheckedWorld
    private let sites: [Site]

    init(_ world: CheckedWorld) {
        self.world = world
        sites = world.snapshot.sites.filter { $0.freeServers > 0 && $0.loadPerServer > 0 }
    }

    /// - Complexity: O(participants * sites) for who reaches a site, and 2,000,000 steps at most, or O(servers^2) a session beyond.
    func value() -> Int {
        let largest = sites.map(\.loadPerServer).max() ?? 0
        let pool = sites.reduce(0) { $0 + $1.freeServers }
        var loads: [[Int]] = []
        for session in world.snapshot.sessions {
            let reachable = (world.members[session.id] ?? []).filter { member in
                (0..<world.siteCount).contains { world.allows(member, $0, under: session.policy) }
            }
            loads.append(reachable.map { world.loads[$0] }.sorted())
        }
        let curves = zip(world.snapshot.sessions, loads).map { curve($0.policy, $1, largest) }
        let byServers = most(curves, pool)
        let all = loads.flatMap(\.self).sorted()
        var (left, byLoad) = (sites.reduce(0) { $0 + $1.freeServers * $1.loadPerServer }, 0)
        while byLoad < all.count, all[byLoad] <= left {
            left -= all[byLoad]
            byLoad += 1
        }
        return world.snapshot.participants.count - min(byServers, byLoad)
    }

    /// How many of a session 0, 1, 2, ... servers carry, up to the number at which no more do.
    private func curve(_ policy: SessionPolicy, _ loads: [Int], _ largest: Int) -> [Int] {
        guard !loads.isEmpty else { return [0] }
        let roomiest = sites.map(\.freeServers).sorted(by: >).prefix(max(0, policy.siteLimit ?? sites.count))
        let limit = min(policy.serverLimit ?? .max, roomiest.reduce(0, +))
        var sums = [0]
        for load in loads { sums.append(sums[sums.count - 1] + load) }
        var curve = [0]
        for servers in stride(from: 1, through: limit, by: 1) {
            let working = max(0, servers - policy.redundancy)
            curve.append(sums.lastIndex { $0 <= working * largest } ?? 0)
            if curve[servers] == loads.count { break }
        }
        return curve
    }

    private func most(_ curves: [[Int]], _ pool: Int) -> Int {
        let usable = curves.reduce(0) { $0 + $1.count - 1 }
        if usable <= pool { return curves.reduce(0) { $0 + ($1.last ?? 0) } }
        if pool * usable > Self.exactLimit { return hull(curves, pool) }
        // best[n]: the most that n servers carry of the sessions so far.
        var best = [Int](repeating: 0, count: pool + 1)
        for curve in curves {
            best = best.indices.map { servers in
                (0...min(servers, curve.count - 1)).map { curve[$0] + best[servers - $0] }.max() ?? 0
            }
        }
        return best[pool]
    }

    /// The largest sum over concave hulls: of all their steps the steepest, as many servers wide as the pool.
    private func hull(_ curves: [[Int]], _ pool: Int) -> Int {
        var steps: [(height: Double, width: Int)] = []
        for curve in curves {
            // Corners of the hull, by turning only to the right.
            var corners: [Int] = []
            for place in curve.indices {
                while corners.count > 1 {
                    let (first, second) = (corners[corners.count - 2], corners[corners.count - 1])
                    let before = (curve[second] - curve[first]) * (place - second)
                    guard before <= (curve[place] - curve[second]) * (second - first) else { break }
                    corners.removeLast()
                }
                corners.append(place)
            }
            for (from, to) in zip(corners, corners.dropFirst()) {
                steps.append((Double(curve[to] - curve[from]) / Double(to - from), to - from))
            }
        }
        var (left, sum) = (pool, 0.0)
        for step in steps.sorted(by: { $0.height > $1.height }) where left > 0 && step.height > 0 {
            sum += step.height * Double(min(left, step.width))
            left -= step.width
        }
        return Int((sum + 1e-6).rounded(.down))
    }
}
