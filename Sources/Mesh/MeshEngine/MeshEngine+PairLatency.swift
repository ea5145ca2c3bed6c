public import MeshPlanning
public import MeshTypes

extension MeshEngine {
    /// The latencies of all ordered pairs of different served participants, over all sessions of a plan: the one meaning
    /// that `mean`, `p50`, `p95` and `max` of a plan or a scenario have. With one session they are that session's own.
    ///
    /// A percentile is the least latency that so many of all pairs do not exceed (nearest rank), in whole microseconds.
    /// People who are left out are in no pair: figures of plans that leave out different people do not compare.
    ///
    /// - Throws: ``PlanningError`` when the network does not fit the sites.
    /// - Complexity: O(sites^3 + people log people); O(1) with one session.
    public func pairLatency(_ snapshot: Snapshot, _ plan: Plan) throws(PlanningError) -> LatencyStatistics {
        guard plan.sessions.count != 1 else { return plan.sessions[0].latency }
        return PooledLatencies(snapshot, plan, routed: try RoutedLatencies(snapshot)).statistics
    }
}

/// Pair latencies of several sessions together, counted without listing them.
private struct PooledLatencies {
    /// One session: access latencies at each of its sites, ascending, and the ways between those sites; microseconds.
    private struct Group {
        var access: [[Int64]]
        var ways: [Int64]

        /// Pairs of different people whose latency does not exceed a value.
        func count(upTo value: Int64) -> Int {
            var count = 0
            for (from, starts) in access.enumerated() {
                for (to, ends) in access.enumerated() {
                    let budget = value - ways[from * access.count + to]
                    var reach = ends.count
                    for start in starts {
                        while reach > 0 && start + ends[reach - 1] > budget { reach -= 1 }
                        if reach == 0 { break }
                        count += reach
                    }
                }
                // Nobody is a pair with itself.
                count -= starts.count { 2 * $0 <= value }
            }
            return count
        }
    }

    private var groups: [Group] = []
    private var pairs = 0
    private var sum = 0.0

    init(_ snapshot: Snapshot, _ plan: Plan, routed: RoutedLatencies) {
        let sites = Dictionary(snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let people = Dictionary(
            snapshot.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for session in plan.sessions {
            var access: [Int: [Int64]] = [:]
            for (person, site) in session.assignment {
                guard let person = people[person], let site = sites[site] else { continue }
                access[site, default: []].append(
                    snapshot.accessLatency(participant: person, site: site).microseconds)
            }
            let open = access.keys.sorted()
            let ways = open.flatMap { from in open.map { Int64(min(routed[from, $0], 86_400e6)) } }
            let group = Group(access: open.map { (access[$0] ?? []).sorted() }, ways: ways)
            let served = group.access.reduce(0) { $0 + $1.count }
            sum += 2 * Double(max(0, served - 1)) * group.access.reduce(0.0) { $1.reduce($0) { $0 + Double($1) } }
            for (from, starts) in group.access.enumerated() {
                for (to, ends) in group.access.enumerated() where from != to {
                    sum += Double(starts.count) * Double(ends.count) * Double(ways[from * open.count + to])
                }
            }
            pairs += served * max(0, served - 1)
            groups.append(group)
        }
    }

    var statistics: LatencyStatistics {
        guard pairs > 0 else { return .none }
        return LatencyStatistics(
            mean: sum / Double(pairs) / 1000, p50: percentile(50), p95: percentile(95), max: percentile(100))
    }

    private func percentile(_ percent: Int) -> Double {
        let rank = (pairs * percent + 99) / 100
        var low: Int64 = 0
        var high =
            groups.map { 2 * ($0.access.compactMap(\.last).max() ?? 0) + ($0.ways.max() ?? 0) }.max() ?? 0
        while low < high {
            let middle = (low + high) / 2
            if groups.reduce(0, { $0 + $1.count(upTo: middle) }) >= rank { high = middle } else { low = middle + 1 }
        }
        return Double(low) / 1000
    }
}
