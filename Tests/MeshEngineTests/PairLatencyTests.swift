import MeshEngine
import MeshInstances
import MeshTypes
import TestSupport
import Testing

/// One meaning of mean and percentiles: over all pairs of all sessions.
@Suite("Latencies of all pairs of all sessions")
struct PairLatencyTests {
    /// Ways between sites in microseconds, by Floyd and Warshall.
    private static func ways(_ snapshot: Snapshot) throws -> [[Int64]] {
        guard case .dense(let table) = snapshot.network else { throw Surprise() }
        let count = snapshot.sites.count
        var ways = (0..<count).map { from in
            (0..<count).map { from == $0 ? 0 : table[from, $0]?.microseconds ?? 1 << 40 }
        }
        for middle in 0..<count {
            for from in 0..<count {
                for to in 0..<count { ways[from][to] = min(ways[from][to], ways[from][middle] + ways[middle][to]) }
            }
        }
        return ways
    }

    private struct Surprise: Error {}

    /// Every pair, listed.
    private static func listed(_ snapshot: Snapshot, _ plan: Plan) throws -> [Int64] {
        let ways = try ways(snapshot)
        let sites = Dictionary(uniqueKeysWithValues: snapshot.sites.enumerated().map { ($1.id, $0) })
        let people = Dictionary(uniqueKeysWithValues: snapshot.participants.enumerated().map { ($1.id, $0) })
        var pairs: [Int64] = []
        for session in plan.sessions {
            for (one, here) in session.assignment {
                for (other, there) in session.assignment where one != other {
                    let (from, to) = (try #require(sites[here]), try #require(sites[there]))
                    let access =
                        snapshot.accessLatency(participant: try #require(people[one]), site: from).microseconds
                        + snapshot.accessLatency(participant: try #require(people[other]), site: to).microseconds
                    pairs.append(access + ways[from][to])
                }
            }
        }
        return pairs.sorted()
    }

    @Test("are those of the pairs one by one, in 300 worlds")
    func bruteForce() throws {
        let engine = MeshEngine()
        for seed in UInt64(0)..<300 {
            var random = SplitMix64(seed: seed)
            let snapshot = try WorldParameters(
                sites: random.integer(1...6), sessions: random.integer(1...4), participants: random.integer(0...24)
            ).generate(seed: seed)
            let plan = try engine.plan(
                snapshot, PlanRequest(strategy: random.element(of: [.nearest, .single, .greedy])))
            let found = try engine.pairLatency(snapshot, plan)
            let pairs = try Self.listed(snapshot, plan)
            guard !pairs.isEmpty else {
                #expect(found == .none)
                continue
            }
            func percentile(_ percent: Int) -> Double { Double(pairs[(pairs.count * percent + 99) / 100 - 1]) / 1000 }
            #expect(
                found.p50 == percentile(50) && found.p95 == percentile(95) && found.max == percentile(100), "\(seed)")
            let mean = pairs.reduce(0.0) { $0 + Double($1) } / Double(pairs.count) / 1000
            #expect(abs(found.mean - mean) < 1e-6 * max(1, mean), "seed \(seed)")
        }
    }
}
