import MeshPlanning
import TestSupport

/// Seeded topology problems, and what every one of their topologies costs.
struct RandomTopology {
    var random: SplitMix64
    let problem: TopologyProblem

    init(seed: UInt64, sizes: ClosedRange<Int> = 1...5) {
        var random = SplitMix64(seed: seed)
        let count = random.integer(sizes)
        var latency = [Int64](repeating: 0, count: count * count)
        var traffic = latency
        let density = random.chance(0.7) ? 1 : 0.7
        for first in 0..<count {
            for second in 0..<count where second != first {
                traffic[first * count + second] = random.chance(0.8) ? Int64(random.integer(0...100)) : 0
                guard second > first else { continue }
                let value = random.chance(density) ? Int64(random.integer(1...100) * 1000) : TopologyProblem.missing
                latency[first * count + second] = value
                latency[second * count + first] = value
            }
        }
        var previous: [TopologyProblem.Pair]?
        if random.chance(0.4), count > 1 {
            previous = (0..<count).map { _ in
                let first = random.integer(0...(count - 2))
                return TopologyProblem.Pair(first, random.integer((first + 1)...(count - 1)))
            }
        }
        problem = TopologyProblem(
            count: count, latency: latency, traffic: traffic,
            degreeLimit: random.chance(0.5) ? .max : random.integer(2...3), isTwoEdgeConnected: random.chance(0.5),
            linkPrices: random.chance(0.5)
                ? Array(repeating: Int64(random.integer(0...3_000_000)), count: count * count) : [],
            changePrice: random.chance(0.5) ? Int64(random.integer(0...2_000_000)) : 0, previous: previous)
        self.random = random
    }

    private var pairs: [TopologyProblem.Pair] {
        let count = problem.count
        return (0..<count).flatMap { first in
            ((first + 1)..<max(first + 1, count)).map { TopologyProblem.Pair(first, $0) }
        }.filter { problem.latency[$0.first * count + $0.second] < TopologyProblem.missing }
    }

    /// The best of all topologies, by violations, then by cost; written down without any of the planner's code.
    func best() -> (violations: [Int], cost: Int128) {
        let pairs = pairs
        var best: (violations: [Int], cost: Int128)?
        for mask in 0..<(1 << pairs.count) {
            let links = pairs.indices.filter { mask >> $0 & 1 == 1 }.map { pairs[$0] }
            let found = (violations(links), cost(links))
            guard let known = best else {
                best = found
                continue
            }
            if found.0.lexicographicallyPrecedes(known.violations)
                || (found.0 == known.violations && found.1 < known.cost)
            {
                best = found
            }
        }
        return best ?? ([0, 0, 0], 0)
    }

    private func parts(_ links: [TopologyProblem.Pair]) -> Int {
        var part = Array(0..<problem.count)
        for _ in part {
            for link in links {
                let least = min(part[link.first], part[link.second])
                part[link.first] = least
                part[link.second] = least
            }
        }
        return Set(part).count
    }

    /// Parts beyond the first, links beyond the degree limit, bridges where none may be.
    func violations(_ links: [TopologyProblem.Pair]) -> [Int] {
        let whole = parts(links)
        let excess = (0..<problem.count).map { site in
            max(0, links.count { $0.first == site || $0.second == site } - problem.degreeLimit)
        }
        let bridges =
            problem.isTwoEdgeConnected
            ? links.count { link in parts(links.filter { $0 != link }) > whole } : 0
        return [max(0, whole - 1), excess.reduce(0, +), bridges]
    }

    /// The cost, with distances by the algorithm of Floyd and Warshall.
    func cost(_ links: [TopologyProblem.Pair]) -> Int128 {
        let count = problem.count
        var distance = [Int64](repeating: TopologyProblem.missing, count: count * count)
        for site in 0..<count { distance[site * count + site] = 0 }
        for link in links {
            let latency = problem.latency[link.first * count + link.second]
            distance[link.first * count + link.second] = latency
            distance[link.second * count + link.first] = latency
        }
        for via in 0..<count {
            for from in 0..<count {
                for to in 0..<count {
                    let length = distance[from * count + via] + distance[via * count + to]
                    distance[from * count + to] = min(distance[from * count + to], length)
                }
            }
        }
        var total: Int128 = 0
        for place in distance.indices {
            total += Int128(problem.traffic[place]) * Int128(min(distance[place], 60_000_000))
        }
        if !problem.linkPrices.isEmpty {
            for link in links { total += Int128(problem.linkPrices[link.first * count + link.second]) }
        }
        if let previous = problem.previous {
            total += Int128(Set(previous).symmetricDifference(links).count) * Int128(problem.changePrice)
        }
        return total
    }
}
