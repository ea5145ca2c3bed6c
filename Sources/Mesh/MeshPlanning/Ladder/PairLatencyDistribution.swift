import DenseMatrices
import MeshTypes

/// The latencies of all ordered pairs of different served participants, without listing them.
///
/// Participants are sorted by access latency at each site; for two sites, the pairs whose latency does not exceed a
/// value are then counted by walking two lists. A percentile is a binary search over the value.
///
/// - Complexity: O(n log n) to build, O(sites * n) for the count below one value, about 26 counts a percentile.
struct PairLatencyDistribution {
    /// Access latencies at each site in use, ascending, microseconds.
    private let access: [[Int64]]
    /// Routed latencies between the sites in use, row-major.
    private let routed: [Int64]
    private let pairCount: Int
    private let pairSum: Double

    init(_ session: SessionProblem, assignment: [Int], world: PlanningWorld) {
        let open = Set(assignment.filter { $0 >= 0 }).sorted()
        var access = [[Int64]](repeating: [], count: open.count)
        var places = [Int](repeating: -1, count: world.siteCount)
        for (place, site) in open.enumerated() { places[site] = place }
        for (participant, site) in assignment.enumerated() where site >= 0 {
            access[places[site]].append(Self.whole(session.latency[participant * world.siteCount + site]))
        }
        for place in access.indices { access[place].sort() }
        let routed = open.flatMap { from in open.map { Self.whole(world.routed[from, $0]) } }
        let served = access.reduce(0) { $0 + $1.count }
        let accessSum = access.reduce(0.0) { $1.reduce($0) { $0 + Double($1) } }
        var sum = 2 * Double(max(0, served - 1)) * accessSum
        for (from, starts) in access.enumerated() {
            for (to, ends) in access.enumerated() where from != to {
                sum += Double(starts.count) * Double(ends.count) * Double(routed[from * open.count + to])
            }
        }
        self.access = access
        self.routed = routed
        pairCount = served * (served - 1)
        pairSum = sum
    }

    /// Whole microseconds; a day for what no plan may have, so that a checker can tell where such a plan is wrong.
    private static func whole(_ microseconds: Double) -> Int64 { Int64(min(microseconds, 86_400e6)) }

    /// Mean, median, 95th percentile and maximum, in milliseconds.
    var statistics: LatencyStatistics {
        guard pairCount > 0 else { return .none }
        return LatencyStatistics(
            mean: pairSum / Double(pairCount) / 1000, p50: percentile(50), p95: percentile(95), max: percentile(100))
    }

    /// The least latency that `percent` of the pairs do not exceed, in milliseconds (nearest rank).
    private func percentile(_ percent: Int) -> Double {
        let rank = (pairCount * percent + 99) / 100
        let longest = access.compactMap(\.last).max() ?? 0
        var low: Int64 = 0
        var high = 2 * longest + (routed.max() ?? 0)
        while low < high {
            let middle = (low + high) / 2
            if count(upTo: middle) >= rank { high = middle } else { low = middle + 1 }
        }
        return Double(low) / 1000
    }

    /// Pairs whose latency does not exceed a value.
    private func count(upTo value: Int64) -> Int {
        var count = 0
        for (from, starts) in access.enumerated() {
            for (to, ends) in access.enumerated() {
                let budget = value - routed[from * access.count + to]
                var reach = ends.count
                for start in starts {
                    while reach > 0 && start + ends[reach - 1] > budget { reach -= 1 }
                    if reach == 0 { break }
                    count += reach
                }
            }
            // Nobody is a pair with itself.
            count -= starts.count(where: { 2 * $0 <= value })
        }
        return count
    }
}
