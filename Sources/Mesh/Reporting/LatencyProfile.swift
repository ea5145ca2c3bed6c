internal import MeshTypes

/// How pair latencies are distributed over all sessions of a plan: the part of the pairs that does not exceed each value.
///
/// Access latencies are counted in whole milliseconds at each site; two sites' counts and the way between them give the
/// counts of their pairs. So a picture's worth of precision costs no list of all pairs.
struct LatencyProfile {
    /// Upper ends in ms and the part of the pairs within them.
    private(set) var points: [(x: Double, y: Double)] = []

    private static let longest = 4_000

    /// - Complexity: O(open sites^2 * spread of access latencies^2) a session.
    init(_ snapshot: Snapshot, _ plan: Plan) {
        let routes = SiteRoutes(snapshot)
        let people = Dictionary(
            snapshot.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let sites = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var counts = [Double](repeating: 0, count: Self.longest + 1)
        for session in plan.sessions {
            var access: [Int: [Int: Double]] = [:]
            for (person, site) in session.assignment {
                guard let person = people[person], let site = sites[site] else { continue }
                let latency = Int((snapshot.accessLatency(participant: person, site: site).milliseconds).rounded())
                access[site, default: [:]][latency, default: 0] += 1
            }
            let used = access.keys.sorted()
            for from in used {
                for to in used {
                    let way = routes[from, to]
                    for (start, one) in access[from] ?? [:] {
                        for (end, other) in access[to] ?? [:] {
                            let value = min(Self.longest, max(0, Int((Double(start) + way + Double(end)).rounded())))
                            counts[value] += one * other
                        }
                    }
                }
            }
        }
        let total = counts.reduce(0, +)
        guard total > 0 else { return }
        var sum = 0.0
        for (value, count) in counts.enumerated() {
            sum += count
            if value % 5 == 0, sum > 0 { points.append((Double(value), sum / total * 100)) }
            if sum >= total { break }
        }
    }
}

/// Ways between sites in milliseconds, over the links that there are.
struct SiteRoutes {
    private let count: Int
    private var ways: [Double]

    /// - Complexity: O(sites^3).
    init(_ snapshot: Snapshot) {
        let count = snapshot.sites.count
        self.count = count
        ways = Array(repeating: .infinity, count: count * count)
        switch snapshot.network {
        case .links(let links):
            let numbers = Dictionary(
                snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
            for link in links {
                guard let from = numbers[link.from], let to = numbers[link.to] else { continue }
                ways[from * count + to] = min(ways[from * count + to], link.latency.milliseconds)
            }
        case .dense(let table):
            for from in 0..<count {
                for to in 0..<count {
                    if let latency = table[from, to] { ways[from * count + to] = latency.milliseconds }
                }
            }
        case .unknown:
            for from in 0..<count {
                for to in 0..<count {
                    ways[from * count + to] =
                        GeographicLatency.estimate(
                            from: snapshot.sites[from].coordinate, to: snapshot.sites[to].coordinate
                        ).milliseconds
                }
            }
        }
        for site in 0..<count { ways[site * count + site] = 0 }
        for middle in 0..<count {
            for from in 0..<count where ways[from * count + middle] < .infinity {
                let head = ways[from * count + middle]
                for to in 0..<count {
                    let way = head + ways[middle * count + to]
                    if way < ways[from * count + to] { ways[from * count + to] = way }
                }
            }
        }
    }

    subscript(from: Int, to: Int) -> Double {
        let way = ways[from * count + to]
        return way < .infinity ? way : 0
    }
}
