import MeshPlanning
import MeshTypes
import TestSupport
import Testing

/// The least number of people that any plan leaves out, against all ways to give servers to sessions.
@Suite struct LeastUnservedTests {
    /// Sessions and a pool so small that every way can be tried.
    private struct TinyPool {
        var sessions: [(loads: [Int], unreachable: Int, policy: SessionPolicy)] = []
        var sites: [(servers: Int, loadPerServer: Int)] = []

        init(_ random: inout SplitMix64, isEqual: Bool) {
            let load = random.integer(1...3)
            let carries = load * random.integer(1...3)
            for _ in 0..<random.integer(1...3) {
                var policy = SessionPolicy()
                if random.chance(0.3) { policy.redundancy = random.integer(1...2) }
                if random.chance(0.2) { policy.serverLimit = random.integer(1...3) }
                if random.chance(0.2) { policy.siteLimit = random.integer(1...2) }
                let loads = (0..<random.integer(0...5)).map { _ in isEqual ? load : random.integer(1...4) }
                sessions.append((loads, random.integer(0...1), policy))
            }
            var left = 5
            while left > 0, random.chance(0.8) {
                let servers = random.integer(0...left)
                sites.append((servers, isEqual ? carries : random.integer(1...6)))
                left -= max(1, servers)
            }
        }

        var bound: Int {
            var bound = LeastUnserved(pool: sites)
            for session in sessions {
                bound.add(loads: session.loads, unreachable: session.unreachable, policy: session.policy)
            }
            return bound.value
        }

        /// By trying every way: whose each server is, and who sits on which.
        func leastByTrying() -> Int {
            let servers = sites.indices.flatMap { site in (0..<sites[site].servers).map { _ in site } }
            var owner = [Int](repeating: -1, count: servers.count)
            var most = 0
            while true {
                most = max(most, carried(servers, owner))
                guard let place = owner.firstIndex(where: { $0 < sessions.count - 1 }) else { break }
                owner[place] += 1
                for earlier in 0..<place { owner[earlier] = -1 }
            }
            return sessions.reduce(0) { $0 + $1.loads.count + $1.unreachable } - most
        }

        private func carried(_ servers: [Int], _ owner: [Int]) -> Int {
            sessions.indices.reduce(0) { sum, number in
                let own = servers.indices.filter { owner[$0] == number }.map { servers[$0] }
                let policy = sessions[number].policy
                guard own.count <= policy.serverLimit ?? .max, Set(own).count <= policy.siteLimit ?? .max else {
                    return sum
                }
                return sum + withSpares(own, policy.redundancy, sessions[number].loads)
            }
        }

        /// The most that servers carry of which some are spares, whichever; those at one site carry together.
        private func withSpares(_ own: [Int], _ spares: Int, _ loads: [Int]) -> Int {
            guard spares > 0 else {
                let room = sites.indices.map { site in own.count { $0 == site } * sites[site].loadPerServer }
                return Self.packed(loads[...], room)
            }
            return own.indices.map { spare in
                var fewer = own
                fewer.remove(at: spare)
                return withSpares(fewer, spares - 1, loads)
            }.max() ?? 0
        }

        private static func packed(_ loads: ArraySlice<Int>, _ room: [Int]) -> Int {
            guard let load = loads.first else { return 0 }
            var best = packed(loads.dropFirst(), room)
            for server in room.indices where room[server] >= load {
                var less = room
                less[server] -= load
                best = max(best, 1 + packed(loads.dropFirst(), less))
            }
            return best
        }
    }

    @Test("with equal loads and servers it is what the best of all plans leaves out", arguments: [UInt64](0..<120))
    func exact(seed: UInt64) {
        var random = SplitMix64(seed: seed &* 17 &+ 5)
        var pool = TinyPool(&random, isEqual: true)
        // A limit on sites counts the roomiest ones for every session.
        for number in pool.sessions.indices { pool.sessions[number].policy.siteLimit = nil }
        #expect(pool.bound == pool.leastByTrying(), "\(pool)")
    }

    @Test("it never is more than the best of all plans leaves out", arguments: [UInt64](0..<200))
    func neverAbove(seed: UInt64) {
        var random = SplitMix64(seed: seed &* 29 &+ 3)
        let pool = TinyPool(&random, isEqual: false)
        #expect(pool.bound <= pool.leastByTrying(), "\(pool)")
    }

    @Test("large pools are bounded by the hull of each session's curve, no tighter than by all ways")
    func hull() {
        // 4,000 servers for 3,000 sessions of 39 at 20 a server: each wants two, the second carries 19.
        var large = LeastUnserved(pool: [(4_000, 20)])
        for _ in 0..<3_000 { large.add(loads: Array(repeating: 1, count: 39), unreachable: 0, policy: SessionPolicy()) }
        #expect(large.value == 3_000 * 39 - 3_000 * 20 - 1_000 * 19)
    }

    @Test("no pool, no people, loads above a server's, spares for all of the pool")
    func edges() {
        var none = LeastUnserved(pool: [])
        #expect(none.value == 0)
        none.add(loads: [1, 1], unreachable: 3, policy: SessionPolicy())
        #expect(none.value == 5)
        var heavy = LeastUnserved(pool: [(3, 4)])
        heavy.add(loads: [9, 2], unreachable: 0, policy: SessionPolicy(redundancy: 2))
        #expect(heavy.value == 1)
        heavy.add(loads: [1], unreachable: 0, policy: SessionPolicy(serverLimit: 0))
        #expect(heavy.value == 2)
        var pooled = LeastUnserved(pool: [(3, 4)])
        pooled.add(loads: [9], unreachable: 0, policy: SessionPolicy())
        #expect(pooled.value == 0)
    }
}
