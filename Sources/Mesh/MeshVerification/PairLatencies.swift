/// The pair latencies of one session under an assignment, counted exactly in integers without listing the pairs.
///
/// With participants grouped by site and sorted by access latency, the pairs no longer than a given latency are counted
/// by two pointers a pair of sites, and a percentile is found by bisection over the microseconds:
/// O(sites * participants * log(longest)) instead of O(participants^2).
struct PairLatencies {
    /// Access latencies of the served, by site, ascending; only sites in use.
    private let groups: [(site: Int, access: [Int64])]
    private let routed: (Int, Int) -> Int64
    /// Ordered pairs of different served participants.
    let count: Int64

    init(sites: [Int], access: [Int64], routed: @escaping (Int, Int) -> Int64) {
        let members = Dictionary(grouping: sites.indices) { sites[$0] }
        groups = members.keys.sorted().map { site in
            (site, (members[site] ?? []).map { access[$0] }.sorted())
        }
        self.routed = routed
        count = Int64(sites.count) * Int64(sites.count - 1)
    }

    /// Whether some two of the sites in use have no path between them.
    var hasUnreachablePair: Bool {
        groups.contains { from in groups.contains { routed(from.site, $0.site) >= CheckedWorld.unreachable } }
    }

    /// The sum over all ordered pairs, microseconds.
    var sum: Double {
        let served = groups.reduce(0) { $0 + $1.access.count }
        var access = Int128(0)
        var between = Int128(0)
        for from in groups {
            access += from.access.reduce(Int128(0)) { $0 + Int128($1) }
            for to in groups {
                between += Int128(from.access.count) * Int128(to.access.count) * Int128(routed(from.site, to.site))
            }
        }
        return Double(2 * Int128(served - 1) * access + between)
    }

    /// The longest pair latency, microseconds.
    var longest: Int64 {
        var longest = Int64(0)
        for from in groups {
            for to in groups {
                let last = from.access.count - 1
                if from.site != to.site {
                    longest = max(longest, from.access[last] + routed(from.site, to.site) + (to.access.last ?? 0))
                } else if last >= 1 {
                    longest = max(longest, from.access[last] + from.access[last - 1])
                }
            }
        }
        return longest
    }

    /// The nearest-rank percentile: the least latency that at least `part` of the pairs do not exceed, microseconds.
    func percentile(_ part: Double) -> Int64 {
        let rank = max(1, Int64((part * Double(count)).rounded(.up)))
        var low = Int64(0)
        var high = longest
        while low < high {
            let middle = low + (high - low) / 2
            if pairs(upTo: middle) >= rank { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private func pairs(upTo limit: Int64) -> Int64 {
        var total = Int64(0)
        for from in groups {
            for to in groups {
                let room = limit - routed(from.site, to.site)
                var fitting = to.access.count
                for access in from.access {
                    while fitting > 0, access + to.access[fitting - 1] > room { fitting -= 1 }
                    if fitting == 0 { break }
                    total += Int64(fitting)
                }
                if from.site == to.site {
                    // A participant is no pair with itself.
                    total -= Int64(from.access.count { 2 * $0 <= room })
                }
            }
        }
        return total
    }
}
